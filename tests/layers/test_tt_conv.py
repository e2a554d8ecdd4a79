"""`tt_conv` and `tt_conv_full` are one function: a convolution by the TT-kernel written out."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.references.convolution import convolve, tt_kernel
from tests.sessions import assert_close, random_values, session
from tests.useless_ranks import WithUselessRanks

# Window, modes of the input channels and of the output channels, ranks, strides, padding.
CASES = [
    ('window_3x3', [3, 3], [2, 3], [2, 2], [2, 3, 1], [1, 1], 'SAME'),
    ('strided', [3, 3], [2, 3], [2, 2], [2, 3, 1], [2, 1], 'SAME'),
    ('strided_valid', [3, 2], [2, 3], [2, 2], [2, 3, 1], [2, 3], 'VALID'),
    ('even_window', [2, 4], [3, 2], [1, 5], [3, 2, 1], [1, 2], 'SAME'),
    ('window_1x1', [1, 1], [2, 3], [2, 2], [1, 3, 1], [1, 1], 'SAME'),
    ('window_1x1_strided', [1, 1], [2, 3], [2, 2], [2, 3, 1], [2, 2], 'VALID'),
    ('first_rank_one', [3, 3], [2, 3], [2, 2], [1, 3, 1], [1, 1], 'VALID'),
    ('first_rank_large', [2, 2], [2, 3], [2, 2], [7, 3, 1], [1, 1], 'SAME'),
    ('one_core', [3, 3], [6], [4], [2, 1], [1, 1], 'SAME'),
    ('one_core_of_rank_one', [3, 3], [6], [4], [1, 1], [1, 1], 'SAME'),
    ('three_cores', [3, 3], [1, 3, 2], [2, 1, 3], [2, 2, 3, 1], [1, 1], 'SAME'),
    ('whole_image', [7, 5], [2, 3], [2, 2], [2, 3, 1], [1, 1], 'VALID'),
    ('window_beyond_image', [9, 8], [2, 3], [2, 2], [2, 3, 1], [1, 1], 'SAME'),
]


class TTConvTest(WithUselessRanks, unittest.TestCase):

    @parameterized.expand([(layer,) + case for layer in ('tt_conv', 'tt_conv_full')
                           for case in CASES])
    def test_kernel(self, layer, _, window, inp_modes, out_modes, ranks, strides, padding):
        inputs = np.random.RandomState(1).normal(size=[2, 7, 5, 6])
        for dtype, tolerance in ((tf.float32, 1e-5), (tf.float64, 1e-12)):
            with tf.Graph().as_default():
                inp = tf.placeholder(dtype, inputs.shape)
                out = getattr(layers, layer)(inp, window, inp_modes, out_modes, ranks, strides,
                                             padding, scope='layer')
                actual, values = _run(out, {inp: inputs})
            self.assertEqual(out.shape.as_list(), list(actual.shape))
            cores = [values[f'layer/core_{k + 1}'] for k in range(len(inp_modes))]
            kernel = tt_kernel(values['layer/filters'], cores, inp_modes, out_modes, ranks)
            expected = convolve(inputs, kernel, strides, padding) + values['layer/biases']
            assert_close(actual, expected, tolerance)

    @parameterized.expand(CASES)
    def test_gradients_of_the_two_agree(self, _, window, inp_modes, out_modes, ranks, strides,
                                        padding):
        inputs = np.random.RandomState(1).normal(size=[2, 7, 5, 6])
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float64, inputs.shape)
            gradients = []
            for layer in (layers.tt_conv, layers.tt_conv_full):
                with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                    out = layer(inp, window, inp_modes, out_modes, ranks, strides, padding,
                                scope='layer')
                gradients.append(tf.gradients(tf.sin(out), [inp] + tf.trainable_variables()))
            (first, second), _ = _run(gradients, {inp: inputs})
        for actual, expected in zip(first, second):
            assert_close(actual, expected, 1e-10)


class TTConv1DTest(unittest.TestCase):

    @parameterized.expand([
        ('same', [1, 3], [2, 3, 1], [1, 1], 'SAME', 4),
        ('strided', [1, 3], [2, 3, 1], [1, 2], 'SAME', 4),
        ('valid', [1, 4], [2, 3, 1], [1, 3], 'VALID', 4),
        ('window_1', [1, 1], [1, 3, 1], [1, 1], 'SAME', 4),
        ('batch_of_one', [1, 3], [2, 3, 1], [1, 1], 'SAME', 1),
        ('width_of_one', [1, 7], [2, 3, 1], [1, 1], 'VALID', 4),
        ('batch_and_width_of_one', [1, 7], [2, 3, 1], [1, 1], 'VALID', 1),
    ])
    def test_kernel(self, _, window, ranks, strides, padding, batch):
        inputs = np.random.RandomState(1).normal(size=[batch, 7, 6])
        for known_batch in (True, False):
            with tf.Graph().as_default():
                inp = tf.placeholder(tf.float64, [batch if known_batch else None, 7, 6])
                out = layers.tt_conv1d_full(inp, window, [2, 3], [2, 2], ranks, strides, padding,
                                            scope='layer')
                self.assertEqual(3, out.shape.ndims)
                actual, values = _run(out, {inp: inputs})
            cores = [values['layer/core_1'], values['layer/core_2']]
            kernel = tt_kernel(values['layer/filters'], cores, [2, 3], [2, 2], ranks)
            expected = convolve(inputs[:, np.newaxis], kernel, strides, padding)[:, 0]
            assert_close(actual, expected + values['layer/biases'], 1e-12)
            self.assertEqual(expected.shape, actual.shape)

    def test_one_output_channel_is_kept(self):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 7, 6])
            out = layers.tt_conv1d_full(inp, [1, 3], [2, 3], [1, 1], [2, 3, 1])
            actual, _ = _run(out, {inp: np.ones([1, 7, 6])})
        self.assertEqual((1, 7, 1), actual.shape)


def _run(fetches, feed):
    """Runs with random trainable variables; returns the results and the values of all."""
    values = random_values()
    trained = {variable.op.name for variable in tf.trainable_variables()}
    with session({key: values[key] for key in trained}) as opened:
        results = opened.run(fetches, feed)
        return results, {variable.op.name: opened.run(variable)
                         for variable in tf.global_variables()}


if __name__ == '__main__':
    unittest.main()
