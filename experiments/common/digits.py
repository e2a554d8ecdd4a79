"""The UCI optical digits that ship with the repository (credit: experiments/data/digits)."""
import os
import zlib

import numpy as np

from experiments.common.errors import DamagedDataError
from experiments.common.image_set import image_set

PATH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                    'data', 'digits', 'digits.csv.gz')

_TEST_EVERY = 5
_SIDE = 8
_SCALE = 4
_WHITE = 16


def load_digits():
    """Reads the 1797 embedded digits: every fifth, from the first on, tests; the others train.

    That is 360 test and 1437 training images. The file is in the order of its 13 writers, so
    both parts hold digits of all of them. Each 8x8 image is scaled to 32x32 by bilinear
    interpolation and its grey values from 0..16 to 0..255.

    Returns:
        An `ImageSet` with images `[size, 32, 32]`.

    Raises:
        DamagedDataError: the file is damaged.
    """
    table = _read(PATH)
    images = _enlarge(table[:, :-1].reshape(-1, _SIDE, _SIDE) * (255 / _WHITE))
    images = np.rint(images).astype(np.uint8)
    labels = table[:, -1].astype(np.int64)
    test = np.arange(len(images)) % _TEST_EVERY == 0
    return image_set('digits', images[~test], labels[~test], images[test], labels[test],
                     source=PATH)


def _read(path):
    """Returns the table `[size, 65]`: on each row 64 grey values and the digit."""
    try:
        table = np.loadtxt(path, delimiter=',', dtype=np.float32, ndmin=2)
        if table.shape[1] != _SIDE**2 + 1:
            raise ValueError(f'expected {_SIDE**2 + 1} columns, got {table.shape[1]}')
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DamagedDataError(f'{path}: the digits of the repository cannot be read ({error}); '
                               'check the file out again') from error
    return table


def _enlarge(images):
    """Bilinear interpolation of `[size, n, n]` to `[size, 4n, 4n]`, pixel centres aligned."""
    size = images.shape[1]
    positions = (np.arange(size * _SCALE) + 0.5) / _SCALE - 0.5
    # Row k of the identity, interpolated, says how much pixel k adds to each new pixel.
    weights = np.stack([np.interp(positions, np.arange(size), row) for row in np.eye(size)])
    return np.einsum('bij,ik,jl->bkl', images, weights, weights, optimize=True)
