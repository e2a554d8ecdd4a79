"""Images with their labels, and the statistics of their pixels."""
import unittest

import numpy as np
from parameterized import parameterized

from experiments.common.errors import DamagedDataError
from experiments.common.image_set import image_set, pixel_statistics


class ImageSetTest(unittest.TestCase):

    @parameterized.expand([
        ('counts', (4, 2, 2), [0, 1, 2], 'one label for each test image, got 4 images and 3'),
        ('empty', (0, 2, 2), [], 'got 0 images and 0 labels'),
        ('labels', (2, 2, 2), [0, 10], 'test labels from 0 to 9, got labels from 0 to 10'),
        ('sizes', (2, 2, 3), [0, 1], r'one size.*\[2, 2\] and test images \[2, 3\]'),
    ])
    def test_parts_that_do_not_fit(self, _, shape, labels, message):
        with self.assertRaisesRegex(DamagedDataError, f'^fashion: .*{message}'):
            image_set('fashion', np.zeros((1, 2, 2)), np.array([3]), np.zeros(shape),
                      np.array(labels, int))


class PixelStatisticsTest(unittest.TestCase):

    def test_equals_numpy(self):
        images = np.random.RandomState(0).randint(0, 256, (300, 5, 4, 3)).astype(np.uint8)
        mean, deviation = pixel_statistics(images)
        self.assertEqual((mean.dtype, deviation.dtype), (np.float32, np.float32))
        np.testing.assert_allclose(mean, images.mean(axis=0), rtol=1e-6)
        np.testing.assert_allclose(deviation, images.astype(np.float64).std(axis=0), rtol=1e-6)

    def test_sums_beyond_32_bits_and_small_deviations(self):
        # The sum of the squares of a hundred thousand white pixels takes 33 bits.
        images = np.full((100000, 1), 255, np.uint8)
        images[0] = 254
        mean, deviation = pixel_statistics(images)
        self.assertAlmostEqual(mean[0], 255 - 1e-5, places=4)
        np.testing.assert_allclose(deviation, np.sqrt(1e-5 * (1 - 1e-5)), rtol=1e-3)

    def test_a_constant_pixel_has_deviation_one(self):
        images = np.random.RandomState(0).randint(0, 256, (7, 2, 3)).astype(np.uint8)
        images[:, 1, 2] = 177
        mean, deviation = pixel_statistics(images)
        self.assertEqual((mean[1, 2], deviation[1, 2]), (177, 1))
