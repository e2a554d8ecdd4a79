"""Plans for a graph that is to be exported."""

import itertools
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import (
    ConvShape,
    Setting,
    TTMatrixShape,
    conv_plan,
    cpu,
    inference_conv_plan,
    inference_plan,
    inference_row_plan,
    plan,
    row_plan,
    tt_rows,
)
from tensornet.contraction.dependence import held
from tests.contraction.workloads import FULL_SIZE
from tests.sessions import assert_close, random_values, session

WIDE = [8, 16, 16], [8, 8, 16], 16
CORES = 4 * (8 * 8 * 16 + 16 * 16 * 8 * 16 + 16 * 16 * 16)
CONVOLUTION = ConvShape(TTMatrixShape((4, 4, 4), (4, 4, 4), (9, 16, 16, 1)), (3, 3), (1, 1), 'SAME',
                        (32, 32))
FILTERS_AND_CORES = 4 * (9 * 9 + 9 * 4 * 4 * 16 + 16 * 4 * 4 * 16 + 16 * 4 * 4)


def _setting(batch_size=1, **more):
    return Setting(batch_size, False, 'float32', cpu('float32'), **more)


class InferencePlanTest(unittest.TestCase):

    @parameterized.expand([(name, batch_size) for name in FULL_SIZE for batch_size in (1, 100)])
    def test_the_file_is_as_small_as_the_cores(self, name, batch_size):
        shape = FULL_SIZE[name]
        chosen = inference_plan(*shape[:3], batch_size=batch_size)
        self.assertEqual(chosen.core_bytes, chosen.exported_bytes)
        self.assertFalse(chosen.setting.training)
        self.assertEqual(batch_size, chosen.setting.batch_size)

    def test_many_samples_are_worth_merging_in_each_run(self):
        for size, groups, held_cores in ((1, (1, 1, 1), ()), (100, (2, 1), (0, 1)),
                                         (1000, (3,), (0, 1, 2))):
            chosen = inference_plan(*WIDE, batch_size=size, machine=cpu('float32', threads=2))
            self.assertEqual((groups, held_cores), (chosen.groups, chosen.held_cores))
            self.assertEqual(CORES, chosen.exported_bytes)
            self.assertIn(f'exported: {CORES} bytes; the cores have {CORES}\n', str(chosen))

    def test_what_a_plan_for_training_is_exported_to(self):
        full = plan(*WIDE, groups=[3], order=[])
        self.assertEqual(4 * 2048 * 1024, full.exported_bytes)
        self.assertIn('exported: 8388608 bytes where a converter merges constants; the cores have '
                      f'{CORES}\n', str(full))

    @parameterized.expand([(10**5,), (6 * 10**5,), (10**7,)])
    def test_bytes_allow_merging(self, constant_bytes):
        chosen = inference_plan(*WIDE, batch_size=100, constant_bytes=constant_bytes)
        self.assertFalse(chosen.setting.held)
        self.assertLessEqual(chosen.exported_bytes, max(constant_bytes, CORES))
        self.assertEqual(plan(*WIDE, 100, training=False, constant_bytes=constant_bytes), chosen)

    def test_holding_takes_time(self):
        arguments = dict(training=False, groups=[2, 1], order=['left'])
        variables, constants = plan(*WIDE, 10, **arguments), plan(*WIDE, 10, held=True, **arguments)
        machine = variables.setting.machine
        moved = 2 * 4 * (8 * 8 * 16 + 16 * 16 * 8 * 16)
        self.assertAlmostEqual(7 * machine.op + moved / machine.bandwidth,
                               constants.cost.seconds - variables.cost.seconds)

    def test_casts_do_not_make_a_file_larger(self):
        machine = cpu('float16', 'none')
        self.assertEqual(4, machine.half_itemsize)
        chosen = inference_plan(*WIDE, dtype='float16', machine=machine)
        self.assertEqual((0, 1, 2), chosen.held_cores)
        self.assertEqual(CORES // 2, chosen.exported_bytes)

    @parameterized.expand([
        ('trained', dict(held=True), '`held` is for cores that are neither trained nor merged'),
        ('merged', dict(held=True, training=False, constant_bytes=10), '`held` is for cores that'),
    ])
    def test_messages(self, _, arguments, message):
        with self.assertRaisesRegex(ValueError, '^plan: ' + message):
            plan(*WIDE, **arguments)

    def test_held_is_a_switch(self):
        with self.assertRaisesRegex(TypeError, '^plan: `held` must be True or False, but it is 1'):
            plan(*WIDE, held=1)


class InferenceConvPlanTest(unittest.TestCase):

    @parameterized.expand([(window, strides, batch_size, rank)
                           for window in ((1, 1), (3, 3)) for strides in ((1, 1), (2, 1))
                           for batch_size in (1, 100) for rank in (1, 2, 9)])
    def test_the_file_is_as_small_as_the_cores(self, window, strides, batch_size, rank):
        filters = min(rank, window[0] * window[1])
        matrix = CONVOLUTION.matrix._replace(ranks=(filters, rank, rank, 1))
        shape = CONVOLUTION._replace(window=window, strides=strides, matrix=matrix)
        chosen = inference_conv_plan(shape, _setting(batch_size))
        self.assertEqual(chosen.core_bytes, chosen.exported_bytes)

    def test_the_kernel_is_built_in_each_run(self):
        chosen = inference_conv_plan(CONVOLUTION, _setting(100))
        self.assertEqual('full', chosen.method)
        self.assertTrue(chosen.holds_filters and chosen.holds_cores)
        self.assertEqual(FILTERS_AND_CORES, chosen.exported_bytes)
        self.assertGreater(chosen.cost.seconds, conv_plan(
            CONVOLUTION, _setting(100), 'full').cost.seconds)

    @parameterized.expand([(batch_size,) for batch_size in (1, 100)])
    def test_what_makes_the_filters_may_be_smaller_than_they_are(self, batch_size):
        for window, (channels, out_channels), rank in itertools.product(
                ((1, 1), (3, 3), (11, 11)), ((1, 1), (1, 8), (64, 64)), (1, 8)):
            shape = ConvShape(TTMatrixShape((channels, 1), (1, out_channels), (rank, 1, 1)), window,
                              (1, 1), 'SAME', (32, 32))
            for core_bytes in (4, 400, 40000):
                chosen = inference_conv_plan(shape, _setting(batch_size), core_bytes)
                self.assertTrue(chosen.setting.held or chosen.exported_bytes <= core_bytes)
            expected = inference_conv_plan(shape, _setting(batch_size))
            self.assertEqual(expected, inference_conv_plan(shape, _setting(batch_size),
                                                           expected.core_bytes))

    @parameterized.expand([('text', 'a', TypeError, 'must be an integer'),
                           ('negative', -5, ValueError, 'must be at least 1')])
    def test_wrong_bytes_of_cores(self, _, core_bytes, error, message):
        for setting in (_setting(1), _setting(1, constant_bytes=100)):
            with self.assertRaisesRegex(error, '^inference_conv_plan: `core_bytes` ' + message):
                inference_conv_plan(CONVOLUTION, setting, core_bytes)

    def test_bytes_allow_a_constant_kernel(self):
        kernel = 4 * 3 * 3 * 64 * 64
        full = inference_conv_plan(CONVOLUTION, _setting(100, constant_bytes=kernel))
        less = inference_conv_plan(CONVOLUTION, _setting(100, constant_bytes=kernel - 1))
        none = inference_conv_plan(CONVOLUTION, _setting(100, constant_bytes=1))
        self.assertEqual(('full', kernel), (full.method, full.exported_bytes))
        self.assertLess(less.exported_bytes, kernel)
        self.assertEqual(FILTERS_AND_CORES, none.exported_bytes)
        for chosen in (full, less, none):
            self.assertFalse(chosen.holds_filters or chosen.holds_cores)

    @parameterized.expand([('full', 4 * 9 * 64 * 64), ('chain', FILTERS_AND_CORES),
                           ('matrix_first', None), ('filters_first', None)])
    def test_what_a_method_is_exported_to(self, method, expected):
        chosen = conv_plan(CONVOLUTION, _setting(100), method)
        if expected is None:
            # The filters are repeated for each channel.
            expected = chosen.matrix.weight_bytes + 4 * 9 * 9 * 64
        self.assertEqual(expected, chosen.exported_bytes)


    @parameterized.expand([
        ('full', 'float32', True, True), ('chain', 'float32', False, False),
        ('matrix_first', 'float32', True, False), ('filters_first', 'float32', True, False),
        ('full', 'float16', True, True), ('chain', 'float16', True, True),
        ('matrix_first', 'float16', True, True), ('pointwise', 'float32', False, False),
        ('pointwise', 'float16', False, True)])
    def test_what_is_held(self, method, dtype, filters, cores):
        """What would be merged, repeated, or, without a unit for half precision, cast."""
        shape = CONVOLUTION
        if method == 'pointwise':
            shape = shape._replace(window=(1, 1), matrix=shape.matrix._replace(ranks=(1, 4, 4, 1)))
        setting = _setting(100, held=True)._replace(dtype=dtype, machine=cpu(dtype, 'none'))
        chosen = conv_plan(shape, setting, method)
        self.assertEqual((filters, cores), (chosen.holds_filters, chosen.holds_cores))
        self.assertEqual(chosen.core_bytes, chosen.exported_bytes)

    def test_constants_of_half_precision_are_cast_to_twice_the_bytes(self):
        setting = _setting(100)._replace(dtype='float16', machine=cpu('float16', 'none'))
        chosen = conv_plan(CONVOLUTION, setting, 'chain')
        self.assertEqual((FILTERS_AND_CORES // 2, FILTERS_AND_CORES),
                         (chosen.core_bytes, chosen.exported_bytes))

    @parameterized.expand([('matrix_first', 5, 10**6, 10**6 - 4 * 9 * 9 * 4 * 5 * 4),
                           ('filters_first', 5, 10**6, 10**6 - 4 * 9 * 9 * 64),
                           ('filters_first', 5, 4 * 9 * 9 * 64, 1), ('filters_first', 5, 1, 1)])
    def test_the_matrix_may_take_what_the_windows_leave(self, method, mode, constant_bytes, left):
        matrix = CONVOLUTION.matrix._replace(out_modes=(4, mode, 4))
        chosen = conv_plan(CONVOLUTION._replace(matrix=matrix),
                           _setting(100, constant_bytes=constant_bytes), method)
        self.assertEqual(left, chosen.matrix.setting.constant_bytes)


class InferenceRowPlanTest(unittest.TestCase):

    @parameterized.expand([(dtype, unit, shape) for dtype in ('float16', 'bfloat16', 'float32')
                           for unit in ('vector', 'none')
                           for shape in (([100, 100], [4, 4], 4), ([2, 2, 50], [2, 2, 4], 3),
                                         ([3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 2, 2, 1]))])
    def test_a_file_holds_no_more_than_the_cores(self, dtype, unit, shape):
        chosen = inference_row_plan(*shape, 1000, dtype=dtype, machine=cpu(dtype, unit))
        # The processor of the test may have a unit that this one has not.
        working = tf.float32 if unit == 'none' else tf.as_dtype(dtype)
        with tf.Graph().as_default() as graph, mock.patch(
                'tensornet.contraction.row_lookup.working_type', return_value=working):
            ids = tf.placeholder(tf.int64, [None])
            cores = [tf.constant(np.ones(core), dtype) for core in chosen.shape.core_shapes]
            tt_rows(ids, cores, chosen)
            found = _folded_bytes(graph)
        # Sizes of modes and axes are constants as well.
        self.assertLessEqual(found, chosen.core_bytes + 300)
        self.assertGreaterEqual(found, chosen.core_bytes // 4)

    def test_no_converter_needs_distinct_ids(self):
        """Of a million ids for four rows nearly all are equal; but few formats can find them."""
        few = [2, 2], [4, 4], 4, 10**6
        self.assertTrue(row_plan(*few, training=False).unique)
        for constant_bytes in (None, 1, 10**6):
            chosen = inference_row_plan(*few, constant_bytes=constant_bytes)
            self.assertFalse(chosen.unique)
            self.assertFalse(chosen.setting.training)
            self.assertEqual(chosen.core_bytes if constant_bytes is None else constant_bytes,
                             chosen.setting.constant_bytes)

    def test_one_sample_by_default(self):
        self.assertEqual([1, 1], [inference_row_plan([2, 2], [4, 4], 4).setting.batch_size,
                                  inference_plan([2, 2], [4, 4], 4).setting.batch_size])


def _folded_bytes(graph):
    """Bytes of what depends on constants alone and is an input of something that does not."""
    constant, kept = set(), {}
    for op in graph.get_operations():
        if op.type != 'Placeholder' and all(tensor.op in constant for tensor in op.inputs):
            constant.add(op)
            continue
        for tensor in op.inputs:
            if tensor.op in constant:
                kept[tensor.name] = tensor.dtype.size * int(np.prod(tensor.shape.as_list()))
    return sum(kept.values())


class HeldTest(unittest.TestCase):

    @parameterized.expand([(dtype, first) for dtype in ('float16', 'float32', 'float64')
                           for first in (2.0, -2.0, 0.0, np.nan, np.inf, None)])
    def test_values_stay(self, dtype, first):
        values = [np.array([-1.5, 0.0, np.inf], dtype), np.array([[3.0]], dtype)]
        with tf.Graph().as_default(), tf.Session() as opened:
            inp = tf.placeholder(dtype, [None, 2])
            out = held([tf.constant(value) for value in values], inp)
            batch = np.full([0 if first is None else 1, 2], first or 0.0)
            for value, result in zip(values, opened.run(out, {inp: batch})):
                np.testing.assert_array_equal(value, result)

    @parameterized.expand([(size,) for size in (3, None)])
    def test_nothing_is_merged_ahead_of_a_run(self, size):
        chosen = inference_plan(*WIDE, batch_size=1000)
        batch = np.random.RandomState(0).normal(size=[3, 2048])
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [size, 2048], name='inp')
            out = layers.tt(inp, *WIDE, scope='layer', plan=chosen, biases_initializer=None)
            with session(random_values()) as opened:
                expected = opened.run(out, {inp: batch})
                frozen = tf.graph_util.convert_variables_to_constants(
                    opened, opened.graph_def, [out.op.name])
        self.assertLess(frozen.ByteSize(), CORES + 10000)
        with tf.Graph().as_default(), tf.Session() as opened:
            tf.import_graph_def(frozen, name='')
            run = tf.RunMetadata()
            actual = opened.run('layer/out:0', {'inp:0': batch},
                                tf.RunOptions(output_partition_graphs=True), run)
        assert_close(actual, expected, 1e-5)
        sizes = [np.prod([side.size for side in node.attr['value'].tensor.tensor_shape.dim])
                 for graph in run.partition_graphs for node in graph.node if node.op == 'Const']
        self.assertLessEqual(4 * sum(sizes), CORES + 1000)


if __name__ == '__main__':
    unittest.main()
