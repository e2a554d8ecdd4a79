"""CIFAR-10 is read from its file, and what is wrong with the file is named."""
import contextlib
import io
import os
import tempfile
import unittest
import zipfile
from unittest import mock

import numpy as np
from parameterized import parameterized

from experiments.common.cifar_files import load_cifar10
from experiments.common.errors import DamagedDataError, MissingDataSetError


def cifar_arrays(train_size=7, validation_size=3, seed=0):
    """Random images and labels under the names that the file gives them."""
    random = np.random.RandomState(seed)
    arrays = {}
    for part, size in (('train', train_size), ('validation', validation_size)):
        arrays[f'{part}_images'] = random.randint(0, 256, (size, 3072)).astype(np.uint8)
        arrays[f'{part}_labels'] = random.randint(0, 10, size).astype(np.int8)
    return arrays


class LoadCifar10Test(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, 'cifar.npz')

    def fails(self, message):
        with self.assertRaisesRegex(DamagedDataError, message) as caught:
            load_cifar10(self.folder, report=self.fail)
        self.assertIn(self.path, str(caught.exception))
        self.assertRegex(str(caught.exception), '(write the file|fetch the data set) again')

    @parameterized.expand([('', np.savez), ('cifar-10', np.savez_compressed)])
    def test_reads_the_file_where_it_lies(self, subfolder, save):
        arrays = cifar_arrays()
        os.makedirs(os.path.join(self.folder, subfolder), exist_ok=True)
        save(os.path.join(self.folder, subfolder, 'cifar.npz'), **arrays)
        data = load_cifar10(self.folder, report=self.fail)
        self.assertEqual(data.name, 'cifar10')
        for part, images, labels in (('train', data.train_images, data.train_labels),
                                     ('validation', data.test_images, data.test_labels)):
            flat = arrays[f'{part}_images']
            self.assertEqual((images.dtype, labels.dtype), (np.uint8, np.int64))
            self.assertEqual(images.shape, (len(flat), 32, 32, 3))
            # Row 5, column 9, green.
            np.testing.assert_array_equal(images[:, 5, 9, 1], flat[:, (5 * 32 + 9) * 3 + 1])
            np.testing.assert_array_equal(images.reshape(flat.shape), flat)
            np.testing.assert_array_equal(labels, arrays[f'{part}_labels'])

    @parameterized.expand([
        ('float images', 'train_images', np.zeros((7, 3072)),
         r'`train_images` to be uint8 \[size, 3072\], got float64 \[7, 3072\]'),
        ('grey images', 'validation_images', np.zeros((3, 1024), np.uint8),
         r'`validation_images` to be uint8 \[size, 3072\], got uint8 \[3, 1024\]'),
        ('one-hot labels', 'train_labels', np.zeros((7, 10), np.int8),
         r'`train_labels` to be integers \[size\], got int8 \[7, 10\]'),
        ('float labels', 'validation_labels', np.zeros(3),
         r'`validation_labels` to be integers \[size\], got float64 \[3\]'),
        ('pickled labels', 'train_labels', np.array([{}] * 7), '`train_labels`.*cannot be read'),
    ])
    def test_a_wrong_array_is_named(self, _, key, array, message):
        np.savez(self.path, **dict(cifar_arrays(), **{key: array}))
        self.fails(message)

    @parameterized.expand([('count', np.zeros(6, np.int8), '7 images and 6 labels'),
                           ('range', np.full(7, 10), 'labels from 10 to 10')])
    def test_labels_that_do_not_fit(self, _, labels, message):
        np.savez(self.path, **dict(cifar_arrays(), train_labels=labels))
        self.fails(message)

    def test_a_missing_array(self):
        arrays = cifar_arrays()
        del arrays['validation_labels']
        np.savez(self.path, **arrays)
        self.fails('an array `validation_labels`, got train_images, train_labels, '
                   'validation_images')

    @parameterized.expand([('empty', b''), ('text', b'<html>'), ('half a zip', b'PK\x03\x04abc'),
                           ('pickle', b'\x80\x03}q\x00.')])
    def test_a_file_of_another_kind(self, _, content):
        with open(self.path, 'wb') as file:
            file.write(content)
        self.fails('expected an archive of NumPy arrays')

    def test_a_single_array(self):
        with open(self.path, 'wb') as file:
            np.save(file, np.zeros(3))
        self.fails('expected an archive of NumPy arrays')

    @parameterized.expand([
        # Offsets within the first member: a header of 30 bytes, name and extra field, 128 bytes of
        # NumPy's header, numbers.
        ('numbers', b'PK\x03\x04', 1000, bytes(50)),
        ('NumPy header', b'PK\x03\x04', 80, b'(' * 40),
        ('name', b'PK\x03\x04', 30, b'x'),
        # Offsets within its entry in the archive's directory.
        ('flag of encryption', b'PK\x01\x02', 8, b'\x01'),
        ('kind of compression', b'PK\x01\x02', 10, b'\x63'),
    ])
    def test_a_damaged_member(self, _, signature, offset, content):
        self.write_damaged(signature, offset, content)
        self.fails('`train_images` to be an array of numbers, but it cannot be read')

    def test_a_damaged_directory_of_the_archive(self):
        self.write_damaged(b'PK\x01\x02', 0, b'xx')
        self.fails('expected an archive of NumPy arrays')

    def write_damaged(self, signature, offset, content):
        """Overwrites a part of a good file, counted from the first such signature."""
        np.savez(self.path, **cifar_arrays())
        with open(self.path, 'r+b') as file:
            file.seek(file.read().index(signature) + offset)
            file.write(content)

    def test_a_member_of_another_format(self):
        with zipfile.ZipFile(self.path, 'w') as archive:
            for name in cifar_arrays():
                archive.writestr(name + '.npy', 'text')
        self.fails(r'`train_images` to be uint8 \[size, 3072\], got \|S4 \[\]')

    def test_missing_and_not_to_be_downloaded(self):
        lines = []
        without_network = {'HOME': self.folder, 'KERAS_HOME': self.folder, 'no_proxy': '',
                           'https_proxy': 'http://127.0.0.1:9'}
        # Keras says that it downloads.
        with mock.patch.dict(os.environ, without_network), \
                contextlib.redirect_stdout(io.StringIO()):
            with self.assertRaisesRegex(
                    MissingDataSetError, r'cifar10: looked for cifar\.npz in .*cifar-10 and .*, '
                    'and tf.keras.datasets could not provide it .*pass --data_dir'):
                load_cifar10(self.folder, report=lines.append)
        self.assertRegex(lines[0], '^cifar10: no files in .*; asking tf.keras.datasets$')
