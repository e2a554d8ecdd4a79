"""Files of the IDX format."""
import gzip
import os
import tempfile
import unittest

import numpy as np
from parameterized import parameterized

from experiments.common.errors import DamagedDataError
from experiments.common.idx import read_idx
from tests.experiments.mnist_data import idx_bytes


class ReadIdxTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'some-idx3-ubyte')

    def write(self, content):
        with open(self.path, 'wb') as file:
            file.write(content)

    @parameterized.expand([('vector', (5,)), ('images', (3, 4, 2)), ('no image', (0, 4, 2))])
    def test_reads_what_was_written(self, _, shape):
        array = np.random.RandomState(0).randint(0, 256, shape).astype(np.uint8)
        for content in (idx_bytes(array), gzip.compress(idx_bytes(array))):
            self.write(content)
            result = read_idx(self.path)
            self.assertEqual(result.dtype, np.uint8)
            np.testing.assert_array_equal(result, array)

    @parameterized.expand([
        ('empty', b'', 'got only 0 bytes'),
        ('text', b'<html>', 'expected an IDX file of unsigned bytes.*3c68746d'),
        ('floats', bytes([0, 0, 13, 1, 0, 0, 0, 0]), 'unsigned bytes.*00000d01'),
        ('no dimension', bytes([0, 0, 8, 0, 7]), 'unsigned bytes.*00000800'),
        ('half a header', bytes([0, 0, 8, 2, 0, 0, 0, 1]), 'ends within its header'),
        ('too short', bytes([0, 0, 8, 1, 0, 0, 0, 3, 1, 2]), r'shape \[3\].*3 bytes, but 2'),
        ('too long', bytes([0, 0, 8, 1, 0, 0, 0, 1, 1, 2]), r'shape \[1\].*1 bytes, but 2'),
        ('cut gzip', gzip.compress(bytes(100))[:-9], 'gzip data is damaged'),
        ('wrong gzip', gzip.compress(bytes(100))[:10] + bytes(100), 'gzip data is damaged'),
    ])
    def test_a_damaged_file_is_named(self, _, content, message):
        self.write(content)
        with self.assertRaisesRegex(DamagedDataError, message) as caught:
            read_idx(self.path)
        self.assertIn(self.path, str(caught.exception))
