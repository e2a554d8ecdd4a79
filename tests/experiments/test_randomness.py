"""Dropout, and random shifts: the same again at the same step."""
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.randomness import dropout, shifted

HEIGHT, WIDTH = 5, 7


def shift(images, largest, seed=1, step=0):
    with tf.Graph().as_default(), tf.Session() as session:
        out = shifted(tf.constant(images), largest, seed, tf.constant(step, tf.int64))
        return session.run(out)


def moved(image, largest, row, column):
    """The part of a padded image that begins at a row and a column."""
    padded = np.pad(image, largest, mode='constant')
    return padded[row:row + HEIGHT, column:column + WIDTH]


class ShiftedTest(unittest.TestCase):

    @parameterized.expand([(0,), (1,), (2,)])
    def test_every_shift_comes_and_no_other(self, largest):
        image = np.random.RandomState(0).randint(1, 256, (HEIGHT, WIDTH)).astype(np.uint8)
        places = 2 * largest + 1
        results = shift(np.stack([image] * 40 * places ** 2), largest)
        self.assertEqual(np.uint8, results.dtype)
        expected = {moved(image, largest, row, column).tobytes()
                    for row in range(places) for column in range(places)}
        self.assertEqual(expected, {result.tobytes() for result in results})
        self.assertEqual(places ** 2, len(expected))

    def test_each_image_keeps_its_place_in_the_batch(self):
        images = np.arange(1, 21, dtype=np.float32)[:, None, None] * np.ones((HEIGHT, WIDTH),
                                                                             np.float32)
        results = shift(images, 1)
        np.testing.assert_array_equal(images.max(axis=(1, 2)), results.max(axis=(1, 2)))

    def test_seed_and_step_decide(self):
        images = np.random.RandomState(0).rand(20, HEIGHT, WIDTH).astype(np.float32)
        result = shift(images, 2, seed=1, step=3)
        np.testing.assert_array_equal(result, shift(images, 2, seed=1, step=3))
        for seed, step in ((2, 3), (1, 4)):
            self.assertFalse(np.array_equal(result, shift(images, 2, seed, step)))


class DropoutTest(unittest.TestCase):

    def run_dropout(self, seed, step, rate=0.25, layer=0):
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.ones([200, 50])
            return session.run(dropout(inp, rate, seed, tf.constant(step, tf.int64), layer))

    def test_values_are_dropped_or_scaled(self):
        out = self.run_dropout(1, 0)
        self.assertEqual(set(np.unique(out)), {np.float32(0), np.float32(1 / 0.75)})
        # The share of 10000 draws has a standard deviation of 0.0043.
        self.assertAlmostEqual(float(np.mean(out == 0)), 0.25, delta=0.015)

    def test_seed_step_and_layer_decide(self):
        np.testing.assert_array_equal(self.run_dropout(1, 5), self.run_dropout(1, 5))
        self.assertTrue((self.run_dropout(1, 5) != self.run_dropout(1, 6)).any())
        self.assertTrue((self.run_dropout(1, 5) != self.run_dropout(2, 5)).any())
        self.assertTrue((self.run_dropout(1, 5) != self.run_dropout(1, 5, layer=1)).any())
