"""Convolution by a dense kernel, also where TensorFlow's own gradient is broken."""

import os
import sys
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import ConvGeometry, dense_convolution, kernel_faults
from tensornet.contraction.dense_convolutions import convolved
from tensornet.contraction.depthwise_convolution import depthwise_convolution
from tensornet.contraction.processor import (
    MATRIX_UNIT,
    NO_UNIT,
    VECTOR_UNIT,
    half_precision_unit,
)
from tests import prepared_python
from tests.references.convolution import convolve
from tests.references.convolution_gradients import convolution_and_gradients
from tests.sessions import assert_close, session

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
# These sizes end the process within a few dozen steps where the convolution has the strides.
TRAINING = '''
import tensorflow.compat.v1 as tf
from tensornet import layers
tf.disable_v2_behavior()
inp = tf.get_variable('inp', [1, 16, 16, 8])
out = {layer}
gradients = tf.gradients(out, tf.trainable_variables())
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for _ in range(300):
        session.run([gradient.op for gradient in gradients])
print('trained')
'''


class DenseConvolutionTest(unittest.TestCase):

    @parameterized.expand([
        ([3, 2], [1, 1], 'SAME'),
        ([3, 2], [2, 3], 'VALID'),
        ([1, 1], [1, 1], 'SAME'),
        ([1, 1], [2, 2], 'SAME'),
        ([1, 1], [2, 3], 'VALID'),
        ([1, 1], [9, 9], 'SAME'),
    ])
    def test_output(self, window, strides, padding):
        draw = np.random.RandomState(0)
        images, kernel = draw.normal(size=[2, 7, 5, 3]), draw.normal(size=window + [3, 4])
        with tf.Graph().as_default(), tf.Session() as session:
            out = dense_convolution(tf.constant(images), tf.constant(kernel), strides, padding)
            assert_close(session.run(out), convolve(images, kernel, strides, padding), 1e-12)

    @parameterized.expand([
        (unit, image, window, strides, padding, known)
        for unit in (MATRIX_UNIT, VECTOR_UNIT, NO_UNIT)
        for image, window, strides, padding in (
            ([7, 5], [3, 2], [1, 1], 'SAME'), ([7, 5], [3, 2], [1, 1], 'VALID'),
            ([7, 5], [4, 5], [1, 1], 'SAME'), ([7, 5], [1, 1], [1, 1], 'SAME'),
            ([12, 9], [3, 3], [2, 2], 'SAME'), ([12, 9], [3, 2], [2, 3], 'VALID'),
            ([1, 1], [5, 2], [2, 2], 'SAME'), ([2, 2], [3, 3], [1, 1], 'SAME'),
            ([6, 6], [1, 1], [2, 2], 'SAME'))
        for known in (True, False)])
    @unittest.skipUnless(TENSORFLOW_2, 'TensorFlow 1 has no convolution of bfloat16')
    def test_gradients_of_bfloat16_are_rounded_once(self, unit, image, window, strides, padding,
                                                    known):
        """Whatever the processor is said to have, but no kernel is asked of it that it has not."""
        if unit == VECTOR_UNIT and half_precision_unit('bfloat16') != VECTOR_UNIT:
            self.skipTest('oneDNN has no kernels for the vector units of this processor')
        draw, bfloat16 = np.random.RandomState(0), tf.bfloat16.as_numpy_dtype
        batch = 100
        images = draw.uniform(size=[batch] + image + [16]).astype(bfloat16)
        kernel = draw.uniform(size=window + [16, 24]).astype(bfloat16)
        with mock.patch.object(kernel_faults, 'half_precision_unit', return_value=unit), \
                tf.Graph().as_default(), tf.Session() as session:
            inp = tf.placeholder(tf.bfloat16, images.shape if known else [None, None, None, 16])
            # Constants would be convolved while the graph is optimized, by other kernels.
            filters, towards = [tf.placeholder(tf.bfloat16, shape) for shape in
                                (kernel.shape, [None] * 4)]
            out = dense_convolution(inp, filters, strides, padding)
            feeds = {inp: images, filters: kernel}
            seed = draw.uniform(size=session.run(out, feeds).shape).astype(bfloat16)
            gradients = tf.gradients(out, [inp, filters], towards)
            actual = session.run([out] + gradients, {inp: images, filters: kernel, towards: seed})
        wide = [array.astype(np.float64) for array in (images, kernel, seed)]
        for one, other in zip(actual, convolution_and_gradients(*wide, strides, padding)):
            self.assertEqual(bfloat16, one.dtype.type)
            np.testing.assert_allclose(one.astype(np.float64), other, rtol=1.01 * 2.0 ** -8, atol=0)

    @parameterized.expand([(f'{convolution.__name__}_{"x".join(map(str, image))}', convolution,
                            image) for convolution in (convolved, depthwise_convolution)
                           for image in ([1, 7], [7, 1], [1, 1])])
    def test_gradients_of_images_smaller_than_the_window(self, _, convolution, image):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float64, [None, None, None, 2])
            kernel = tf.ones([3, 3, 2, 1], tf.float64)
            out = convolution(inp, kernel, ConvGeometry((3, 3), (2, 2), 'VALID'))
            gradients = tf.gradients(out, [inp, kernel])
            with session() as opened:
                found = opened.run(gradients, {inp: np.ones([2, *image, 2])})
        for expected, actual in zip([np.zeros([2, *image, 2]), np.zeros([3, 3, 2, 1])], found):
            np.testing.assert_array_equal(expected, actual)

    @parameterized.expand([('same',), ('Valid',), (None,)])
    def test_no_such_padding(self, padding):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                ValueError, "^dense_convolution: `padding` must be 'SAME' or 'VALID', but it is "
                            f'{padding!r}; pass one of the two'):
            dense_convolution(tf.ones([1, 9, 9, 1]), tf.ones([3, 3, 1, 1]), (1, 1), padding, (2, 2))

    def test_strides_of_one_pixel_are_not_the_convolutions(self):
        with tf.Graph().as_default() as graph:
            dense_convolution(tf.zeros([2, 8, 8, 3]), tf.zeros([1, 1, 3, 4]), (2, 2), 'SAME')
            strides = [op.get_attr('strides') for op in graph.get_operations()
                       if op.type == 'Conv2D']
        self.assertEqual([[1, 1, 1, 1]], [list(each) for each in strides])

    @parameterized.expand([
        ('conv', "layers.conv(inp, 8, [1, 1], strides=[2, 2])"),
        ('tt_conv', "layers.tt_conv(inp, [1, 1], [2, 4], [2, 4], [2, 3, 1], strides=[2, 2])"),
        ('tt_conv_full',
         "layers.tt_conv_full(inp, [1, 1], [2, 4], [2, 4], [2, 3, 1], strides=[2, 2])"),
        ('tt_conv_direct',
         "layers.tt_conv_direct(inp, [1, 1], 8, [1, 1, 1, 3, 1], strides=[2, 2])"),
    ])
    def test_training_with_strides_and_no_window(self, _, layer):
        process = prepared_python.run(
            [sys.executable, '-c', TRAINING.format(layer=layer)], cwd=ROOT, capture_output=True,
            text=True)
        self.assertEqual((0, 'trained\n'), (process.returncode, process.stdout), process.stderr)


if __name__ == '__main__':
    unittest.main()
