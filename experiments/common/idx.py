"""The IDX format of the MNIST files."""
import gzip
import struct
import zlib

import numpy as np

from experiments.common.errors import DamagedDataError

_GZIP_MAGIC = b'\x1f\x8b'
_UNSIGNED_BYTE = 0x08


def read_idx(path):
    """Reads an IDX file of unsigned bytes, plain or gzipped.

    Args:
        path: the file; whether it is gzipped is seen from its first bytes.

    Returns:
        A uint8 array in the shape the header states.

    Raises:
        OSError: the file cannot be read.
        DamagedDataError: it is not a complete IDX file of unsigned bytes.
    """
    content = _read_bytes(path)
    if len(content) < 4:
        raise DamagedDataError(f'{path}: expected an IDX file, got only {len(content)} bytes; '
                               'fetch the file again')
    zeros, kind, rank = struct.unpack('>HBB', content[:4])
    if zeros != 0 or kind != _UNSIGNED_BYTE or rank == 0:
        raise DamagedDataError(f'{path}: expected an IDX file of unsigned bytes (it starts with '
                               f'00 00 08), got {content[:4].hex()}; is this the right file?')
    start = 4 + 4 * rank
    if len(content) < start:
        raise DamagedDataError(f'{path}: the file ends within its header; fetch the file again')
    shape = struct.unpack(f'>{rank}I', content[4:start])
    expected = int(np.prod(shape, dtype=np.int64))
    if len(content) - start != expected:
        raise DamagedDataError(
            f'{path}: the header states shape {list(shape)}, that is {expected} bytes, but '
            f'{len(content) - start} follow; fetch the file again')
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _read_bytes(path):
    with open(path, 'rb') as file:
        content = file.read()
    if not content.startswith(_GZIP_MAGIC):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DamagedDataError(f'{path}: the gzip data is damaged ({error}); '
                               'fetch the file again') from error
