"""Convolutions with dilations, dense and depthwise, against NumPy in float64."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import ConvGeometry, dense_convolution
from tensornet.contraction.dense_convolutions import convolved
from tensornet.contraction.depthwise_convolution import depthwise_convolution
from tests.references.convolution_gradients import (
    convolution_and_gradients,
    depthwise_and_gradients,
)
from tests.sessions import assert_close

TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
CONVOLUTIONS = {'dense': (convolved, convolution_and_gradients, [2, 3]),
                'depthwise': (depthwise_convolution, depthwise_and_gradients, [2, 1])}
# Image, window, strides, dilations.
SIZES = [
    ([9, 8], [3, 2], [1, 1], [2, 3]),
    ([9, 8], [3, 3], [1, 1], [3, 1]),
    # Strides and dilations that are equal, have a common divisor, or have none.
    ([9, 8], [3, 2], [2, 2], [2, 2]),
    ([13, 12], [2, 2], [2, 2], [4, 3]),
    ([13, 12], [2, 3], [4, 4], [2, 6]),
    ([11, 9], [3, 2], [3, 3], [2, 1]),
    ([8, 9], [1, 3], [2, 2], [5, 4]),
    # Larger than the image.
    ([3, 4], [3, 2], [1, 1], [4, 7]),
    ([2, 1], [4, 3], [2, 2], [3, 6]),
]
UNEQUAL_STRIDES = [([9, 8], [3, 2], [1, 2], [2, 2]), ([9, 11], [2, 3], [3, 2], [2, 3])]
CASES = [(kind, *sizes, padding) for kind in sorted(CONVOLUTIONS)
         for sizes in SIZES + UNEQUAL_STRIDES * (kind == 'dense') for padding in ('SAME', 'VALID')
         if padding == 'SAME' or all(
             size > (part - 1) * dilation
             for size, part, dilation in zip(sizes[0], sizes[1], sizes[3]))]
TOLERANCES = {'float64': 1e-12, 'float32': 1e-6, 'float16': 4e-3, 'bfloat16': 3e-2}


class DilatedConvolutionTest(unittest.TestCase):

    def assert_right(self, case, dtype, shape, batch=2):
        """Compares output and gradients; `shape` is the static shape of the images."""
        kind, image, window, strides, dilations, padding = case
        convolution, reference, channels = CONVOLUTIONS[kind]
        random = np.random.RandomState(0)
        images = random.normal(size=[batch] + image + channels[:1])
        kernel = random.normal(size=window + channels)
        out_image = [(size if padding == 'SAME' else size - (part - 1) * dilation) for
                     size, part, dilation in zip(image, window, dilations)]
        out_image = [-(-size // stride) for size, stride in zip(out_image, strides)]
        seed = random.normal(size=[batch] + out_image + [channels[-1] if kind == 'dense' else 2])
        with tf.Graph().as_default(), tf.Session() as session:
            inp, filters, towards = [tf.placeholder(dtype, each) for each in
                                     (shape, kernel.shape, [None] * 4)]
            out = convolution(inp, filters, ConvGeometry(window, strides, padding, dilations))
            gradients = tf.gradients(out, [inp, filters], towards)
            for size, found in zip(shape, out.shape.as_list()[:3]):
                self.assertEqual(size is None, found is None)
            fetches = [tf.cast(tensor, tf.float64) for tensor in [out] + gradients]
            actual = session.run(fetches, {inp: images, filters: kernel, towards: seed})
        expected = reference(images, kernel, seed, strides, padding, dilations)
        for one, other in zip(actual, expected):
            self.assertEqual(other.shape, one.shape)
            if other.size:
                assert_close(one, other, TOLERANCES[dtype])

    @parameterized.expand(CASES)
    def test_output_and_gradients(self, *case):
        self.assert_right(case, 'float64', [2] + case[1] + [2])

    @parameterized.expand(CASES[::3])
    def test_unknown_sizes(self, *case):
        for shape in ([None, None, None, 2], [2, None, case[1][1], 2], [None] + case[1] + [2]):
            self.assert_right(case, 'float64', shape)

    @parameterized.expand([(kind, dtype) for kind in sorted(CONVOLUTIONS)
                           for dtype in ('float32', 'float16', 'bfloat16')])
    def test_types(self, kind, dtype):
        for sizes in SIZES[:4]:
            self.assert_right((kind, *sizes, 'SAME'), dtype, [2] + sizes[0] + [2])

    @parameterized.expand([(kind, known) for kind in sorted(CONVOLUTIONS)
                           for known in (True, False)])
    def test_nothing_to_convolve(self, kind, known):
        for batch, image in ((0, [9, 8]), (2, [0, 8]), (2, [9, 0])):
            for _, window, strides, dilations in SIZES[:5]:
                shape = [batch] + image + [2] if known else [None, None, None, 2]
                self.assert_right((kind, image, window, strides, dilations, 'SAME'), 'float32',
                                  shape, batch)

    def test_windows_of_one_pixel_have_nothing_to_spread(self):
        with tf.Graph().as_default() as graph:
            images, kernel = tf.zeros([2, 8, 8, 3]), tf.zeros([3, 1, 3, 4])
            dense_convolution(images, kernel, (1, 1), 'SAME', (1, 9))
            types = [op.type for op in graph.get_operations()]
        self.assertEqual(['Conv2D'], [name for name in types if name != 'Const'])

    def test_no_kernel_is_asked_for_dilations(self):
        """Those of TensorFlow for CPUs lack gradients, or are wrong."""
        for convolution, _, channels in CONVOLUTIONS.values():
            with tf.Graph().as_default() as graph:
                inp, filters = tf.zeros([2, 8, 8, 2]), tf.zeros([3, 3] + channels)
                geometry = ConvGeometry((3, 3), (1, 1), 'SAME', (2, 2))
                tf.gradients(convolution(inp, filters, geometry), [inp, filters])
                found = [op.get_attr('dilations') for op in graph.get_operations()
                         if 'onv2' in op.type]
            self.assertEqual([[1, 1, 1, 1]] * 3, [list(each) for each in found])


class KernelsTest(unittest.TestCase):
    """What TensorFlow's own kernels do with dilations; where this fails, they are mended."""

    def test_depthwise_gradients(self):
        random = np.random.RandomState(0)
        images, kernel = random.normal(size=[2, 9, 8, 2]), random.normal(size=[3, 2, 2, 1])
        seed = random.normal(size=[2, 9, 8, 2])
        with tf.Graph().as_default(), tf.Session() as session:
            inp, filters = tf.constant(images), tf.constant(kernel)
            out = tf.nn.depthwise_conv2d_native(inp, filters, [1] * 4, 'SAME',
                                                dilations=[1, 2, 2, 1])
            gradient, = tf.gradients(out, filters, tf.constant(seed))
            actual = session.run(gradient)
        _, _, expected = depthwise_and_gradients(images, kernel, seed, [1, 1], 'SAME', [2, 2])
        self.assertGreater(np.abs(actual - expected).max(), 0.1)


