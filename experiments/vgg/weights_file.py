"""Files with the weights of a VGG network of Keras, read one array at a time.

HDF5 (`.h5`, `.hdf5`): what `save_weights` and `save` write, from Keras 1 on (the files
that `tf.keras.applications` downloads) to Keras 3. NumPy (`.npz`): one array for each name,
`block1_conv1/kernel` and `block1_conv1/bias` to `predictions/bias`, also with `:0` at the end as in
TensorFlow's names of variables. Nothing is unpickled.
"""
import contextlib
import os
import re

import numpy as np

from experiments.common.errors import UNREADABLE_ARCHIVE, ExpectedError

KERNEL, BIAS = 'kernel', 'bias'

_LAYER = re.compile(r'block\d_conv\d$|fc\d$|predictions$')
# What an optimizer keeps about a layer has names with the layer's.
_OPTIMIZER = ('optimizer_weights', 'optimizer')
_NPY_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0}


class WeightsFileError(ExpectedError):
    """A file with weights cannot be read as one; the message says what to do."""


class WeightsFile:
    """The arrays of an open file.

    Attributes:
        path: the file.
        shapes: dict from pairs of a Keras layer's name and `KERNEL` or `BIAS` to shapes, lists.
    """

    def __init__(self, path, shapes, read):
        self.path = path
        self.shapes = shapes
        self._read = read

    def read(self, layer, kind):
        """Returns an array as float32.

        Raises:
            WeightsFileError: it is not an array of numbers, or the file is damaged.
        """
        try:
            array = self._read(layer, kind)
        except UNREADABLE_ARCHIVE as error:
            raise WeightsFileError(f'{self.path}: {layer}/{kind} cannot be read ({error}); copy '
                                   'the file again') from error
        if array.dtype.kind not in 'fiu':
            raise WeightsFileError(f'{self.path}: {layer}/{kind} holds {array.dtype}, expected '
                                   'numbers; save the weights as float32')
        return array.astype(np.float32, copy=False)


@contextlib.contextmanager
def open_weights(path):
    """Context of an open file with weights.

    Args:
        path: a file that ends in `.h5`, `.hdf5` or `.npz`.

    Yields:
        `WeightsFile`.

    Raises:
        WeightsFileError: it is missing, damaged, or of another kind, or h5py is missing.
    """
    opener = _OPENERS.get(os.path.splitext(path)[1].lower())
    if opener is None:
        raise WeightsFileError(f'{path}: expected a file that ends in {", ".join(_OPENERS)}; save '
                               'a Keras model with save_weights, or its arrays with numpy.savez')
    if not os.path.isfile(path):
        raise WeightsFileError(f'{path}: there is no such file; check the path')
    with contextlib.ExitStack() as stack:
        try:
            weights = stack.enter_context(opener(path))
        except UNREADABLE_ARCHIVE as error:
            raise WeightsFileError(f'{path}: the file is damaged or not what its name says '
                                   f'({error}); copy it again') from error
        yield weights


@contextlib.contextmanager
def _open_h5(path):
    try:
        import h5py
    except ImportError as error:
        raise WeightsFileError(f'{path}: reading it needs the package h5py ({error}); pip install '
                               'h5py, or pass an .npz file') from error
    with h5py.File(path, 'r') as file:
        found = {}

        def visit(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith(_OPTIMIZER):
                layer = _layer_of(name, item.parent.attrs.get('name'))
                if layer:
                    found[layer, BIAS if len(item.shape) == 1 else KERNEL] = item

        file.visititems(visit)
        yield WeightsFile(path, {key: list(item.shape) for key, item in found.items()},
                          lambda *key: found[key][()])


@contextlib.contextmanager
def _open_npz(path):
    with np.load(path, allow_pickle=False) as arrays:
        names, shapes = {}, {}
        for name in arrays.files:
            layer, _, kind = re.sub(r':0$', '', name).rpartition('/')
            layer = _layer_of(layer)
            if layer and kind in (KERNEL, BIAS):
                names[layer, kind] = name
                shapes[layer, kind] = _npy_shape(arrays.zip, name + '.npy')
        yield WeightsFile(path, shapes, lambda *key: arrays[names[key]])


_OPENERS = {'.h5': _open_h5, '.hdf5': _open_h5, '.npz': _open_npz}


def _layer_of(name, attribute=None):
    """The layer in a path of names; Keras 3 numbers its groups and names them by an attribute."""
    if isinstance(attribute, bytes):
        attribute = attribute.decode('utf-8')
    parts = ([attribute] if attribute else []) + name.split('/')
    return next((part for part in parts if _LAYER.match(part)), None)


def _npy_shape(archive, member):
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version not in _NPY_HEADERS:
            raise ValueError(f'{member} has version {version} of the format')
        return list(_NPY_HEADERS[version](file)[0])
