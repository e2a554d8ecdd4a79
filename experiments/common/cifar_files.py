"""CIFAR-10: the file `cifar.npz`, or TensorFlow's own download."""
import os
import zipfile

import numpy as np
from absl import flags

from experiments.common import keras_download
from experiments.common.errors import UNREADABLE_ARCHIVE, DamagedDataError
from experiments.common.image_set import DEFAULT_FOLDER, image_set

DATA_FLAGS = ['data_dir']
FILE = 'cifar.npz'
SUBFOLDER = 'cifar-10'
SIDE = 32
CHANNELS = 3

_PIXELS = SIDE * SIDE * CHANNELS
_REMEDY = 'write the file again, or pass a --data_dir without it to download the data set'


def define_cifar_dir():
    """Defines the `DATA_FLAGS`."""
    flags.DEFINE_string('data_dir', '', 'folder that holds cifar.npz, or a subfolder cifar-10 '
                        'with it (default: data/ in the repository)')


def load_cifar10(data_dir='', report=print):
    """Reads CIFAR-10 from `cifar.npz` where it lies, else downloads it.

    The file holds `train_images` and `validation_images`, uint8 `[size, 3072]` in the order
    height, width, channel, and `train_labels` and `validation_labels`, integers `[size]`. The
    official Python batches are pickles, which can run code when read, so this reads none; what
    `tf.keras.datasets` downloads is read by Keras itself.

    Args:
        data_dir: folder to look in: its subfolder `cifar-10`, then itself; '' stands for `data/`
            in the repository.
        report: called with a line of text before a download.

    Returns:
        An `ImageSet` with uint8 images `[size, 32, 32, 3]` (height, width, channel).

    Raises:
        MissingDataSetError: not found and not downloadable.
        DamagedDataError: the file is there but is not what its name says.
    """
    data_dir = data_dir or DEFAULT_FOLDER
    folders = [os.path.join(data_dir, SUBFOLDER), data_dir]
    for folder in folders:
        path = os.path.join(folder, FILE)
        if os.path.isfile(path):
            return _read(path)
    (train_images, train_labels), (test_images, test_labels) = keras_download.download(
        'cifar10', folders, FILE, report)
    return image_set('cifar10', train_images, train_labels[:, 0], test_images, test_labels[:, 0])


def _read(path):
    with _opened(path) as content:
        arrays = [read(content, path, f'{part}_{kind}') for part in ('train', 'validation')
                  for kind, read in (('images', _images), ('labels', _labels))]
    return image_set('cifar10', *arrays, source=path)


def _opened(path):
    try:
        # NumPy reads a file of another kind by other rules, and one that is damaged here makes
        # some versions print a traceback.
        with zipfile.ZipFile(path):
            return np.load(path, allow_pickle=False)
    except UNREADABLE_ARCHIVE as error:
        raise DamagedDataError(f'{path}: expected an archive of NumPy arrays, but it cannot be '
                               f'read as one ({error}); {_REMEDY}') from error


def _images(content, path, key):
    array = _array(content, path, key)
    if array.dtype != np.uint8 or array.ndim != 2 or array.shape[1] != _PIXELS:
        raise _wrong(path, key, f'uint8 [size, {_PIXELS}]', array)
    return array.reshape(-1, SIDE, SIDE, CHANNELS)


def _labels(content, path, key):
    array = _array(content, path, key)
    if array.dtype.kind not in 'iu' or array.ndim != 1:
        raise _wrong(path, key, 'integers [size]', array)
    return array


def _array(content, path, key):
    if key not in content.files:
        raise DamagedDataError(f'{path}: expected an array `{key}`, got '
                               f'{", ".join(sorted(content.files)) or "no array"}; {_REMEDY}')
    try:
        # NumPy returns a member of another format as bytes.
        return np.asarray(content[key])
    except UNREADABLE_ARCHIVE as error:
        raise DamagedDataError(f'{path}: expected `{key}` to be an array of numbers, but it '
                               f'cannot be read ({error}); {_REMEDY}') from error


def _wrong(path, key, expected, array):
    return DamagedDataError(f'{path}: expected `{key}` to be {expected}, got {array.dtype} '
                            f'{list(array.shape)}; {_REMEDY}')