class ConvGeometryTest(unittest.TestCase):

    @parameterized.expand([
        # Window, stride and dilation of an axis, and what is made of them.
        (3, 1, 1, (1, 1, 1, 1)),
        (3, 2, 1, (1, 1, 2, 1)),
        (3, 1, 4, (1, 4, 1, 1)),
        (3, 4, 4, (4, 1, 1, 1)),
        (3, 6, 3, (3, 1, 2, 1)),
        (3, 2, 6, (2, 3, 1, 1)),
        (3, 2, 3, (1, 3, 1, 2)),
        (3, 4, 6, (2, 3, 1, 2)),
        (1, 4, 6, (1, 1, 4, 1)),
    ])
    def test_phases(self, window, stride, dilation, expected):
        geometry = ConvGeometry((window, 1), (stride, 1), 'SAME', (dilation, 1))
        self.assertEqual((expected, (1, 1, 1, 1)), geometry.phases)

    def test_extent(self):
        geometry = ConvGeometry((3, 1), (1, 1), 'VALID', (4, 5))
        self.assertEqual((9, 1), geometry.extent)
        self.assertEqual((2, 7), geometry.out_image((10, 7)))
        self.assertTrue(geometry.is_dilated)
        self.assertFalse(geometry._replace(window=(1, 1)).is_dilated)


if __name__ == '__main__':
    unittest.main()
