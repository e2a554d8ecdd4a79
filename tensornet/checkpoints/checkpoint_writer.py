"""Writing a checkpoint that is mostly a copy of another."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Mapping, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint import Checkpoint
from tensornet.checkpoints.checkpoint_error import CheckpointError, cannot_write, damaged
from tensornet.checkpoints.files import (
    files_with_suffix,
    index_of,
    shard_count,
    shard_count_of_index,
)
from tensornet.checkpoints.output_path import version_of
from tensornet.checkpoints.stored_slices import session_without_gpu
from tensornet.folder_lock import locked_folder
from tensornet.wording import counted

# Variables are copied through memory in groups of about this size, one data file each.
_GROUP_BYTES = 1 << 29


def make_folder(prefix: str) -> None:
    """Makes the folder of a checkpoint where there is none.

    Raises:
        CheckpointError: it cannot be made.
    """
    try:
        os.makedirs(os.path.dirname(prefix) or '.', exist_ok=True)
    except OSError as error:
        raise cannot_write(prefix, error) from error


def write_checkpoint(prefix: str, version: Optional[Tuple[int, ...]], source: Checkpoint,
                     copied: Mapping[str, str],
                     values: Optional[Mapping[str, np.ndarray]] = None) -> None:
    """Writes a checkpoint; it is there when complete, or not at all.

    What is copied passes neither through Python nor through constants of a graph, so variables of
    all types and sizes can be. The files are written in a temporary folder beside `prefix` and then
    renamed. An existing checkpoint is replaced in one step, when its index is: the names of data
    files contain their number, which is chosen so that no name is in use already.

    Args:
        prefix: of the checkpoint to write; `check_output` says whether it may be.
        version: the `version_of` what may be replaced, from `check_output`.
        source: `Checkpoint` to copy from.
        copied: dict from names of variables in `source` to their new names.
        values: dict from names of other variables to arrays.

    Raises:
        CheckpointError: the source is damaged, or the output cannot be written, or another process
            has written it since `check_output`.
    """
    values = values or {}
    sources = {new: old for old, new in copied.items()}
    make_folder(prefix)
    folder = os.path.dirname(prefix) or '.'
    try:
        temporary = tempfile.mkdtemp(prefix='.tensornet-', dir=folder)
        try:
            complete = os.path.join(temporary, 'complete')
            groups = _groups(source, sources, values)
            _set_count(groups, _counts_in_use(prefix), prefix)
            _write(complete, source, sources, values, groups)
            with locked_folder(folder):
                if version_of(prefix) != version:
                    raise CheckpointError(
                        f'{prefix}: another process has written this output in the meantime; it '
                        'stays as it is, so pass another output, or run this again')
                _move(complete, prefix)
        finally:
            shutil.rmtree(temporary)
    except (OSError, tf.errors.OpError) as error:
        if isinstance(error, tf.errors.OpError) and error.op and error.op.type == 'RestoreV2':
            raise damaged(source.prefix, error) from error
        raise cannot_write(prefix, error) from error


def _groups(source, sources, values):
    """Cuts the names of the variables to write into lists of about `_GROUP_BYTES`."""
    groups, size = [[]], 0
    for name in sorted(set(sources) | set(values)):
        if size >= _GROUP_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(name)
        if name in values:
            size += values[name].nbytes
        else:
            old = sources[name]
            size += int(np.prod(source.shapes[old], dtype=np.int64)) * source.dtypes[old].size
    return groups


def _counts_in_use(prefix):
    """Returns the numbers of data files that the output may not have, since names are in use."""
    if os.path.lexists(index_of(prefix)):
        count = shard_count_of_index(index_of(prefix))
        if count is not None:
            return {count}
    # Where no index says what is of use, nothing is replaced.
    return {shard_count(path) for path in files_with_suffix(prefix)}


def _set_count(groups, in_use, prefix):
    """Splits or joins groups in place until their number is none of those in use."""
    most = sum(map(len, groups))
    free = [count for count in [*range(len(groups), most + 1), *range(len(groups) - 1, 0, -1)]
            if count not in in_use]
    if not free:
        raise CheckpointError(
            f'{prefix}: {counted(most, "variable", "variables")} cannot be written beside the data '
            'files that are there, so the output cannot be replaced in one step; remove it first, '
            'or pass another one')
    while len(groups) < free[0]:
        groups.append([max(groups, key=len).pop()])
    while len(groups) > free[0]:
        groups[-2:] = [groups[-2] + groups[-1]]


def _write(prefix, source, sources, values, groups):
    """Writes groups of variables and merges them, which moves their files."""
    parts = [f'{prefix}-part-{k}' for k in range(len(groups))]
    for part, names in zip(parts, groups):
        copied = [name for name in names if name not in values]
        fed = [name for name in names if name in values]
        slices = [(name, own) for name in copied
                  for own in source.partial.get(sources[name], [''])]
        with tf.Graph().as_default(), tf.device('/cpu:0'), session_without_gpu() as session:
            placeholders = [tf.placeholder(tf.as_dtype(values[name].dtype), values[name].shape)
                            for name in fed]
            tensors = _read(source, [(sources[name], own) for name, own in slices]) + placeholders
            session.run(tf.raw_ops.SaveV2(
                prefix=part, tensor_names=[name for name, _ in slices] + fed, tensors=tensors,
                shape_and_slices=[own for _, own in slices] + [''] * len(fed)),
                dict(zip(placeholders, [values[name] for name in fed])))
    with tf.Graph().as_default(), session_without_gpu() as session:
        session.run(tf.raw_ops.MergeV2Checkpoints(
            checkpoint_prefixes=parts, destination_prefix=prefix, delete_old_dirs=False))


def _read(source, slices):
    """Tensors of pairs of a name in the source and a slice of that variable, '' for all of it."""
    if not slices:
        return []
    return tf.raw_ops.RestoreV2(
        prefix=source.prefix, tensor_names=[source.key(name) for name, _ in slices],
        shape_and_slices=[own for _, own in slices],
        dtypes=[source.dtypes[name] for name, _ in slices])


def _move(complete, prefix):
    """Renames the files of a checkpoint. From the moment that its index has its name, it counts."""
    old = files_with_suffix(prefix)
    had_index = os.path.lexists(index_of(prefix))
    data = {path: prefix + path[len(complete):] for path in files_with_suffix(complete)
            if path != index_of(complete)}
    try:
        for path, target in data.items():
            os.replace(path, target)
        os.replace(index_of(complete), index_of(prefix))
    finally:
        if os.path.exists(index_of(complete)):
            for path, target in data.items():
                if not os.path.exists(path):
                    os.remove(target)
    kept = {os.path.basename(path) for path in [index_of(prefix), *data.values()]}
    for path in old:
        if os.path.basename(path) not in kept and (had_index or path.endswith('.meta')):
            os.remove(path)

