"""`conv` and `tt_conv_direct` against a convolution window by window."""

import itertools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.references.convolution import convolve, tt_direct_kernel
from tests.sessions import assert_close, random_values, session
from tests.useless_ranks import WithUselessRanks

CASES = list(itertools.product([(3, 3), (1, 1), (2, 4), (5, 1)], [(1, 1), (2, 1), (2, 3)],
                               ['SAME', 'VALID']))


class ConvTest(WithUselessRanks, unittest.TestCase):

    @parameterized.expand(CASES)
    def test_conv(self, window, strides, padding):
        self._check(lambda inp: layers.conv(inp, 4, window, strides, padding, scope='layer'),
                    lambda values: values['layer/filters'], strides, padding)

    @parameterized.expand(CASES)
    def test_tt_conv_direct(self, window, strides, padding):
        ranks = [1, 2, 3, 2, 1]

        def kernel(values):
            cores = [values[f'layer/core_{k}'] for k in range(1, 5)]
            return tt_direct_kernel(cores, list(window) + [3, 4], ranks)

        self._check(lambda inp: layers.tt_conv_direct(inp, window, 4, ranks, strides, padding,
                                                      scope='layer'),
                    kernel, strides, padding)

    def test_tt_conv_direct_of_constant_cores(self):
        ranks = [1, 1, 1, 2, 1]

        def kernel(values):
            self.assertEqual((1, 1), values['layer/core_1'].shape)
            cores = [np.ones([1, 1]), np.ones([1, 1]), values['layer/core_3'],
                     values['layer/core_4']]
            return tt_direct_kernel(cores, [1, 1, 3, 4], ranks)

        self._check(lambda inp: layers.tt_conv_direct(inp, [1, 1], 4, ranks, scope='layer'),
                    kernel, (1, 1), 'SAME')

    def _check(self, build, kernel, strides, padding):
        inputs = np.random.RandomState(1).normal(size=[2, 7, 6, 3])
        for dtype, tolerance in ((tf.float32, 1e-5), (tf.float64, 1e-12)):
            with tf.Graph().as_default():
                inp = tf.placeholder(dtype, inputs.shape)
                out = build(inp)
                values = random_values()
                trained = {variable.op.name for variable in tf.trainable_variables()}
                with session({key: values[key] for key in trained}) as opened:
                    actual = opened.run(out, {inp: inputs})
            self.assertEqual(out.shape.as_list(), list(actual.shape))
            expected = convolve(inputs, kernel(values), strides, padding) + values['layer/biases']
            assert_close(actual, expected, tolerance)


if __name__ == '__main__':
    unittest.main()
