"""Writing a checkpoint that is mostly a copy of another."""
import os
import shutil
import tempfile

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints.checkpoint_error import CheckpointError, cannot_write, damaged
from tensornet.checkpoints.prefix import files_of

# Variables are copied through memory in groups of about this size, one data file each.
_GROUP_BYTES = 1 << 29


def check_output(prefix, source, force=False, remedy='pass another one'):
    """Raises unless a checkpoint may be written.

    Args:
        prefix: of the checkpoint to write.
        source: prefix of the checkpoint that is read.
        force: whether an existing checkpoint may be replaced; never the source.
        remedy: what to do where it may not.

    Raises:
        CheckpointError: it may not.
    """
    if os.path.basename(prefix) == '' or os.path.isdir(prefix):
        raise CheckpointError(f'{prefix}: the output is a folder; pass the prefix of a checkpoint '
                              f'in it, such as {os.path.join(prefix, "model.ckpt")}')
    if os.path.realpath(prefix) == os.path.realpath(source):
        raise CheckpointError(f'{prefix}: the output is the input, which is never modified; pass '
                              'another output')
    if not force and files_of(prefix):
        raise CheckpointError(f'{prefix}: the output exists; {remedy}')


def write_checkpoint(prefix, source, copied, values=None):
    """Writes a checkpoint; it is there when complete, or not at all.

    What is copied never passes through Python or a graph's constants, so neither types nor sizes
    matter. The files are written in a temporary folder beside `prefix` and then renamed.

    Args:
        prefix: of the checkpoint to write; one that exists is replaced.
        source: `Checkpoint` to copy from.
        copied: dict from names of variables in `source` to their new names.
        values: dict from names of other variables to arrays.

    Raises:
        CheckpointError: the source is damaged, or the output cannot be written.
    """
    folder, name = os.path.split(prefix)
    try:
        os.makedirs(folder or '.', exist_ok=True)
        temporary = tempfile.mkdtemp(prefix=f'.{name}-', dir=folder or '.')
        try:
            complete = os.path.join(temporary, name)
            _write(complete, source, copied, values or {})
            _move(complete, prefix)
        finally:
            shutil.rmtree(temporary)
    except (OSError, tf.errors.OpError) as error:
        if isinstance(error, tf.errors.OpError) and error.op and error.op.type == 'RestoreV2':
            raise damaged(source.prefix, error) from error
        raise cannot_write(prefix, error) from error


def _write(prefix, source, copied, values):
    """Writes groups of variables and merges them, which moves their files."""
    parts = []

    def save(names, build):
        parts.append(f'{prefix}-part-{len(parts)}')
        with tf.Graph().as_default(), tf.device('/cpu:0'), _session() as session:
            tensors, feeds = build()
            session.run(tf.raw_ops.SaveV2(prefix=parts[-1], tensor_names=names, tensors=tensors,
                                          shape_and_slices=[''] * len(names)), feeds)

    for names in _groups(source, sorted(copied)):
        save([copied[name] for name in names], lambda names=names: (_read(source, names), None))
    if values:
        save(list(values), lambda: _fed(values))
    with tf.Graph().as_default(), _session() as session:
        session.run(tf.raw_ops.MergeV2Checkpoints(
            checkpoint_prefixes=parts, destination_prefix=prefix, delete_old_dirs=False))


def _read(source, names):
    return tf.raw_ops.RestoreV2(
        prefix=source.prefix, tensor_names=names, shape_and_slices=[''] * len(names),
        dtypes=[source.dtypes[name] for name in names])


def _fed(values):
    tensors = [tf.placeholder(tf.as_dtype(value.dtype), value.shape) for value in values.values()]
    return tensors, dict(zip(tensors, values.values()))


def _groups(source, names):
    """Cuts a list of names into groups of variables of about `_GROUP_BYTES`."""
    group, size = [], 0
    for name in names:
        group.append(name)
        size += int(np.prod(source.shapes[name], dtype=np.int64)) * source.dtypes[name].size
        if size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _move(complete, prefix):
    """Renames a checkpoint's files. The index goes last: without it there is no checkpoint."""
    for path in sorted(files_of(prefix), key=lambda path: not path.endswith('.index')):
        os.remove(path)
    for path in sorted(files_of(complete), key=lambda path: path.endswith('.index')):
        os.replace(path, prefix + path[len(complete):])


def _session():
    # Copying needs no GPU; grabbing one may even fail where another process trains on it.
    return tf.Session(config=tf.ConfigProto(device_count={'GPU': 0}))
