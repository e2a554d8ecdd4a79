"""The file `checkpoint` of a folder, which names its latest checkpoint."""

from __future__ import annotations

import os
from typing import List

import tensorflow.compat.v1 as tf
from google.protobuf import text_format

from tensornet.checkpoints.checkpoint_error import CheckpointError, cannot_write
from tensornet.whole_file import write_text

FILE = 'checkpoint'


def named_latest(folder: str) -> List[str]:
    """Where the latest checkpoint of a folder may be, according to its file `checkpoint`.

    A checkpoint belongs to the folder whose `checkpoint` names it. TensorFlow may write full paths
    there: in a folder that was copied they lead to the checkpoints of the other one.

    Args:
        folder: the folder.

    Returns:
        List of prefixes, the likeliest first, or [] where there is no such file. Whether they exist
        is not looked at.

    Raises:
        CheckpointError: the file is damaged.
    """
    path = os.path.join(folder, FILE)
    if not tf.io.gfile.exists(path):
        return []
    named = _parsed(path).model_checkpoint_path
    if not named:
        raise _unusable(path, 'it names no checkpoint')
    own = os.path.join(folder, os.path.basename(named))
    prefixes = [own, named] if os.path.isabs(named) else [os.path.join(folder, named), own]
    return list(dict.fromkeys(prefixes))


def name_latest(prefix: str) -> None:
    """Makes a checkpoint the latest of its folder, unless the folder has a latest one already.

    Args:
        prefix: of the checkpoint.

    Raises:
        CheckpointError: the file cannot be written.
    """
    folder, name = os.path.split(prefix)
    path = os.path.join(folder, FILE)
    if os.path.exists(path):
        return
    try:
        # Relative to the folder, so that the folder can be moved.
        write_text(path, str(_state(name)))
    except OSError as error:
        raise cannot_write(path, error) from error


def _parsed(path):
    try:
        with tf.io.gfile.GFile(path, 'rb') as file:
            return text_format.Parse(file.read().decode('utf-8'), type(_state('any'))())
    except text_format.ParseError as error:
        raise _unusable(path, error) from error
    except UnicodeDecodeError as error:
        raise _unusable(path, 'it is not UTF-8') from error
    except tf.errors.OpError as error:
        raise _unusable(path, error.message) from error


def _state(name):
    return tf.train.generate_checkpoint_state_proto('.', name)


def _unusable(path, reason):
    line = (str(reason).splitlines() or [''])[0]
    return CheckpointError(f'{path}: the file that names the latest checkpoint is damaged ({line})')
