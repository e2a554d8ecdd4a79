"""The form in which every data set reaches the experiments."""
import collections
import os
import zlib

import numpy as np

from experiments.common.errors import DamagedDataError

# Where the files of data sets are looked for.
DEFAULT_FOLDER = os.path.join(
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), 'data')

_REMEDY = 'fetch the data set again'


class ImageSet(collections.namedtuple('ImageSet', [
        'name', 'train_images', 'train_labels', 'test_images', 'test_labels'])):
    """Labelled images, split for training and testing.

    Attributes:
        name: the data set's name, as in `--dataset`.
        train_images: uint8 `[train_size, height, width]` or `[..., height, width, channels]`.
        train_labels: int64 `[train_size]`, each from 0 to 9.
        test_images: like `train_images`.
        test_labels: like `train_labels`.
    """
    __slots__ = ()

    def fingerprint(self):
        """Returns a checksum of the training images and labels."""
        checksum = 0
        for part in (self.train_images, self.train_labels):
            checksum = zlib.crc32(np.ascontiguousarray(part), checksum)
        return checksum


def image_set(name, train_images, train_labels, test_images, test_labels, source=None):
    """Makes an `ImageSet` after checking that images and labels belong together.

    Args:
        name, train_images, train_labels, test_images, test_labels: see `ImageSet`; labels of any
            integer type.
        source: names the files in error messages; None where there are none.

    Returns:
        An `ImageSet`.

    Raises:
        DamagedDataError: the counts differ, a part is empty, a label is not from 0 to 9, or the
            images are not of one size.
    """
    source = source or name
    for part, images, labels in (('training', train_images, train_labels),
                                 ('test', test_images, test_labels)):
        if len(images) == 0 or len(images) != len(labels):
            raise DamagedDataError(
                f'{source}: expected one label for each {part} image, got {len(images)} images '
                f'and {len(labels)} labels; {_REMEDY}')
        if labels.min() < 0 or labels.max() > 9:
            raise DamagedDataError(f'{source}: expected {part} labels from 0 to 9, got labels '
                                   f'from {labels.min()} to {labels.max()}; {_REMEDY}')
    if train_images.shape[1:] != test_images.shape[1:]:
        raise DamagedDataError(f'{source}: expected images of one size, got training images '
                               f'{list(train_images.shape[1:])} and test images '
                               f'{list(test_images.shape[1:])}; {_REMEDY}')
    return ImageSet(name, train_images, train_labels.astype('int64'),
                    test_images, test_labels.astype('int64'))


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
