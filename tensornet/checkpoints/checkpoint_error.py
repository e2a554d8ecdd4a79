"""The error of everything that reads or writes checkpoints."""


class CheckpointError(Exception):
    """A checkpoint cannot be read, restored or written as asked."""


def damaged(prefix, error):
    """`CheckpointError` for an error of TensorFlow's while it reads a checkpoint."""
    reason = str(error).splitlines()[0]
    return CheckpointError(f'{prefix}: the checkpoint is damaged or incomplete ({reason}); copy '
                           'it again, or take an earlier one')
