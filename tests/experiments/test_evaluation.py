"""The error of a classification."""
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.evaluation import classification_error


class ClassificationErrorTest(unittest.TestCase):

    @parameterized.expand([('partial last batch', 10), ('whole batches', 5), ('one image each', 1),
                           ('one partial batch', 100)])
    def test_every_image_counts_the_same(self, _, batch_size):
        random = np.random.RandomState(0)
        images = random.randint(0, 256, (25, 4)).astype(np.uint8)
        weights = random.randn(4, 10).astype(np.float32)
        labels = np.argmax(images @ weights, axis=1)
        # Two errors in the first twenty images and four in the last five: 24 %, where the mean over
        # batches of ten is 33 %.
        wrong = [3, 14, 20, 21, 23, 24]
        labels[wrong] = (labels[wrong] + 1) % 10
        with tf.Graph().as_default(), tf.Session() as session:
            batch = tf.placeholder(tf.uint8, [None, 4])
            logits = tf.matmul(tf.cast(batch, tf.float32), weights)
            error = classification_error(session, logits, batch, images, labels, batch_size)
        self.assertEqual(24, error)
