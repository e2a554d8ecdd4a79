"""Convolutions whose output is empty, known or not, and their gradients."""

import functools
import itertools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import ConvGeometry
from tensornet.contraction.conv_geometry import out_size
from tensornet.contraction.dense_convolutions import convolved
from tensornet.contraction.depthwise_convolution import depthwise_convolution

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

    @parameterized.expand([(f'{kind[0]}_{window}_{stride}_{dtype}', kind, window, stride, dtype)
                           for kind in KINDS for window in (2, 3, 5) for stride in (1, 2, 3)
                           for dtype in ('bfloat16', 'float32', 'float64')])
    def test_images_that_turn_out_too_small(self, _, kind, window, stride, dtype):
        _, convolution, out_channels = kind
        geometry = ConvGeometry((window, window), (stride, stride), 'VALID')
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.placeholder(dtype, [None, None, None, CHANNELS])
            kernel = tf.ones([window, window, CHANNELS,
                              1 if convolution is depthwise_convolution else out_channels], dtype)
            out = convolution(inp, kernel, geometry)
            gradient, = tf.gradients(tf.cast(out, tf.float32), inp)
            for height, width in itertools.product(range(1, window + stride), repeat=2):
                # As kernels do, which round towards zero.
                sizes = [int((size - window + stride) / stride) for size in (height, width)]
                shape = [2, height, width, CHANNELS]
                with self.subTest(shape=shape):
                    run = functools.partial(session.run, [out, gradient], {inp: np.ones(shape)})
                    if min(sizes) < 0:
                        with self.assertRaises(tf.errors.InvalidArgumentError):
                            run()
                        continue
                    made, of_inp = run()
                    self.assertEqual((2, *sizes, out_channels), made.shape)
                    self.assertEqual(tuple(shape), of_inp.shape)
                    if 0 in sizes:
                        np.testing.assert_array_equal(0, of_inp.astype(np.float32))
                    terms = window**2 * (1 if convolution is depthwise_convolution else CHANNELS)
                    np.testing.assert_array_equal(terms, made.astype(np.float32))


if __name__ == '__main__':
    unittest.main()
