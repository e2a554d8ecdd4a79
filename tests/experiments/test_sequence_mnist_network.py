"""The LSTM that reads images row by row, against NumPy."""
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.graphs import count_parameters
from experiments.sequence_mnist.network import count_cell_weights, inference
from tests.experiments.lstm_steps import lstm_steps
from tests.references.tt_matrix import tt_matrix

HIDDEN, PIXELS = [3, 2], [2, 4]
RANKS = [1, 2, 1]
# One TT-matrix for the four gates, which are a factor of the first output mode.
GATES = [4 * HIDDEN[0], HIDDEN[1]]


class InferenceTest(unittest.TestCase):

    @parameterized.expand([('dense', None, None), ('rows', RANKS, None), ('state', None, RANKS),
                           ('both', RANKS, RANKS)])
    def test_the_logits_equal_numpy(self, _, inp_ranks, state_ranks):
        random = np.random.RandomState(0)
        images = random.randint(0, 256, (3, 5, 7)).astype(np.uint8)
        mean = random.uniform(0, 255, (5, 7))
        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(0)
            logits = inference(tf.constant(images), mean, HIDDEN, PIXELS, inp_ranks, state_ranks)
            session.run(tf.global_variables_initializer())
            for variable in tf.trainable_variables():
                variable.load(random.normal(0, 0.5, variable.shape.as_list()), session)
            result, variables = session.run(
                [logits, {v.op.name: v for v in tf.trainable_variables()}])

        def matrix(name, inp_modes, ranks):
            scope = f'inference/rnn/lstm/{name}/'
            if ranks is None:
                return variables[scope + 'weights']
            cores = [variables[f'{scope}mat_core_{number}'] for number in (1, 2)]
            return tt_matrix(cores, inp_modes, GATES, ranks)[0]

        outputs, _, _ = lstm_steps(
            (images - mean) / 255, matrix('inputs', PIXELS, inp_ranks)[:7],
            matrix('state', HIDDEN, state_ranks), variables['inference/rnn/lstm/biases'],
            np.zeros((3, 6)), np.zeros((3, 6)))
        expected = (outputs[:, -1] @ variables['inference/logits/weights']
                    + variables['inference/logits/biases'])
        self.assertGreater(np.std(expected, axis=0).min(), 1e-3)
        np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)

    @parameterized.expand([
        ('dense', None, None, 28 * 1024 + 256 * 1024),
        # 4 * 64 * 4 + 8 * 16 * 4 for rows of 4x8 pixels, 16 * 64 * 8 + 16 * 16 * 8 for the state.
        ('tt', [1, 4, 1], [1, 8, 1], 1536 + 10240)])
    def test_parameters(self, _, inp_ranks, state_ranks, weights):
        with tf.Graph().as_default():
            for _ in range(2):
                inference(tf.zeros([3, 28, 28], tf.uint8), np.zeros((28, 28)), [16, 16], [4, 8],
                          inp_ranks, state_ranks)
            self.assertEqual(weights, count_cell_weights())
            self.assertEqual(weights + 1024 + 2560 + 10, count_parameters())

    def test_dropout_is_applied_to_the_last_output(self):
        shapes = []

        def drop(hidden):
            shapes.append(hidden.shape.as_list())
            return tf.zeros_like(hidden)

        with tf.Graph().as_default(), tf.Session() as session:
            logits = inference(tf.ones([3, 5, 7], tf.uint8), np.zeros((5, 7)), HIDDEN, PIXELS,
                               RANKS, RANKS, drop)
            session.run(tf.global_variables_initializer())
            np.testing.assert_array_equal(session.run(logits), np.zeros((3, 10)))
        self.assertEqual([[3, 6]], shapes)
