"""What is worked around, and that nothing is where there is no need."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import ConvGeometry, dense_convolution, kernel_faults
from tensornet.contraction.batched_product import batched_product
from tensornet.contraction.bias import add_bias
from tensornet.contraction.depthwise_convolution import depthwise_convolution
from tensornet.contraction.precision import summed
from tests.references.convolution_gradients import convolution_and_gradients
from tests.sessions import assert_close

TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
HALF_UNITS = {'float16': 2.0 ** -11, 'bfloat16': 2.0 ** -8}


def _operations(build):
    """Returns the types of the operations of a graph and the names of replaced gradients."""
    with tf.Graph().as_default() as graph:
        build()
        operations = graph.get_operations()
    replaced = {op.node_def.attr['_gradient_op_type'].s.decode() for op in operations} - {''}
    return [op.type for op in operations], replaced


class NothingElseTest(unittest.TestCase):

    @parameterized.expand([
        ('dense', lambda: dense_convolution(tf.zeros([2, 8, 8, 3]), tf.zeros([3, 3, 3, 4]),
                                            [2, 2], 'SAME'), 'Conv2D'),
        ('depthwise', lambda: depthwise_convolution(tf.zeros([2, 8, 8, 3]),
                                                    tf.zeros([3, 3, 3, 1]),
                                                    ConvGeometry((3, 3), (2, 2), 'SAME')),
         'DepthwiseConv2dNative'),
        ('sum', lambda: summed(tf.zeros([2, 8]), 0), 'Sum'),
        ('product', lambda: batched_product(tf.zeros([5, 2, 8]), tf.zeros([8, 3]), False),
         'BatchMatMulV2'),
    ])
    def test_known_sizes_take_the_plain_kernel(self, _, build, kernel):
        types, replaced = _operations(build)
        self.assertEqual([kernel], [name for name in types if name not in ('Const',)
                                    and not name.endswith('/axis')])
        self.assertEqual(set(), replaced)

    @parameterized.expand([('float32', TENSORFLOW_2), ('float64', False)])
    def test_biases_are_added_by_the_plain_kernel(self, dtype, may_be_rewritten):
        """The gradient is another one where TensorFlow may put it in half precision."""
        types, replaced = _operations(
            lambda: add_bias(tf.zeros([2, 8], dtype), tf.zeros([8], dtype)))
        self.assertEqual(['BiasAdd'], [name for name in types if name != 'Const'])
        self.assertEqual({'tensornet.bias'} if may_be_rewritten else set(), replaced)

    def test_a_convolution_of_any_batch_adds_one_reshape_to_a_constant_shape(self):
        """Converters fold what follows into the convolution through it."""
        types, _ = _operations(lambda: dense_convolution(
            tf.placeholder(tf.float32, [None, 8, 8, 3]), tf.zeros([3, 3, 3, 4]), [1, 1], 'SAME'))
        self.assertEqual(['Conv2D', 'Reshape'], [name for name in types
                                                 if name not in ('Const', 'Placeholder')])

    def test_an_output_of_the_shape_of_the_input_needs_none(self):
        types, _ = _operations(lambda: dense_convolution(
            tf.placeholder(tf.float32, [None, 8, 8, 3]), tf.zeros([3, 3, 3, 3]), [1, 1], 'SAME'))
        self.assertNotIn('Reshape', types)


class StridedColumnTest(unittest.TestCase):

    @parameterized.expand([(padding, image, window, [down, stride], known)
                           for padding in ('SAME', 'VALID')
                           for image, window, stride in (
                               ([16, 5], [3, 3], 4), ([3, 1], [2, 1], 2), ([5, 3], [5, 3], 3),
                               ([4, 7], [2, 5], 2), ([1, 4], [1, 4], 3), ([5, 1], [5, 1], 3))
                           for down in (1, 2, 3)
                           for known in (True, False)])
    def test_output_and_gradients(self, padding, image, window, strides, known):
        random = np.random.RandomState(0)
        images, kernel = random.normal(size=[3] + image + [1]), random.normal(size=window + [1, 4])
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.placeholder(tf.float32, images.shape if known else [None, None, None, 1])
            filters = tf.placeholder(tf.float32, kernel.shape)
            out = dense_convolution(inp, filters, strides, padding)
            feed = {inp: images, filters: kernel}
            seed = random.normal(size=session.run(out, feed).shape)
            gradients = tf.gradients(out, [inp, filters], tf.constant(seed, tf.float32))
            actual = session.run([out] + gradients, feed)
        for one, other in zip(actual, convolution_and_gradients(images, kernel, seed, strides,
                                                                padding)):
            assert_close(one, other, 1e-6)

    def test_only_where_it_is_needed(self):
        fault = kernel_faults.strided_column_is_garbage
        for dtype, also_down in ((tf.bfloat16, True), (tf.float32, TENSORFLOW_2),
                                 (tf.float64, False)):
            self.assertTrue(fault(dtype, [2, 8, 3, 1], [1, 2], 1))
            self.assertTrue(fault(dtype, [2, 8, None, 1], [1, 2], None))
            self.assertEqual(also_down, fault(dtype, [2, 8, 3, 1], [2, 2], 1))
            for shape, strides, width in (([2, 8, 3, 2], [1, 2], 1), ([2, 8, 3, 1], [1, 1], 1),
                                          ([2, 8, 5, 1], [1, 2], 2), ([2, 8, 5, 1], [2, 2], 2)):
                self.assertFalse(fault(dtype, shape, strides, width))


class UnseenColumnsTest(unittest.TestCase):

    def test_only_where_it_is_needed(self):
        fault = kernel_faults.unseen_columns_are_garbage
        for image, window, stride, padding, expected in (
                (1, 2, 2, 'SAME', True), (2, 5, 3, 'SAME', True), (None, 2, 2, 'SAME', True),
                (2, 5, 2, 'SAME', False), (3, 3, 4, 'SAME', False), (None, 1, 4, 'SAME', False),
                (None, 3, 1, 'SAME', False), (None, 3, 2, 'VALID', False)):
            for dtype, has_fault in ((tf.bfloat16, True), (tf.float32, TENSORFLOW_2),
                                     (tf.float64, False)):
                self.assertEqual(expected and has_fault,
                                 fault(dtype, [4, 8, image, 3],
                                       ConvGeometry((2, window), (1, stride), padding)))

    @parameterized.expand([(known, dtype) for known in (True, False)
                           for dtype in ('float32', 'bfloat16')])
    def test_gradients(self, known, dtype):
        random = np.random.RandomState(0)
        for width, window, stride in ((1, 2, 2), (2, 5, 3), (3, 5, 4), (4, 5, 4), (5, 3, 4)):
            images = random.normal(size=[3, 4, width, 2])
            kernel = random.normal(size=[2, window, 2, 3])
            with tf.Graph().as_default(), tf.Session() as session:
                inp = tf.placeholder(dtype, [3, 4, width if known else None, 2])
                filters = tf.placeholder(dtype, kernel.shape)
                out = dense_convolution(inp, filters, [1, stride], 'SAME')
                feed = {inp: images, filters: kernel}
                seed = random.normal(size=[3, 4, -(-width // stride), 3])
                gradients = tf.gradients(out, [inp, filters], tf.cast(tf.constant(seed), dtype))
                actual = session.run([tf.cast(tensor, tf.float64) for tensor in [out] + gradients],
                                     feed)
            for one, other in zip(actual, convolution_and_gradients(images, kernel, seed,
                                                                    [1, stride], 'SAME')):
                assert_close(one, other, 4 * HALF_UNITS.get(dtype, 1e-6))


class SumsOverTheBatchTest(unittest.TestCase):
    """Of ones: a sum in half precision stops growing at 256 or 2048."""

    @parameterized.expand([(dtype, layer, count) for dtype in sorted(HALF_UNITS)
                           for layer in ('linear', 'tt', 'conv', 'tt_conv')
                           for count in (300, 3000)])
    def test_gradients(self, dtype, layer, count):
        images = [count, 1, 1, 4]
        with tf.Graph().as_default(), tf.Session() as session:
            ones = tf.ones_initializer()
            # Fed, since what is constant TensorFlow computes beforehand, by other kernels.
            inp = tf.placeholder(dtype, images if 'conv' in layer else [count, 4])
            out = {
                'linear': lambda: layers.linear(inp, 4, ones, biases_initializer=ones),
                'tt': lambda: layers.tt(inp, [2, 2], [2, 2], [1, 1, 1], ones,
                                        biases_initializer=ones),
                'conv': lambda: layers.conv(inp, 4, [3, 3], filters_initializer=ones,
                                            biases_initializer=ones),
                'tt_conv': lambda: layers.tt_conv(
                    inp, [3, 3], [2, 2], [2, 2], [1, 1, 1], filters_initializer=ones,
                    cores_initializer=ones, biases_initializer=ones, plan='chain')}[layer]()
            gradients = tf.gradients(out, tf.trainable_variables())
            session.run(tf.global_variables_initializer())
            values = session.run(gradients, {inp: np.ones(inp.shape.as_list())})
            for variable, gradient in zip(tf.trainable_variables(), values):
                largest = np.max(gradient.astype(np.float64))
                terms = round(largest / count)
                self.assertGreaterEqual(terms, 1, variable.op.name)
                self.assertAlmostEqual(largest / (terms * count), 1,
                                       delta=2 * HALF_UNITS[dtype], msg=variable.op.name)


class BatchedProductTest(unittest.TestCase):

    @parameterized.expand([(dtype, left, right) for dtype in ('float16', 'bfloat16', 'float32')
                           for left in (True, False) for right in (True, False)])
    def test_axes_that_both_factors_lack(self, dtype, transpose_left, transpose_right):
        random = np.random.RandomState(0)
        for axes in (((5, 1), (1, 1)), ((5, 1, 1), (1, 1)), ((1, 5), (1, 1)), ((5,), (1,))):
            for rows, depth, columns in ((1, 5, 3), (8, 8, 1), (3, 1, 4)):
                left, right = random.normal(size=axes[0] + (rows, depth)), \
                    random.normal(size=axes[1] + (depth, columns))
                factors = (left.swapaxes(-2, -1) if transpose_left else left,
                           right.swapaxes(-2, -1) if transpose_right else right)
                with tf.Graph().as_default(), tf.Session() as session:
                    out = batched_product(*[tf.cast(tf.constant(factor), dtype)
                                            for factor in factors], False, transpose_left,
                                          transpose_right)
                    actual = session.run(tf.cast(out, tf.float64))
                self.assertEqual(out.shape.as_list(), list(actual.shape))
                assert_close(actual, np.matmul(left, right), 4 * HALF_UNITS.get(dtype, 1e-6))


if __name__ == '__main__':
    unittest.main()
