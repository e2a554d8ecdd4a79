"""The UCI optical digits that ship with the repository (credit: experiments/data/digits)."""
import os

import numpy as np

from experiments.common.image_set import image_set

PATH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                    'data', 'digits', 'digits.csv.gz')

_TEST_EVERY = 5
_SCALE = 4
_WHITE = 16


def load_digits():
    """Reads the 1797 embedded digits: every fifth, from the first on, tests; the others train.

    That is 360 test and 1437 training images. The file is in the order of its 13 writers, so
    both parts hold digits of all of them. Each 8x8 image is scaled to 32x32 by bilinear
    interpolation and its grey values from 0..16 to 0..255.

    Returns:
        An `ImageSet` with images `[size, 32, 32]`.
    """
    table = np.loadtxt(PATH, delimiter=',', dtype=np.float32)
    images = _enlarge(table[:, :-1].reshape(-1, 8, 8) * (255 / _WHITE))
    images = np.rint(images).astype(np.uint8)
    labels = table[:, -1].astype(np.int64)
    test = np.arange(len(images)) % _TEST_EVERY == 0
    return image_set('digits', images[~test], labels[~test], images[test], labels[test])


def _enlarge(images):
    """Bilinear interpolation of `[size, n, n]` to `[size, 4n, 4n]`, pixel centres aligned."""
    size = images.shape[1]
    positions = (np.arange(size * _SCALE) + 0.5) / _SCALE - 0.5
    # Row k of the identity, interpolated, says how much pixel k adds to each new pixel.
    weights = np.stack([np.interp(positions, np.arange(size), row) for row in np.eye(size)])
    return np.einsum('bij,ik,jl->bkl', images, weights, weights, optimize=True)
