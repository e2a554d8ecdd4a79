"""MNIST and Fashion-MNIST: the four IDX files, or TensorFlow's own download."""
import os

from experiments.common import keras_download
from experiments.common.errors import DamagedDataError
from experiments.common.idx import read_idx
from experiments.common.image_set import DEFAULT_FOLDER, image_set

NAMES = ('mnist', 'fashion_mnist')
FILES = ('train-images-idx3-ubyte', 'train-labels-idx1-ubyte',
         't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte')
SIDE = 28


def load_mnist(name, data_dir='', report=print):
    """Reads MNIST or Fashion-MNIST where its files lie, else downloads it.

    Args:
        name: 'mnist' or 'fashion_mnist'.
        data_dir: folder to look in: itself and its subfolder `name`; '' stands for `data/`
            in the repository.
        report: called with a line of text before a download.

    Returns:
        An `ImageSet` with images `[size, 28, 28]`.

    Raises:
        MissingDataSetError: not found and not downloadable.
        DamagedDataError: a file is there but is not what its name says.
    """
    folders = _folders(name, data_dir or DEFAULT_FOLDER)
    for folder in folders:
        paths = [_existing(folder, file) for file in FILES]
        if all(paths):
            return _read(name, paths)
    (train_images, train_labels), (test_images, test_labels) = keras_download.download(
        name, folders, f'{", ".join(FILES)} (each plain or .gz)', report)
    return image_set(name, train_images, train_labels, test_images, test_labels)


def _folders(name, data_dir):
    """The named subfolder first, so that a folder of several data sets is no trap."""
    folders = [os.path.join(data_dir, name)]
    if os.path.basename(os.path.abspath(data_dir)) not in set(NAMES) - {name}:
        folders.append(data_dir)
    return folders


def _existing(folder, file):
    for path in (os.path.join(folder, file), os.path.join(folder, file + '.gz')):
        if os.path.isfile(path):
            return path
    return None


def _read(name, paths):
    arrays = [read_idx(path) for path in paths]
    for path, array, shape in zip(paths, arrays, ((SIDE, SIDE), ()) * 2):
        if array.shape[1:] != shape:
            raise DamagedDataError(
                f'{path}: expected an array of shape [{", ".join(map(str, ("size",) + shape))}], '
                f'got {list(array.shape)}; is this the right file?')
    return image_set(name, *arrays, source=', '.join(paths))
