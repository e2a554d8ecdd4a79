"""Where a checkpoint is: the prefix of its files.

Everything here goes through TensorFlow's file systems, so that buckets work as folders do.
"""

from __future__ import annotations

import difflib
import os
import re
from typing import Any

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.checkpoints.files import (
    check_path,
    files_of,
    followed,
    index_of,
    names_in,
    without_suffix,
)
from tensornet.checkpoints.latest import named_latest

_SAVED_MODEL = 'saved_model.pb'
_ZIP, _HDF5 = b'PK\x03\x04', b'\x89HDF\r\n\x1a\n'
_FROM_KERAS = ('load the model with Keras and save it with `model.export(FOLDER)`, or, in '
               "TensorFlow 1, with `model.save_weights(PREFIX, save_format='tf')`")
# Files that are no checkpoints, but are taken for one: how the name ends, the first bytes (None:
# whatever they are), what it is, and what to do.
_KINDS = [
    ('.keras', _ZIP, 'a model that Keras saved', _FROM_KERAS),
    ('', _HDF5, 'an HDF5 file, as Keras saves weights', _FROM_KERAS),
    ('.npz', _ZIP, 'an archive of NumPy arrays', 'convert them with `tt_from_dense`'),
    ('', b'\x93NUMPY', 'a NumPy array', 'convert it with `tt_from_dense`'),
    ('', _ZIP, 'a zip archive, such as PyTorch and Keras save',
     'pass its weights, as arrays, to `tt_from_dense`'),
    ('.pb', None, 'a graph', 'weights are in it only where it is frozen; pass the checkpoint that '
     'it was made from, or the folder of a SavedModel'),
    ('.pbtxt', None, 'a graph', 'pass the checkpoint that belongs to it'),
    ('.meta', None, 'a graph', 'pass the checkpoint that belongs to it'),
    ('.tflite', None, 'a TensorFlow Lite model', 'pass the checkpoint that it was made from'),
]
_LONGEST_START = 8


def check_source(function: str, name: str, path: Any) -> str:
    """Returns the path of a checkpoint to read as text.

    Args:
        function: name of the public function, for the message.
        name: name of its argument.
        path: the argument.

    Raises:
        CheckpointError: it is None.
        TypeError: it is no path.
    """
    if path is None:
        raise CheckpointError('None: there is no checkpoint of that name; '
                              'tf.train.latest_checkpoint returns None where a folder has none')
    return check_path(function, name, path)


def find_prefix(path: str) -> str:
    """Returns the prefix of a checkpoint.

    Args:
        path: the prefix, a file of the checkpoint, a folder whose latest checkpoint is meant, or
            the folder of a SavedModel.

    Raises:
        CheckpointError: there is no checkpoint, or TensorFlow cannot read one of that name.
    """
    # TensorFlow 1 finds nothing by a path with two slashes in a row, other than of a bucket.
    path = re.sub('(?<!:)//+', '/', path)
    check_encoding(path)
    try:
        prefix = _find(followed(path))
        _check_found_by_tensorflow(prefix)
    except tf.errors.OpError as error:
        reason = (error.message or type(error).__name__).splitlines()[0]
        raise CheckpointError(f'{path}: TensorFlow cannot look there ({reason}); correct the path, '
                              'or copy the checkpoint to a local folder') from error
    return prefix


def check_encoding(path: str) -> None:
    """Raises CheckpointError unless TensorFlow can be given a path."""
    if '\0' in path:
        raise CheckpointError(f'{path!a}: the path has a null character, which no file can have')
    try:
        path.encode('utf-8')
    except UnicodeEncodeError as error:
        try:
            name = os.fsencode(path).decode('utf-8')
        except UnicodeError:
            raise CheckpointError(f'{path!a}: the path is not UTF-8, so TensorFlow cannot open it; '
                                  'rename it') from error
        raise CheckpointError(f'{name!a}: this process does not read paths as UTF-8, as TensorFlow '
                              'does; set the environment variable PYTHONUTF8=1') from error


def _find(path):
    if os.path.basename(path) and tf.io.gfile.exists(index_of(path)):
        return path
    if tf.io.gfile.isdir(path):
        return _latest(path)
    if path.endswith('/'):
        raise CheckpointError(f'{path}: there is no folder of that name, '
                              f"{_instead(path.rstrip('/'))}")
    if os.path.basename(path) == _SAVED_MODEL and tf.io.gfile.exists(path):
        return _latest(os.path.dirname(path) or '.')
    prefix = without_suffix(path)
    if prefix == path:
        other = _what_else(path)
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
    near = difflib.get_close_matches(name, found) or found[:3]
    return 'but in its folder there is ' + ', '.join(
        os.path.join(folder, file) for file in near)


def _what_else(path):
    """Says what a file is that is no checkpoint.

    Args:
        path: of a file.

    Returns:
        The text, with what to do; None for other files and where there is none.
    """
    if not tf.io.gfile.exists(path) or tf.io.gfile.isdir(path):
        return None
    try:
        with tf.io.gfile.GFile(path, 'rb') as file:
            start = file.read(_LONGEST_START)
    except tf.errors.OpError:
        return None
    name = os.path.basename(path).lower()
    for ending, first, what, remedy in _KINDS:
        if name.endswith(ending) and (first is None or start.startswith(first)):
            return f'it is no checkpoint, but {what}; {remedy}'
    return None
