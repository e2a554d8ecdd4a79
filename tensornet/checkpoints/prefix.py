"""Where a checkpoint is: the prefix of its files.

Everything here goes through TensorFlow's file systems, so that buckets work as folders do.
"""
import os
import re

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.latest import named_latest
from tensornet.checkpoints.near_names import nearest

_FILE_SUFFIX = re.compile(r'\.(index|meta|data-\d{5}-of-\d{5})$')


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
        raise CheckpointError(f'{path}: there is no checkpoint of that name, {_instead(prefix)}')
    return prefix


def files_of(prefix):
    """Returns the sorted paths of the files that hold the variables of a checkpoint.

    Args:
        prefix: of the checkpoint, in either format.
    """
    folder, name = os.path.split(prefix)
    # Before 0.12 one file has no suffix, and several have a pattern: model.ckpt-?????-of-00002.
    pattern = re.compile(re.escape(name).replace(r'\?', r'\d')
                         + r'(\.index|\.data-\d{5}-of-\d{5})?$')
    return [os.path.join(folder, file) for file in _files(folder) if pattern.match(file)]


def _latest(folder):
    try:
        prefixes = named_latest(folder)
    except CheckpointError as error:
        raise CheckpointError(f'{error}, {_instead(os.path.join(folder, "model.ckpt"))}') from error
    for prefix in prefixes:
        if files_of(prefix):
            return prefix
    if not prefixes:
        raise CheckpointError(
            f'{folder}: the folder has no file `checkpoint` that names its latest checkpoint, '
            + _instead(os.path.join(folder, 'model.ckpt')))
    raise CheckpointError(
        f'{folder}: the latest checkpoint, according to the file `checkpoint` in it, is '
        f'{prefixes[0]}, which does not exist, {_instead(prefixes[0])}')


def _instead(prefix):
    """What there is instead of a checkpoint of that prefix."""
    folder, name = os.path.split(prefix)
    if folder and not tf.io.gfile.isdir(folder):
        return f'and its folder {folder} does not exist either; check the path'
    found = [file[:-len('.index')] for file in _files(folder) if file.endswith('.index')]
    if not found:
        return 'and its folder has none; pass the prefix, such as logs/model.ckpt-60'
    near = nearest(name, found) or found[:3]
    return 'but in its folder there is ' + ', '.join(
        os.path.join(folder, file) for file in near)


def _files(folder):
    folder = folder or '.'
    return sorted(tf.io.gfile.listdir(folder)) if tf.io.gfile.isdir(folder) else []
