"""The network of mnist against NumPy, and its numbers of parameters."""
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.graphs import count_parameters
from experiments.mnist.network import count_hidden_weights, inference

MODES = [4, 8, 8, 4]
RANKS = [1, 2, 2, 2, 1]


class InferenceTest(unittest.TestCase):

    @parameterized.expand([(28, 28), (32, 32), (27, 30)])
    def test_the_dense_network_equals_numpy(self, height, width):
        random = np.random.RandomState(0)
        images = random.randint(0, 256, (5, height, width)).astype(np.uint8)
        mean = random.uniform(0, 255, (height, width))
        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(0)
            logits = inference(tf.constant(images), mean, 'dense', MODES, MODES, RANKS)
            session.run(tf.global_variables_initializer())
            result, variables = session.run(
                [logits, {v.op.name: v for v in tf.trainable_variables()}])
        padded = np.zeros((5, 32, 32))
        top, left = (32 - height) // 2, (32 - width) // 2
        padded[:, top:top + height, left:left + width] = (images - mean) / 255
        hidden = np.maximum(padded.reshape(5, 1024) @ variables['inference/hidden/weights']
                            + variables['inference/hidden/biases'], 0)
        expected = (hidden @ variables['inference/logits/weights']
                    + variables['inference/logits/biases'])
        np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)

    def test_the_low_rank_layer_is_two_matrices_and_one_bias(self):
        images = np.random.RandomState(0).randint(0, 256, (5, 32, 32)).astype(np.uint8)
        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(0)
            logits = inference(tf.constant(images), np.zeros((32, 32)), 'low_rank', None, None, [3])
            session.run(tf.global_variables_initializer())
            result, variables = session.run(
                [logits, {v.op.name: v for v in tf.trainable_variables()}])
            self.assertEqual(2 * 3 * 1024, count_hidden_weights())
            self.assertEqual(2 * 3 * 1024 + 1024 + 10240 + 10, count_parameters())
        weights = (variables['inference/hidden/inp/weights']
                   @ variables['inference/hidden/out/weights'])
        hidden = np.maximum(images.reshape(5, 1024) / 255 @ weights
                            + variables['inference/hidden/out/biases'], 0)
        expected = (hidden @ variables['inference/logits/weights']
                    + variables['inference/logits/biases'])
        np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)

    @parameterized.expand([
        ('tt', [1, 4, 4, 4, 1]), ('tt', [1, 1, 1, 1, 1]), ('dense', None), ('low_rank', [50])])
    def test_he_gives_the_hidden_layer_its_variance(self, layer, ranks):
        # Pixel p alone is 255 in image p, so that the layer's outputs are its weights.
        images = 255 * np.eye(1024).reshape(1024, 32, 32).astype(np.uint8)
        hidden = []

        def keep(outputs):
            hidden.append(outputs)
            return outputs

        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(1)
            with mock.patch.object(tf.nn, 'relu', side_effect=keep):
                inference(tf.constant(images), np.zeros((32, 32)), layer, MODES, MODES, ranks,
                          initializer='he')
            session.run(tf.global_variables_initializer())
            weights = session.run(hidden[0])
        self.assertEqual((1024, 1024), weights.shape)
        self.assertAlmostEqual(1, np.mean(weights ** 2) / (2 / 1024), delta=0.1)

    @parameterized.expand([
        # Cores 4*4*2 + 8*8*2*2 (twice) + 4*4*2 = 576, as in the paper's figure 1.
        ('tt', 576 + 1024 + 10240 + 10), ('dense', 1024 * 1024 + 1024 + 10240 + 10)])
    def test_parameters(self, layer, expected):
        with tf.Graph().as_default():
            for _ in range(2):
                inference(tf.zeros([3, 28, 28], tf.uint8), np.zeros((28, 28)), layer, MODES,
                          MODES, RANKS)
            self.assertEqual(count_parameters(), expected)

    def test_dropout_is_applied_to_the_hidden_units(self):
        shapes = []

        def drop(hidden):
            shapes.append(hidden.shape.as_list())
            return tf.zeros_like(hidden)

        with tf.Graph().as_default(), tf.Session() as session:
            logits = inference(tf.ones([3, 28, 28], tf.uint8), np.zeros((28, 28)), 'tt', MODES,
                               MODES, RANKS, drop)
            session.run(tf.global_variables_initializer())
            np.testing.assert_array_equal(session.run(logits), np.zeros((3, 10)))
        self.assertEqual(shapes[0][-1], 1024)
