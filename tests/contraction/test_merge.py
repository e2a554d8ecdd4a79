"""Merged cores against the TT-matrix written out."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction.merge import merge, merge_range
from tensornet.contraction.step_operations import BATCHED, SMALL
from tensornet.contraction.steps import make_step
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tests.contraction.tt_reference import product_and_gradients, random_cores
from tests.references.tt_matrix import tt_matrix

SHAPE = INP_MODES, OUT_MODES, RANKS = TTMatrixShape((2, 3, 1, 2), (3, 1, 2, 2), (1, 2, 4, 3, 1))
GROUPS = [(first, last) for last in range(1, 5) for first in range(last)]


def _expected(cores, first, last):
    """Returns the merged core `[o, r_b, r_a, i]`: one TT-matrix for each pair of bond indices."""
    inp_modes, out_modes = INP_MODES[first:last], OUT_MODES[first:last]
    ranks = list(RANKS[first:last]) + [1]
    shape = (out_modes[-1], RANKS[last], -1)
    columns = []
    for column in range(RANKS[last]):
        part = cores[last - 1].reshape(shape)[:, column]
        columns.append(tt_matrix(cores[first:last - 1] + [part], inp_modes, out_modes, ranks))
    return np.transpose(np.stack(columns), [3, 0, 1, 2])


class MergeTest(unittest.TestCase):

    def setUp(self):
        self.cores = random_cores(INP_MODES, OUT_MODES, RANKS, np.random.RandomState(0))

    def _run(self, build):
        with tf.Graph().as_default():
            tensor = build([tf.constant(core) for core in self.cores])
            with tf.Session() as session:
                value = session.run(tensor)
            self.assertEqual(list(value.shape), tensor.shape.as_list())
        return value

    @parameterized.expand([group + axes for group in GROUPS for axes in (
        ('out right left inp', [0, 1, 2, 3]), ('left out inp right', [2, 0, 3, 1]),
        ('out left inp right', [0, 2, 3, 1]), ('left inp out right', [2, 3, 0, 1]))])
    def test_orders_of_the_axes(self, first, last, axes, order):
        actual = self._run(lambda cores: merge_range(cores, first, last, [BATCHED] * 3, SHAPE,
                                                     axes))
        expected = np.transpose(_expected(self.cores, first, last), order)
        np.testing.assert_allclose(actual.reshape(expected.shape), expected, rtol=0, atol=1e-12)

    @parameterized.expand([
        ('left', (1, 4, 1, 3), [0, 1, 2, 3]),
        ('right', (0, 4, 1, 4), [2, 0, 3, 1]),
        ('last', (0, 3, 0, 3), [0, 2, 3, 1]),
        ('single_left', (0, 4, 0, 1), [0, 1, 2, 3]),
        ('single_right', (0, 3, 2, 3), [2, 0, 3, 1]),
    ])
    def test_matrix_of_a_step(self, _, ranges, order):
        step = make_step(SHAPE, *ranges)
        actual = self._run(lambda cores: merge(cores, step, [SMALL] * 3, SHAPE))
        expected = np.transpose(_expected(self.cores, *ranges[2:]), order)
        np.testing.assert_allclose(actual, expected.reshape([step.rows, step.depth]),
                                   rtol=0, atol=1e-12)

    def test_an_unknown_side_is_not_taken_for_another(self):
        step = make_step(SHAPE, 0, 4, 0, 2)._replace(side='up')
        with self.assertRaisesRegex(KeyError, 'up'):
            self._run(lambda cores: merge(cores, step, [SMALL] * 3, SHAPE))

    @parameterized.expand([(dtype, kind, tolerance) for kind in (BATCHED, SMALL)
                           for dtype, tolerance in (('float32', 1e-5), ('float64', 1e-12))])
    def test_gradients(self, dtype, kind, tolerance):
        weights = np.random.RandomState(1).normal(size=[12, 12])
        with tf.Graph().as_default(), tf.Session() as session:
            cores = [tf.constant(core, dtype) for core in self.cores]
            merged = merge_range(cores, 0, 4, [kind] * 3, SHAPE, axes='left inp out right')
            gradients = session.run(tf.gradients(
                merged, cores, tf.constant(weights.reshape([1, 12, 12, 1]), dtype)))
        expected = product_and_gradients(np.eye(12), self.cores, weights, *SHAPE)[2:]
        for actual, wanted in zip(gradients, expected):
            np.testing.assert_allclose(actual, wanted, rtol=0,
                                       atol=tolerance * np.abs(wanted).max())


if __name__ == '__main__':
    unittest.main()
