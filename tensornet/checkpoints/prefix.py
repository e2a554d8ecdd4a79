"""Where a checkpoint is: the prefix of its files.

Everything here goes through TensorFlow's file systems, so that buckets work as folders do.
"""
import os
import re

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.files import files_of, followed, index_of, names_in, without_suffix
from tensornet.checkpoints.foreign_files import what_else
from tensornet.checkpoints.latest import named_latest
from tensornet.checkpoints.near_names import nearest

_SAVED_MODEL = 'saved_model.pb'


def find_prefix(path):
    """Returns the prefix of a checkpoint.

    Args:
        path: the prefix, a file of the checkpoint, a folder whose latest checkpoint is meant, or
            the folder of a SavedModel.

    Raises:
        CheckpointError: there is no checkpoint, or TensorFlow cannot read one of that name.
    """
    if path is None:
        raise CheckpointError('None: there is no checkpoint of that name; '
                              'tf.train.latest_checkpoint returns None where a folder has none')
    # TensorFlow 1 finds nothing by a path with two slashes in a row, other than of a bucket.
    path = re.sub('(?<!:)//+', '/', os.fspath(path))
    check_encoding(path)
    prefix = _find(followed(path))
    _check_found_by_tensorflow(prefix)
    return prefix


def check_encoding(path):
    """Raises CheckpointError unless TensorFlow can be given a path."""
    if '\0' in path:
        raise CheckpointError(f'{path!a}: the path has a null character, which no file can have')
    try:
        path.encode('utf-8')
    except UnicodeEncodeError as error:
        raise CheckpointError(f'{path!a}: the path is not UTF-8, so TensorFlow cannot open it; '
                              'rename it') from error


def _find(path):
    if os.path.basename(path) and tf.io.gfile.exists(index_of(path)):
        return path
    if tf.io.gfile.isdir(path):
        return _latest(path)
    if os.path.basename(path) == _SAVED_MODEL and tf.io.gfile.exists(path):
        return _latest(os.path.dirname(path) or '.')
    prefix = without_suffix(path)
    if prefix == path:
        other = what_else(path)
        if other:
            raise CheckpointError(f'{path}: {other}')
    if not files_of(prefix):
        raise CheckpointError(f'{path}: there is no checkpoint of that name, {_instead(prefix)}')
    return prefix


def _check_found_by_tensorflow(prefix):
    """Raises where TensorFlow, which takes a prefix for a pattern, would read something else."""
    if not set('*?[\\').intersection(prefix):
        return
    if tf.io.gfile.exists(index_of(prefix)):
        # It only has to be found by the pattern, and is then opened by its name.
        reads_it = bool(tf.io.gfile.glob(index_of(prefix)))
    else:
        reads_it = _names(tf.io.gfile.glob(prefix)) == _names(files_of(prefix))
    if not reads_it:
        raise CheckpointError(
            f'{prefix}: TensorFlow takes the characters * ? [ and \\ of the path for a pattern, '
            'and would not read this checkpoint by it; rename the file or folder, or pass a '
            'relative path from inside the folder')


def _names(paths):
    return sorted(os.path.basename(path) for path in paths)


def _latest(folder):
    if tf.io.gfile.exists(os.path.join(folder, _SAVED_MODEL)):
        prefix = os.path.join(folder, 'variables', 'variables')
        if not files_of(prefix):
            raise CheckpointError(f'{folder}: the SavedModel has no variables; weights of a frozen '
                                  'graph are constants, so pass the checkpoint it was made from')
        return prefix
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
    found = [file[:-len('.index')] for file in names_in(folder) if file.endswith('.index')]
    if not found:
        return 'and its folder has none; pass the prefix, such as logs/model.ckpt-60'
    near = nearest(name, found) or found[:3]
    return 'but in its folder there is ' + ', '.join(
        os.path.join(folder, file) for file in near)
