"""In which type half precision is computed, and sums over the samples of a batch."""

import os
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import chain_plan, convolve, plan, tt_matmul
from tensornet.contraction.conv_shape import ConvShape
from tensornet.contraction.convolution_plans import conv_plan
from tensornet.contraction.environment import target_machine
from tensornet.contraction.machine import cpu
from tensornet.contraction.precision import summed_rows, working_type
from tensornet.contraction.processor import NO_UNIT, VECTOR_UNIT, half_precision_unit
from tensornet.contraction.setting import Setting
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tests.sessions import assert_close

SHAPE = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1]
HALF = tf.float16, tf.bfloat16
TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
PLANS = [('chain', chain_plan(*SHAPE)), ('groups', plan(*SHAPE, groups=[2, 1], order=['right']))]
# Half a unit in the last place, or for sums of many elements in float32 and float64 a few of them.
TOLERANCES = {'float16': 2.0 ** -11, 'bfloat16': 2.0 ** -8, 'float32': 1e-5, 'float64': 1e-12}
# Without oneDNN no unit for half precision is used.
NO_UNITS = {'TF_ENABLE_ONEDNN_OPTS': '0'}


def _cores(dtype):
    inp_modes, out_modes, ranks = SHAPE
    return [tf.zeros([o * right, left * i], dtype)
            for i, o, left, right in zip(inp_modes, out_modes, ranks, ranks[1:])]


class WorkingTypeTest(unittest.TestCase):

    @parameterized.expand([(tf.float32,), (tf.float64,)])
    def test_others_are_computed_as_they_are(self, dtype):
        for environment in ({}, NO_UNITS):
            with mock.patch.dict(os.environ, environment), tf.Graph().as_default():
                self.assertEqual(dtype, working_type(dtype))

    @parameterized.expand([(dtype,) for dtype in HALF])
    def test_a_unit_is_used(self, dtype):
        has_unit = half_precision_unit(dtype.name) != NO_UNIT
        with tf.Graph().as_default():
            is_wide = not has_unit or dtype == tf.float16 and not TENSORFLOW_2
            self.assertEqual(tf.float32 if is_wide else dtype, working_type(dtype))

    @parameterized.expand([(dtype,) for dtype in HALF])
    def test_without_a_unit_it_is_float32(self, dtype):
        with mock.patch.dict(os.environ, NO_UNITS), tf.Graph().as_default():
            self.assertEqual(tf.float32, working_type(dtype))

    @unittest.skipUnless(TENSORFLOW_2, 'TensorFlow 1 adds up float16 in float16')
    def test_the_units_of_the_processor_are_not_those_of_a_gpu(self):
        with mock.patch.dict(os.environ, NO_UNITS), tf.Graph().as_default(), tf.device('/gpu:0'):
            for dtype in HALF:
                self.assertEqual(dtype, working_type(dtype))


class MemoryTest(unittest.TestCase):

    @parameterized.expand([(dtype,) for dtype in HALF])
    def test_a_plan_counts_what_is_computed_in_float32(self, dtype):
        with mock.patch.dict(os.environ, NO_UNITS):
            half = plan(*SHAPE, training=True, dtype=dtype)
        single = plan(*SHAPE, training=True, groups=half.groups, order=half.order)
        self.assertEqual(single.kept_bytes, half.kept_bytes)
        self.assertEqual(single.largest_intermediate_bytes, half.largest_intermediate_bytes)

    @parameterized.expand([(dtype,) for dtype in HALF])
    def test_half_of_it_with_a_unit(self, dtype):
        setting = Setting(10, True, dtype.name, cpu(dtype.name, VECTOR_UNIT))
        self.assertEqual(2, setting.itemsize)

    @unittest.skipIf(TENSORFLOW_2, 'TensorFlow 2 adds up float16 in float32')
    def test_tensorflow_1_has_no_use_for_a_unit_in_float16(self):
        self.assertEqual(4, target_machine('float16').half_itemsize)


class CastsTest(unittest.TestCase):
    """Only what goes in and out is cast, not what is between the products."""

    def _assert_one_cast_each(self, graph, count, products):
        types = [op.type for op in graph.get_operations()]
        self.assertEqual(count, types.count('Cast'))
        for op in graph.get_operations():
            if op.type in products:
                self.assertEqual({tf.float32}, {tensor.dtype for tensor in op.inputs}, op.name)

    @parameterized.expand([plan + (dtype,) for plan in PLANS for dtype in HALF])
    def test_product(self, _, way, dtype):
        with mock.patch.dict(os.environ, NO_UNITS), tf.Graph().as_default() as graph:
            out = tt_matmul(tf.zeros([4, 12], dtype), _cores(dtype), way)
            self.assertEqual(dtype, out.dtype)
            self._assert_one_cast_each(graph, 5, ('MatMul', 'BatchMatMulV2', 'BatchMatMulV3'))

    @parameterized.expand([(method, dtype) for method in ('full', 'chain', 'filters_first')
                           for dtype in HALF])
    def test_convolution(self, method, dtype):
        shape = ConvShape(TTMatrixShape(*map(tuple, SHAPE)), (3, 3), (1, 1), 'SAME', (5, 5))
        way = conv_plan(shape, Setting(2, True, dtype.name, cpu(dtype.name)), method)
        with mock.patch.dict(os.environ, NO_UNITS), tf.Graph().as_default() as graph:
            out = convolve(tf.zeros([2, 5, 5, 12], dtype), tf.zeros([3, 3, 1, 1], dtype),
                           _cores(dtype), way)
            self.assertEqual(dtype, out.dtype)
            self._assert_one_cast_each(graph, 6, ('MatMul', 'BatchMatMulV2', 'BatchMatMulV3',
                                                  'Conv2D', 'DepthwiseConv2dNative'))


class SummedRowsTest(unittest.TestCase):

    @parameterized.expand([(dtype, shape, known) for dtype in sorted(TOLERANCES)
                           for shape in ((0, 3), (1, 5), (100, 1), (7, 300), (300, 64), (20000, 3))
                           for known in (True, False)])
    def test_sum_and_gradient(self, dtype, shape, known):
        random = np.random.RandomState(0)
        numbers = random.uniform(0.5, 1.5, size=shape).astype(tf.as_dtype(dtype).as_numpy_dtype)
        with tf.Graph().as_default(), tf.Session() as session:
            matrix = tf.placeholder(dtype, shape if known else [None, shape[1]])
            out = summed_rows(matrix)
            self.assertEqual([shape[1]], out.shape.as_list())
            gradient, = tf.gradients(out, matrix, 2 * tf.ones([shape[1]], dtype))
            actual, gradient = session.run([out, gradient], {matrix: numbers})
        self.assertEqual(numbers.dtype, actual.dtype)
        # Rounded once, as no sum of so many numbers in half precision would be.
        assert_close(actual, numbers.astype(np.float64).sum(axis=0), 1.001 * TOLERANCES[dtype])
        np.testing.assert_array_equal(np.full(shape, 2.0), gradient.astype(np.float64))


if __name__ == '__main__':
    unittest.main()
