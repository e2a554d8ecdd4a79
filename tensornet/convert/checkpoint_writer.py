"""Writing a checkpoint that is mostly a copy of another."""
import os
import shutil
import tempfile

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.convert.checkpoint import CheckpointError, damaged, files_of

# Variables are copied through memory in groups of about this size, one data file each.
_GROUP_BYTES = 1 << 29


def check_output(prefix, source, force):
    """Raises unless a checkpoint may be written.

    Args:
        prefix: of the checkpoint to write.
        source: prefix of the checkpoint that is read.
        force: whether an existing checkpoint may be replaced; never the source.

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
        raise CheckpointError(f'{prefix}: the output exists; pass another one, or --force to '
                              'replace it')


def write_checkpoint(prefix, source, copied, values):
    """Writes a checkpoint; it is there when complete, or not at all.

    What is copied never passes through Python or a graph's constants, so neither types nor sizes
    matter. The files are written in a temporary folder beside `prefix` and then renamed.

    Args:
        prefix: of the checkpoint to write; one that exists is replaced.
        source: `Checkpoint` to copy from.
        copied: dict from names of variables in `source` to their new names.
        values: dict from names of other variables to arrays, at least one.

    Raises:
        CheckpointError: the source is damaged, or the output cannot be written.
    """
    folder, name = os.path.split(prefix)
    try:
        os.makedirs(folder or '.', exist_ok=True)
        temporary = tempfile.mkdtemp(prefix=f'.{name}-', dir=folder or '.')
    except OSError as error:
        raise CheckpointError(f'{prefix}: the output cannot be written ({error})') from error
    try:
        complete = os.path.join(temporary, name)
        _write(complete, temporary, source, copied, values)
        _move(complete, prefix)
    finally:
        shutil.rmtree(temporary)


def _write(prefix, folder, source, copied, values):
    parts = []
    try:
        for names in _groups(source, sorted(copied)):
            parts.append(os.path.join(folder, f'part-{len(parts)}'))
            _save(parts[-1], [copied[name] for name in names],
                  _read_ops(source, names))
        parts.append(os.path.join(folder, f'part-{len(parts)}'))
        _save(parts[-1], list(values), _placeholders(values))
        with tf.Graph().as_default(), _session() as session:
            session.run(tf.raw_ops.MergeV2Checkpoints(
                checkpoint_prefixes=parts, destination_prefix=prefix))
    except tf.errors.OpError as error:
        if isinstance(error, (tf.errors.ResourceExhaustedError, tf.errors.PermissionDeniedError)):
            raise CheckpointError(f'{prefix}: the output cannot be written '
                                  f'({str(error).splitlines()[0]})') from error
        raise damaged(source.prefix, error) from error


def _save(prefix, names, build):
    """Saves tensors; `build` adds them to a graph and returns them with what to feed."""
    with tf.Graph().as_default(), tf.device('/cpu:0'), _session() as session:
        tensors, feeds = build()
        session.run(tf.raw_ops.SaveV2(prefix=prefix, tensor_names=names,
                                      shape_and_slices=[''] * len(names), tensors=tensors), feeds)


def _read_ops(source, names):
    def build():
        tensors = tf.raw_ops.RestoreV2(
            prefix=source.prefix, tensor_names=names, shape_and_slices=[''] * len(names),
            dtypes=[source.dtypes[name] for name in names])
        return tensors, None
    return build


def _placeholders(values):
    def build():
        tensors = [tf.placeholder(tf.as_dtype(value.dtype), value.shape)
                   for value in values.values()]
        return tensors, dict(zip(tensors, values.values()))
    return build


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
