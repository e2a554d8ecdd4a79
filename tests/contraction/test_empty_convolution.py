"""Convolutions whose output is empty, known or not, and their gradients."""

import itertools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import ConvGeometry
from tensornet.contraction.conv_geometry import out_size
from tensornet.contraction.dense_convolutions import convolved
from tensornet.contraction.depthwise_convolution import depthwise_convolution

TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
WINDOW, CHANNELS = (3, 2), 2
# Batch, height and width; the last two are smaller than the window.
SHAPES = [0, 6, 5], [2, 0, 5], [2, 6, 0], [0, 0, 0], [2, 2, 5], [2, 6, 1]
KINDS = ('dense', convolved, 4), ('depthwise', depthwise_convolution, CHANNELS)


class EmptyTest(unittest.TestCase):

    @parameterized.expand([
        (f'{kind[0]}_{padding}_{strides[0]}_{dtype}', kind, padding, strides, dtype)
        for kind in KINDS for padding in ('SAME', 'VALID') for strides in ((1, 1), (2, 2))
        for dtype in ('float32', 'float64')])
    def test_shapes_and_gradients(self, _, kind, padding, strides, dtype):
        _, convolution, out_channels = kind
        geometry = ConvGeometry(WINDOW, strides, padding)
        for shape, known in itertools.product(SHAPES, itertools.product((True, False), repeat=3)):
            sizes = [out_size(*axis, padding) for axis in zip(shape[1:], WINDOW, strides)]
            expected = [shape[0], *sizes, out_channels]
            if 0 not in expected or min(expected) < 0:
                continue  # It is not empty, or too small for TensorFlow.
            if TENSORFLOW_2 and 0 not in shape and dtype == 'float32' and not all(known):
                continue  # oneDNN gives the output the shape of the images, which are not empty.
            with self.subTest(shape=shape, known=known), tf.Graph().as_default():
                inp = tf.placeholder(dtype, [size if is_known else None for size, is_known
                                             in zip(shape, known)] + [CHANNELS])
                kernel = tf.placeholder(dtype, [*WINDOW, CHANNELS,
                                                1 if convolution is depthwise_convolution
                                                else out_channels])
                out = convolution(inp, kernel, geometry)
                self.assertEqual([size if is_known else None
                                  for size, is_known in zip(expected, known)] + [out_channels],
                                 out.shape.as_list())
                gradients = tf.gradients(out, [inp, kernel], tf.ones_like(out))
                twice = tf.gradients(tf.reduce_sum(gradients[0]), kernel)
                feeds = {inp: np.ones(shape + [CHANNELS]), kernel: np.ones(kernel.shape)}
                with tf.Session() as session:
                    made, of_inp, of_kernel, again = session.run(
                        [out, *gradients, tf.convert_to_tensor(twice[0])], feeds)
                self.assertEqual(tuple(expected), made.shape)
                np.testing.assert_array_equal(np.zeros(shape + [CHANNELS]), of_inp)
                np.testing.assert_array_equal(np.zeros(kernel.shape), of_kernel)
                np.testing.assert_array_equal(np.zeros(kernel.shape), again)


if __name__ == '__main__':
    unittest.main()
