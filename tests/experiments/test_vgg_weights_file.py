"""Files with the weights of Keras networks, in the layouts of its versions."""
import os
import sys
import tempfile
import unittest
from unittest import mock

import h5py
import numpy as np
from parameterized import parameterized

from experiments.vgg.keras_layers import architecture_of, scopes_of
from experiments.vgg.network import VGG16, VGG19
from experiments.vgg.weights_file import BIAS, KERNEL, WeightsFileError, open_weights

CHANNELS = (2, 3, 4, 5, 6)
SIZES = {'fc1': (2 * 2 * 6, 8), 'fc2': (8, 7), 'predictions': (7, 3)}


def arrays_of(architecture, seed=0):
    """Dict from (layer, kind) to a random array, of a small network."""
    random, inp, arrays = np.random.RandomState(seed), 3, {}
    for layer in scopes_of(architecture.convolutions):
        if layer in SIZES:
            shape = SIZES[layer]
        else:
            out = CHANNELS[int(layer[len('block')]) - 1]
            shape, inp = (3, 3, inp, out), out
        arrays[layer, KERNEL] = random.normal(size=shape).astype(np.float32)
        arrays[layer, BIAS] = random.normal(size=shape[-1:]).astype(np.float32)
    return arrays


def _keras1(layer, kind):
    return f'{layer}/{layer}_{"W" if kind == KERNEL else "b"}_1:0'


def _keras2(layer, kind):
    return f'{layer}/{layer}/{kind}:0'


def _keras2_model(layer, kind):
    return f'model_weights/{layer}/{layer}/{kind}:0'


def _keras3_model(layer, kind):
    return f'model_weights/{layer}/sequential/{layer}/{kind}'


class LayoutsTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.arrays = arrays_of(VGG16)

    def write_h5(self, items, name='weights.h5'):
        path = os.path.join(self.folder, name)
        with h5py.File(path, 'w') as file:
            for item, value in items.items():
                file[item] = value
        return path

    def write_npz(self, items):
        path = os.path.join(self.folder, 'weights.npz')
        np.savez(path, **items)
        return path

    def assert_read(self, path):
        with open_weights(path) as weights:
            self.assertEqual({key: list(value.shape) for key, value in self.arrays.items()},
                             weights.shapes)
            for key, value in self.arrays.items():
                read = weights.read(*key)
                self.assertEqual(np.float32, read.dtype)
                np.testing.assert_array_equal(value, read)

    @parameterized.expand([(_keras1,), (_keras2,), (_keras2_model,), (_keras3_model,)])
    def test_h5_with_names(self, name):
        items = {name(*key): value for key, value in self.arrays.items()}
        # What an optimizer keeps has the names of the layers, but is not theirs.
        items['optimizer_weights/training/SGD/fc1/kernel/momentum:0'] = np.zeros(SIZES['fc1'])
        self.assert_read(self.write_h5(items))

    @parameterized.expand([(str,), (lambda name: np.bytes_(name.encode()),)])
    def test_h5_of_keras_3_names_its_groups_by_an_attribute(self, encoded):
        path = os.path.join(self.folder, 'new.weights.h5')
        with h5py.File(path, 'w') as file:
            for position, layer in enumerate(scopes_of(VGG16.convolutions)):
                group = file.create_group(f'layers/some_{20 - position}/vars')
                group.attrs['name'] = encoded(layer)
                group['0'] = self.arrays[layer, KERNEL]
                group['1'] = self.arrays[layer, BIAS]
            file['optimizer/vars/0'] = np.zeros(3)
        self.assert_read(path)

    @parameterized.expand(['', ':0'])
    def test_npz(self, end):
        self.assert_read(self.write_npz(
            {'/'.join(key) + end: value for key, value in self.arrays.items()}))

    def test_half_precision_becomes_float32(self):
        path = self.write_npz({'fc1/kernel': np.array([[1.5, 2]], np.float16)})
        with open_weights(path) as weights:
            self.assertEqual(np.float32, weights.read('fc1', KERNEL).dtype)

    def test_sizes_come_from_the_file(self):
        path = self.write_npz({'/'.join(key): value for key, value in self.arrays.items()})
        with open_weights(path) as weights:
            self.assertEqual(VGG16._replace(channels=CHANNELS, hidden=(8, 7), classes=3, side=64),
                             architecture_of(weights, 'vgg16'))

    @parameterized.expand([
        ('another network', VGG19, {}, (), 'holds the layers of vgg19; pass --network=vgg19'),
        ('a missing array', VGG16, {}, ['fc2/bias'], 'but fc2/bias are missing; save a whole'),
        ('no top', VGG16, {}, [f'{layer}/{kind}' for layer in SIZES for kind in (KERNEL, BIAS)],
         r'missing \(a file without the top has no fully-connected layers\)'),
        ('more layers', VGG16, {'fc3/kernel': np.zeros((3, 3))}, (), 'fc3/kernel are not of vgg16'),
        ('no square', VGG16, {'fc1/kernel': np.zeros((18, 8))}, (),
         r'fc1/kernel is \[18, 8\], expected as many rows as a square'),
        ('the order of Theano', VGG16, {'block1_conv1/kernel': np.zeros((2, 3, 3, 2))}, (),
         r'block1_conv1/kernel is \[2, 3, 3, 2\], expected \[3, 3, 3, 2\]; kernels are'),
        ('biases that do not fit', VGG16, {'fc2/bias': np.zeros(8)}, (),
         r'fc2/bias is \[8\], expected \[7\]'),
    ])
    def test_not_a_network(self, _, architecture, changed, left_out, message):
        items = {'/'.join(key): value for key, value in arrays_of(architecture).items()}
        items = {name: value for name, value in dict(items, **changed).items()
                 if name not in left_out}
        with open_weights(self.write_npz(items)) as weights, \
                self.assertRaisesRegex(WeightsFileError, message):
            architecture_of(weights, 'vgg16')

    @parameterized.expand([
        ('weights.txt', b'x', 'expected a file that ends in .h5, .hdf5, .npz'),
        ('weights.h5', b'no HDF5', 'damaged or not what its name says'),
        ('weights.npz', b'no archive', 'damaged or not what its name says'),
        ('weights.h5', None, 'there is no such file')])
    def test_not_a_file_with_weights(self, name, content, message):
        path = os.path.join(self.folder, name)
        if content is not None:
            with open(path, 'wb') as file:
                file.write(content)
        with self.assertRaisesRegex(WeightsFileError, message), open_weights(path):
            pass

    def test_damaged_compressed_arrays(self):
        path = os.path.join(self.folder, 'weights.npz')
        np.savez_compressed(path, **{'fc1/kernel': np.arange(100.0)})
        with open(path, 'r+b') as file:
            start = file.read().index(b'fc1/kernel.npy') + len('fc1/kernel.npy')
            # Behind a zip64 field of 20 bytes; no block of compressed data begins like this.
            file.seek(start + 20)
            file.write(b'\xff' * 10)
        with self.assertRaisesRegex(WeightsFileError, 'damaged or not .* .Error -3 '), \
                open_weights(path):
            pass

    def test_nothing_is_unpickled(self):
        path = self.write_npz({'fc1/kernel': np.array([[object()]])})
        with open_weights(path) as weights, \
                self.assertRaisesRegex(WeightsFileError, 'fc1/kernel cannot be read'):
            weights.read('fc1', KERNEL)

    def test_text_is_no_weights(self):
        with open_weights(self.write_npz({'fc1/kernel': np.array([['x']])})) as weights, \
                self.assertRaisesRegex(WeightsFileError, 'fc1/kernel holds <U1, expected numbers'):
            weights.read('fc1', KERNEL)

    def test_without_h5py(self):
        path = self.write_h5({})
        with mock.patch.dict(sys.modules, h5py=None), \
                self.assertRaisesRegex(WeightsFileError, 'needs the package h5py .*pip install'):
            with open_weights(path):
                pass


if __name__ == '__main__':
    unittest.main()
