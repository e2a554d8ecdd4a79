"""The file `checkpoint` of a folder, which names its latest checkpoint."""
import os

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import cannot_write


def name_latest(prefix):
    """Makes a checkpoint the latest of its folder, unless the folder has a latest one already.

    Args:
        prefix: of the checkpoint.

    Raises:
        CheckpointError: the file cannot be written.
    """
    folder, name = os.path.split(prefix)
    path = os.path.join(folder, 'checkpoint')
    if os.path.exists(path):
        return
    temporary = os.path.join(folder, f'.checkpoint-{os.getpid()}')
    try:
        with open(temporary, 'w', encoding='utf-8') as file:
            # Relative to the folder, so that the folder can be moved.
            file.write(str(tf.train.generate_checkpoint_state_proto('.', name)))
        os.replace(temporary, path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
