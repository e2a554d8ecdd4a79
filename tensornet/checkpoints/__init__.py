"""Reading, restoring and rewriting checkpoints, those of the original library among them.

`python -m tensornet.checkpoints` gives the variables of an old checkpoint their new names.
"""
from tensornet.checkpoints.checkpoint import Checkpoint, CheckpointError
from tensornet.checkpoints.rewriting import rewrite
from tensornet.checkpoints.saver import Saver

__all__ = ['Checkpoint', 'CheckpointError', 'Saver', 'rewrite']


def __dir__():
    return sorted(__all__)
