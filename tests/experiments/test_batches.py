"""Batches for training: their order, and where a resumed run goes on."""
import itertools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.batches import steps_per_epoch, training_batches

SIZE = 11
LABELS = np.arange(SIZE)
IMAGES = np.arange(SIZE, dtype=np.uint8)[:, None, None] * np.ones([1, 2, 3], np.uint8)


def run(count, **arguments):
    """The first `count` batches as a list of NumPy triples."""
    with tf.Graph().as_default(), tf.Session() as session:
        batch = tf.data.make_one_shot_iterator(
            training_batches(IMAGES, LABELS, **arguments)).get_next()
        return [session.run(batch) for _ in range(count)]


class TrainingBatchesTest(unittest.TestCase):

    def test_images_come_with_their_labels_and_step(self):
        for step, (images, labels, number) in enumerate(run(7, batch_size=4, seed=0)):
            self.assertEqual(images.shape, (4, 2, 3))
            self.assertEqual(images.dtype, np.uint8)
            np.testing.assert_array_equal(images[:, 1, 2], labels)
            self.assertEqual(number, step)

    def test_the_shape_is_known_in_the_graph(self):
        with tf.Graph().as_default():
            images, labels, step = tf.data.make_one_shot_iterator(
                training_batches(IMAGES, LABELS, 4, 0)).get_next()
            self.assertEqual([t.shape.as_list() for t in (images, labels, step)],
                             [[4, 2, 3], [4], []])

    def test_an_epoch_has_no_image_twice(self):
        labels = [labels for _, labels, _ in run(6, batch_size=5, seed=3)]
        for epoch in range(3):
            drawn = np.concatenate(labels[2 * epoch:2 * epoch + 2])
            self.assertEqual(len(set(drawn)), 10)

    def test_the_order_depends_on_epoch_and_seed(self):
        orders = [tuple(np.concatenate([labels for _, labels, _ in batches])) for batches in (
            run(2, batch_size=5, seed=3), run(4, batch_size=5, seed=3)[2:],
            run(2, batch_size=5, seed=4))]
        for one, other in itertools.combinations(orders, 2):
            self.assertNotEqual(one, other)

    @parameterized.expand([(1,), (2,), (3,), (7,)])
    def test_a_later_start_sees_the_batches_of_an_uninterrupted_run(self, first):
        whole = run(9, batch_size=4, seed=5)
        resumed = run(9 - first, batch_size=4, seed=5, first_step=first)
        for expected, batch in zip(whole[first:], resumed):
            for one, other in zip(expected, batch):
                np.testing.assert_array_equal(one, other)

    def test_the_order_is_the_same_on_every_version(self):
        np.testing.assert_array_equal(
            np.concatenate([labels for _, labels, _ in run(2, batch_size=4, seed=1)]),
            [6, 2, 10, 9, 3, 7, 8, 1])

    @parameterized.expand([(0,), (12,)])
    def test_a_batch_size_that_does_not_fit(self, batch_size):
        with self.assertRaisesRegex(ValueError, f'`batch_size` is {batch_size}, expected 1 to 11'):
            training_batches(IMAGES, LABELS, batch_size, 0)

    def test_steps_per_epoch(self):
        self.assertEqual(steps_per_epoch(60000, 100), 600)
        self.assertEqual(steps_per_epoch(11, 4), 2)
