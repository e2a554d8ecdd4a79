"""Where a checkpoint is: the prefix of its files.

Everything here goes through TensorFlow's file systems, so that buckets work as folders do.
"""
import os
import re

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.near_names import nearest

_FILE_SUFFIX = re.compile(r'\.(index|meta|data-\d{5}-of-\d{5})$')
_OLD_SHARD = re.compile(r'-\d{5}-of-\d{5}$')


def find_prefix(path):
    """Returns the prefix of a checkpoint.

    Args:
        path: the prefix, a file of the checkpoint, or a folder whose latest checkpoint is meant.

    Raises:
        CheckpointError: there is no checkpoint.
    """
    if path is None:
        raise CheckpointError('None: there is no checkpoint of that name; '
                              'tf.train.latest_checkpoint returns None where a folder has none')
    path = os.fspath(path)
    if tf.io.gfile.isdir(path):
        return _latest(path)
    prefix = _FILE_SUFFIX.sub('', path)
    if not files_of(prefix):
        raise CheckpointError(f'{path}: there is no checkpoint of that name; {_instead(prefix)}')
    return prefix


def files_of(prefix):
    """Returns the sorted paths of the files that hold the variables of a checkpoint.

    Args:
        prefix: of the checkpoint, in either format.
    """
    folder, name = os.path.split(prefix)
    return [os.path.join(folder, file) for file in _files(folder)
            if file.startswith(name) and (
                file == name or _OLD_SHARD.match(file[len(name):])
                or _FILE_SUFFIX.match(file[len(name):]) and not file.endswith('.meta'))]


def _latest(folder):
    latest = tf.train.latest_checkpoint(folder)
    if latest is not None:
        return latest
    state = tf.train.get_checkpoint_state(folder)
    if state is None:
        reason = 'the folder has no file `checkpoint` that names its latest checkpoint'
    else:
        reason = (f'the latest checkpoint, according to the file `checkpoint` in it, is '
                  f'{state.model_checkpoint_path}, which does not exist')
    raise CheckpointError(f'{folder}: {reason}; {_instead(os.path.join(folder, "model.ckpt"))}')


def _instead(prefix):
    """What to do where there is no checkpoint of that prefix."""
    folder, name = os.path.split(prefix)
    if folder and not tf.io.gfile.isdir(folder):
        return f'its folder {folder} does not exist either'
    found = [file[:-len('.index')] for file in _files(folder) if file.endswith('.index')]
    if not found:
        return 'its folder has none; pass the prefix, such as logs/model.ckpt-60'
    near = nearest(name, found) or found[:3]
    return 'pass one of those there: ' + ', '.join(os.path.join(folder, file) for file in near)


def _files(folder):
    folder = folder or '.'
    return sorted(tf.io.gfile.listdir(folder)) if tf.io.gfile.isdir(folder) else []
