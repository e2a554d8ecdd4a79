"""The files of a checkpoint, by their names.

Names are names: nothing in them is a pattern, but for the question marks by which TensorFlow
before 0.12 itself names checkpoints of several files.
"""

from __future__ import annotations

import os
import re
from typing import Any, Iterable, List, Optional, Set, Tuple

import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError
from tensornet.tt.arguments import shown

_SUFFIX = re.compile(r'\.(?:index|meta|data-(\d{5})-of-(\d{5}))\Z')
_EARLY_SHARDS = re.compile(r'(.*-)\?{5}(-of-\d{5})\Z', re.DOTALL)


def check_path(function: str, name: str, path: Any, example: str = 'logs/model.ckpt-60') -> str:
    """Returns a path, which may be text, bytes or an object of a path, as text.

    Args:
        function: name of the public function, for the message.
        name: name of its argument.
        path: the argument.
        example: what to pass, for the message.

    Raises:
        TypeError: it is no path.
    """
    try:
        return os.fsdecode(path)
    except TypeError as error:
        raise TypeError(f'{function}: `{name}` must be a path, but it is {shown(path)}; pass for '
                        f'example {example!r}') from error


def names_in(folder: str) -> List[str]:
    """Returns the sorted names in a folder of any of TensorFlow's file systems, or [].

    Raises:
        CheckpointError: the folder cannot be read.
    """
    folder = folder or '.'
    try:
        return sorted(tf.io.gfile.listdir(folder)) if tf.io.gfile.isdir(folder) else []
    except tf.errors.OpError as error:
        raise CheckpointError(f'{folder}: the folder cannot be read ({error.message})') from error


def followed(path: str) -> str:
    """Returns the path by which TensorFlow finds what the operating system finds by a path.

    TensorFlow cancels '..' against the name before it, which leads elsewhere behind a symbolic
    link to a folder. Such a path is resolved; any other is returned as it is.
    """
    if '://' in path:
        return path
    real = os.path.realpath(path)
    return path if real == os.path.realpath(os.path.normpath(path)) else real


def without_suffix(path: str) -> str:
    """Returns the prefix that a file of a checkpoint belongs to; any other path as it is."""
    return _SUFFIX.sub('', path)


def index_of(prefix: str) -> str:
    """Returns the path of the file without which there is no checkpoint."""
    return prefix + '.index'


def files_of(prefix: str) -> List[str]:
    """Returns the sorted paths of the files that hold the variables of a checkpoint.

    Args:
        prefix: of the checkpoint, in either format. Before 0.12 one file has no suffix, and several
            are named by a pattern such as 'model.ckpt-?????-of-00002'.
    """
    files = [path for path in files_with_suffix(prefix) if not path.endswith('.meta')]
    if any(path.endswith('.index') for path in files):
        return files
    return sorted(files + _early_files(prefix))


def files_with_suffix(prefix: str) -> List[str]:
    """Returns the sorted paths of index, data and graph files of exactly this prefix."""
    folder, name = os.path.split(prefix)
    return [os.path.join(folder, file) for file in names_in(folder)
            if file.startswith(name) and _SUFFIX.fullmatch(file[len(name):])]


def shard_count(path: str) -> Optional[int]:
    """Returns how many data files the checkpoint of a data file has, by the name of the file.

    Args:
        path: of any file of a checkpoint; None is returned for others than data files.
    """
    suffix = _SUFFIX.search(path)
    return None if suffix is None or suffix.group(2) is None else int(suffix.group(2))


def shard_count_of_index(path: str) -> Optional[int]:
    """Returns the number of data files that belong to an index, None if it cannot be read.

    The index is a table whose first entry has an empty key, so it starts with two zeros and the
    length of the value, a message whose field 1 is the number.
    """
    with open(path, 'rb') as file:
        start = file.read(16)
    if start[:2] != b'\0\0' or start[3:4] != b'\x08':
        return None
    count = 0
    for position, byte in enumerate(start[4:]):
        count |= (byte & 0x7f) << 7 * position
        if byte < 0x80:
            return count
    return None


def identities(paths: Iterable[str]) -> Set[Tuple[int, int]]:
    """Returns the set of what identifies files, whichever of their names is given.

    A file has several names where there are links, or where upper and lower case do not count.
    Paths at which there is nothing are left out.
    """
    found = set()
    for path in paths:
        if os.path.exists(path):
            status = os.stat(path)
            found.add((status.st_dev, status.st_ino))
    return found


def _early_files(prefix):
    folder, name = os.path.split(prefix)
    shards = _EARLY_SHARDS.match(name)
    if shards:
        pattern = re.escape(shards.group(1)) + r'\d{5}' + re.escape(shards.group(2))
        return [os.path.join(folder, file) for file in names_in(folder)
                if re.fullmatch(pattern, file)]
    return [prefix] if tf.io.gfile.exists(prefix) and not tf.io.gfile.isdir(prefix) else []
