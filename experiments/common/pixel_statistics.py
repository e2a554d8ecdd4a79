"""Mean and standard deviation of each pixel over a set of images."""
import numpy as np


def pixel_statistics(images):
    """Measures every pixel and channel over all images.

    The sums are exact integers, so no float copy of the images is needed.

    Args:
        images: uint8 array `[size, ...]`.

    Returns:
        `(mean, deviation)`, float32 arrays `[...]` in grey values. The deviation of a pixel that
        is the same in all images is 1, so that one can divide by it.
    """
    size = len(images)
    mean = np.einsum('i...->...', images, dtype=np.uint64) / size
    square_mean = np.einsum('i...,i...->...', images, images, dtype=np.uint64) / size
    # Rounding may leave a tiny negative variance.
    deviation = np.sqrt(np.maximum(square_mean - mean ** 2, 0))
    is_constant = images.min(axis=0) == images.max(axis=0)
    deviation[is_constant] = 1
    return mean.astype(np.float32), deviation.astype(np.float32)
