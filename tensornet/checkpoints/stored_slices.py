"""Variables of which a checkpoint holds only a part.

Where a partitioner has cut a variable, TensorFlow makes a slot for each part. If the optimizer is
in a variable scope, it saves each of these under a name of its own, as one part of a slot whose
other parts are nowhere: `fc/weights/art_0/Adam`. `tf.train.Saver` restores such parts one by one,
and nothing else can be read of them.
"""

from __future__ import annotations

import struct
from typing import Dict, Iterator, List, Sequence, Tuple

import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import tensor_bundle_pb2

from tensornet.checkpoints.files import index_of

# The index is a table of LevelDB. It ends with two block handles, padded, and a magic number.
_FOOTER_BYTES = 48
_MAGIC = 0xdb4775248b80fb57
_NOT_COMPRESSED = 0


def partial_slices(prefix: str) -> Dict[str, List[str]]:
    """Returns the variables of which parts are missing, with the parts that are there.

    Args:
        prefix: of a checkpoint. Those of TensorFlow before 0.12 are taken for complete.

    Returns:
        Dict from names to lists of slices as `tf.raw_ops.RestoreV2` takes them, '16 0,6' for the
        first six of sixteen elements.
    """
    if not tf.io.gfile.exists(index_of(prefix)):
        return {}
    with tf.io.gfile.GFile(index_of(prefix), 'rb') as file:
        table = file.read()
    found = {}
    for key, value in _entries(table):
        # The empty key is that of a header; others begin with a zero where they hold a part.
        if key and not key.startswith(b'\0'):
            entry = tensor_bundle_pb2.BundleEntryProto.FromString(value)
            if entry.slices:
                shape = [dim.size for dim in entry.shape.dim]
                parts = [_bounds(part, shape) for part in entry.slices]
                if sum(np.prod([length for _, length in part]) for part in parts) < np.prod(shape):
                    found[key.decode()] = [_specification(shape, part) for part in parts]
    return found


def read_slices(prefix: str, key: str, dtype: tf.DType, slices: Sequence[str]) -> List[np.ndarray]:
    """Returns parts of a variable, given by slices as `partial_slices` returns them."""
    with tf.Graph().as_default(), session_without_gpu() as session:
        return session.run(tf.raw_ops.RestoreV2(
            prefix=prefix, tensor_names=[key] * len(slices), shape_and_slices=list(slices),
            dtypes=[dtype] * len(slices)))


def session_without_gpu() -> tf.Session:
    """Returns a session for reading and writing files.

    These need no GPU; grabbing one may even fail where another process trains on it.
    """
    return tf.Session(config=tf.ConfigProto(device_count={'GPU': 0}))


def _bounds(part, shape):
    """First index and length of a part on each axis."""
    return [(extent.start, extent.length if extent.HasField('length') else size)
            for extent, size in zip(part.extent, shape)]


def _specification(shape, part):
    sizes = ' '.join(map(str, shape))
    return f"{sizes} {':'.join(f'{start},{length}' for start, length in part)}"


def _entries(table: bytes) -> Iterator[Tuple[bytes, bytes]]:
    """Yields the keys and values of a table; nothing where it is none, or compressed."""
    footer = table[-_FOOTER_BYTES:]
    if len(footer) < _FOOTER_BYTES or struct.unpack('<Q', footer[-8:])[0] != _MAGIC:
        return
    # The handle of the index of all blocks comes second; a handle is an offset and a size.
    numbers, position = [], 0
    for _ in range(4):
        number, position = _number(footer, position)
        numbers.append(number)
    for _, handle in _block(table, *numbers[2:]):
        offset, position = _number(handle, 0)
        yield from _block(table, offset, _number(handle, position)[0])


def _block(table: bytes, offset: int, size: int) -> Iterator[Tuple[bytes, bytes]]:
    """Yields the keys and values of a block; a key begins as the one before it does."""
    if table[offset + size] != _NOT_COMPRESSED:
        return
    restarts, = struct.unpack_from('<I', table, offset + size - 4)
    position, end, key = offset, offset + size - 4 * (restarts + 1), b''
    while position < end:
        shared, position = _number(table, position)
        rest, position = _number(table, position)
        length, position = _number(table, position)
        key = key[:shared] + table[position:position + rest]
        position += rest
        yield key, table[position:position + length]
        position += length


def _number(data: bytes, position: int) -> Tuple[int, int]:
    """Returns a number of variable length, and the position behind it."""
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            return number, position
