"""Data sets in the form of MNIST are found and checked."""
import gzip
import os
import tempfile
import unittest
from unittest import mock

import numpy as np
from parameterized import parameterized

from experiments.common import datasets, digits
from experiments.common.errors import DamagedDataError
from experiments.common.mnist_files import FILES
from tests.experiments.mnist_data import idx_bytes, write_mnist


class LoadTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    @parameterized.expand([
        ('mnist', '', False), ('mnist', 'mnist', True), ('auto', '', True),
        ('fashion_mnist', 'fashion_mnist', False), ('fashion_mnist', '', True)])
    def test_reads_idx_files_where_they_lie(self, name, subfolder, compress):
        written = write_mnist(os.path.join(self.folder, subfolder), compress=compress)
        data = datasets.load(name, self.folder, report=self.fail)
        self.assertEqual(data.name, 'mnist' if name == 'auto' else name)
        for array, expected in zip(data[1:], written):
            np.testing.assert_array_equal(array, expected)

    def test_a_folder_of_two_data_sets_serves_both(self):
        written = {name: write_mnist(os.path.join(self.folder, name), seed)
                   for seed, name in enumerate(('mnist', 'fashion_mnist'))}
        for name, arrays in written.items():
            data = datasets.load(name, self.folder, report=self.fail)
            np.testing.assert_array_equal(data.train_images, arrays[0])

    @parameterized.expand(['mnist', 'auto'])
    def test_a_damaged_file_is_an_error_and_no_reason_to_fall_back(self, name):
        write_mnist(self.folder)
        with open(os.path.join(self.folder, FILES[2]), 'ab') as file:
            file.write(b'x')
        with self.assertRaisesRegex(DamagedDataError, FILES[2] + '.*3920 bytes, but 3921'):
            datasets.load(name, self.folder)

    @parameterized.expand([
        ('images', 0, (12, 28, 20), r'\[size, 28, 28\], got \[12, 28, 20\]; is this the right'),
        ('labels', 3, (5, 10), r'\[size\], got \[5, 10\]; is this the right'),
        ('count', 1, (11,), '12 images and 11 labels; fetch the data set again')])
    def test_a_wrong_shape_is_named(self, _, number, shape, message):
        write_mnist(self.folder)
        path = os.path.join(self.folder, FILES[number])
        with open(path, 'wb') as file:
            file.write(idx_bytes(np.zeros(shape, np.uint8)))
        with self.assertRaisesRegex(DamagedDataError, message) as caught:
            datasets.load('mnist', self.folder)
        self.assertIn(path, str(caught.exception))

    def test_swapped_files_are_named(self):
        write_mnist(self.folder)
        images, labels = (os.path.join(self.folder, name) for name in FILES[:2])
        os.rename(images, images + '.tmp')
        os.rename(labels, images)
        os.rename(images + '.tmp', labels)
        with self.assertRaisesRegex(DamagedDataError, FILES[0] + r'.*28, 28\], got \[12\]'):
            datasets.load('mnist', self.folder)

    def test_an_unknown_name(self):
        with self.assertRaisesRegex(ValueError, "`name` is 'cifar', expected one of auto, mnist"):
            datasets.load('cifar')

    def test_digits(self):
        data = datasets.load('digits')
        self.assertEqual(data.train_images.shape, (1437, 32, 32))
        self.assertEqual(data.test_images.shape, (360, 32, 32))
        self.assertEqual(data.train_images.dtype, np.uint8)
        # The file's first image, a zero, begins 0 0 5 13; its fifth, a four, 0 0 0 1.
        np.testing.assert_array_equal(data.test_labels[:3], [0, 5, 0])
        np.testing.assert_array_equal(data.train_labels[:5], [1, 2, 3, 4, 6])
        counts = np.bincount(np.concatenate([data.train_labels, data.test_labels]))
        np.testing.assert_array_equal(counts,
                                      [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])

    @parameterized.expand([
        ('text', b'x', 'Not a gzipped file|not a gzip file'),
        ('cut', gzip.compress(b'1,2\n' * 100)[:-9], 'ended before'),
        ('columns', gzip.compress(b'1,2\n3,4\n'), 'expected 65 columns, got 2')])
    def test_damaged_digits_are_named(self, _, content, message):
        path = os.path.join(self.folder, 'digits.csv.gz')
        with open(path, 'wb') as file:
            file.write(content)
        with mock.patch.object(digits, 'PATH', path):
            with self.assertRaisesRegex(DamagedDataError, message) as caught:
                datasets.load('digits')
        self.assertIn(path, str(caught.exception))

    def test_digits_keep_their_brightness_when_enlarged(self):
        table = np.loadtxt(digits.PATH, delimiter=',')
        small = table[::5, :64].mean(axis=1) * 255 / 16
        large = datasets.load('digits').test_images.mean(axis=(1, 2))
        np.testing.assert_allclose(large, small, atol=0.5)
