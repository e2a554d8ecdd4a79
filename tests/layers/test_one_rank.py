"""One rank for all bonds: in the layers, and in what goes into them."""

import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import contraction, initializers, layers
from tests.contraction.measured_case import measure_little

INP_MODES, OUT_MODES, WINDOW = [2, 3, 4], [3, 2, 4], [3, 2]
# The largest useful ranks, without those of ones at the ends.
MATRIX_MOST, KERNEL_MOST, DIRECT_MOST = [6, 16], [6, 36, 16], [3, 6, 10]
CONV_LAYERS = ('tt_conv', 'tt_conv_full', 'tt_conv1d_full')


def _call(layer, ranks, **arguments):
    """Adds a layer for zeros with `ranks` in place of the list."""
    if layer == 'tt':
        return layers.tt(tf.zeros([3, 24]), INP_MODES, OUT_MODES, ranks, scope='layer', **arguments)
    if layer == 'tt_conv_direct':
        return layers.tt_conv_direct(tf.zeros([2, 5, 4, 20]), WINDOW, 10, ranks, scope='layer',
                                     **arguments)
    window, size = (([1, 6], [2, 9, 24]) if layer == 'tt_conv1d_full' else (WINDOW, [2, 5, 4, 24]))
    return getattr(layers, layer)(tf.zeros(size), window, INP_MODES, OUT_MODES, ranks,
                                  scope='layer', **arguments)


def _expected(layer, rank):
    most = {'tt': MATRIX_MOST, 'tt_conv_direct': DIRECT_MOST}.get(layer, KERNEL_MOST)
    capped = [min(int(rank), bond) for bond in most]
    return [1] + capped + [1] if layer in ('tt', 'tt_conv_direct') else capped + [1]


def _shapes():
    return {variable.op.name: variable.shape.as_list() for variable in tf.global_variables()}


class LayersTest(unittest.TestCase):

    @parameterized.expand([(layer, rank) for layer in ('tt', 'tt_conv_direct') + CONV_LAYERS
                           for rank in (1, 2, 5, 7, 1000, np.int64(5), np.uint8(200), 5.0)])
    def test_layers(self, layer, rank):
        with warnings.catch_warnings():
            warnings.simplefilter('error', UserWarning)
            with tf.Graph().as_default() as graph:
                _call(layer, rank)
                definition = graph.as_graph_def()
            with tf.Graph().as_default() as graph:
                _call(layer, _expected(layer, rank))
                self.assertEqual(graph.as_graph_def(), definition)

    def test_many_cores(self):
        modes = [2] * 24
        with tf.Graph().as_default():
            layers.tt(tf.zeros([1, 2 ** 24]), modes, modes, 10, scope='one')
            # The product of these ranks is beyond 64 bits, which nothing has to do with.
            layers.tt(tf.zeros([1, 2 ** 24]), modes, modes,
                      [1, 4] + [10] * 21 + [4, 1], scope='list')
            shapes = _shapes()
        self.assertEqual([shapes[f'one/mat_core_{k}'] for k in range(1, 25)],
                         [shapes[f'list/mat_core_{k}'] for k in range(1, 25)])

    @parameterized.expand([(rank,) for rank in (1, 5, 1000)])
    def test_initializers_and_plans_go_into_the_layers(self, rank):
        plan = contraction.plan(INP_MODES, OUT_MODES, rank, 3)
        self.assertEqual(tuple(_expected('tt', rank)), plan.shape.ranks)
        with tf.Graph().as_default():
            _call('tt', rank, plan=plan, cores_initializer=initializers.he.tt(
                INP_MODES, OUT_MODES, rank))
        matrix = contraction.TTMatrixShape(tuple(INP_MODES), tuple(OUT_MODES), rank)
        shape = contraction.ConvShape(matrix, tuple(WINDOW), (1, 1), 'SAME', (5, 4))
        setting = plan.setting
        plan = contraction.conv_plan(shape, setting)
        self.assertEqual(tuple(_expected('tt_conv', rank)), plan.shape.matrix.ranks)
        filters, cores = initializers.he.tt_conv(WINDOW, INP_MODES, OUT_MODES, rank)
        with tf.Graph().as_default():
            _call('tt_conv', rank, plan=plan, filters_initializer=filters, cores_initializer=cores)
        with tf.Graph().as_default():
            _call('tt_conv_direct', rank, cores_initializer=initializers.he.tt_conv_direct(
                WINDOW, 20, 10, rank))

    def test_measured_plans(self):
        measure_little(self)
        matrix = contraction.TTMatrixShape((2, 2), (2, 3), 9)
        plan = contraction.measured_plan(*matrix, batch_size=3, training=False)
        self.assertEqual((1, 4, 1), plan.shape.ranks)
        shape = contraction.ConvShape(matrix, (2, 1), (1, 1), 'SAME', (4, 4))
        self.assertEqual((2, 6, 1),
                         contraction.measured_conv_plan(shape, plan.setting).shape.matrix.ranks)

    @parameterized.expand([('zero', 0, ValueError), ('fraction', 2.5, ValueError),
                           ('huge', 10 ** 30, ValueError), ('nan', float('nan'), ValueError),
                           ('bool', True, TypeError)])
    def test_plans_of_no_rank(self, _, rank, error):
        with self.assertRaisesRegex(error, '^plan: `ranks` must be '):
            contraction.plan(INP_MODES, OUT_MODES, rank)
        shape = contraction.ConvShape(contraction.TTMatrixShape((2,), (2,), rank), (2, 1), (1, 1),
                                      'SAME', (4, 4))
        with self.assertRaisesRegex(error, '^conv_plan: `shape.matrix.ranks` must be '):
            contraction.conv_plan(shape, contraction.plan([2], [2], 1).setting)


if __name__ == '__main__':
    unittest.main()
