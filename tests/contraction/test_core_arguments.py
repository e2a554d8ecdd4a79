"""Contractions refuse cores and filters of other shapes, of which some have as many elements."""

import re
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import (
    ConvShape,
    Setting,
    TTMatrixShape,
    chain,
    conv_plan,
    convolve,
    cpu,
    direct_kernel,
    kernel,
    plan,
    prepare_tt_matmul,
    prepared_tt_matmul,
    row_plan,
    tt_bags,
    tt_matmul,
    tt_rows,
)

MODES, RANKS = ([2, 3], [3, 2]), [1, 2, 1]
CORES = [[6, 2], [2, 6]]
WINDOW, FILTERS = (3, 2), [3, 2, 1, 1]


def _bags(ids, cores):
    return tt_bags(ids, tf.zeros([2], tf.int64), 1, None, 'sum', cores,
                   row_plan(*MODES[::-1], RANKS, 2))


def _convolved(filters, cores):
    shape = ConvShape(TTMatrixShape.of(*MODES, RANKS), WINDOW, (1, 1), 'SAME', (5, 4))
    return convolve(tf.zeros([2, 5, 4, 6]), filters, cores,
                    conv_plan(shape, Setting(2, True, 'float32', cpu('float32'))))


# Functions of the cores alone, by the name in the message.
CONTRACTIONS = {
    'tt_matmul': lambda cores: tt_matmul(tf.zeros([5, 6]), cores, plan(*MODES, RANKS, 5)),
    'prepare_tt_matmul': lambda cores: prepare_tt_matmul(cores, plan(*MODES, RANKS, 5),
                                                         tf.float32),
    'tt_rows': lambda cores: tt_rows(tf.zeros([2], tf.int32), cores,
                                     row_plan(*MODES[::-1], RANKS, 2)),
    'tt_bags': lambda cores: _bags(tf.zeros([2], tf.int32), cores),
    'convolve': lambda cores: _convolved(tf.zeros(FILTERS), cores),
    'kernel': lambda cores: kernel(tf.zeros(FILTERS), cores, *MODES, RANKS),
    'chain': lambda cores: chain(tf.zeros([6, 5]), cores, *MODES, RANKS),
}
WRONG = {
    'in_the_other_order': CORES[::-1],
    'transposed': [core[::-1] for core in CORES],
    'as_decompositions_have_them': [[1, 6, 2], [2, 6, 1]],
    'too_few': CORES[:1],
    'too_many': CORES + [[1, 1]],
    'partly_unknown': [[None, 6], [2, None]],
}


class CoresTest(unittest.TestCase):

    @parameterized.expand([(function, wrong) for function in CONTRACTIONS for wrong in WRONG])
    def test_wrong_cores(self, function, wrong):
        message = (f'{function}: `cores` must be 2 of the shapes {CORES}, but theirs are '
                   f'{WRONG[wrong]}; pass cores as `tensornet.layers` has them, or a plan of')
        with tf.Graph().as_default() as graph:
            cores = [tf.placeholder(tf.float32, shape) for shape in WRONG[wrong]]
            with self.assertRaisesRegex(ValueError, '^' + re.escape(message)):
                CONTRACTIONS[function](cores)
            self.assertFalse([op for op in graph.get_operations() if op.type == 'MatMul'])

    @parameterized.expand(sorted(CONTRACTIONS))
    def test_cores_of_unknown_shapes_may_be_right(self, function):
        with tf.Graph().as_default():
            for shapes in (CORES, [[None, 2], [2, None]]):
                CONTRACTIONS[function]([tf.placeholder(tf.float32, shape) for shape in shapes])

    def test_arrays(self):
        with tf.Graph().as_default():
            CONTRACTIONS['tt_matmul']([np.zeros(shape, np.float32) for shape in CORES])
            with self.assertRaisesRegex(ValueError, '^tt_matmul: `cores` must be'):
                CONTRACTIONS['tt_matmul']([np.zeros(shape, np.float32) for shape in CORES[::-1]])

    @parameterized.expand([([2, 3, 1, 1],), ([3, 2, 1, 2],), ([3, 2, 1],)])
    def test_wrong_filters(self, shape):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                ValueError, re.escape(f'convolve: `filters` must be of shape {FILTERS}, but it is '
                                      f'{shape}; pass filters of the window and the first '
                                      'rank of the cores')):
            _convolved(tf.zeros(shape), [tf.zeros(core) for core in CORES])

    def test_wrong_filters_of_a_kernel(self):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                ValueError, r'kernel: `filters` must be of shape \[3, 2, 1, 1\], but it is '
                            r'\[3, 2, 1, 2\]; pass filters'):
            kernel(tf.zeros([3, 2, 1, 2]), [tf.zeros(core) for core in CORES], *MODES, RANKS)

    @parameterized.expand([([5, 6],), ([6],), ([3, 5],)])
    def test_wrong_state_of_a_chain(self, shape):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                ValueError, re.escape(f'chain: `state` must be of shape [6, None], but it is '
                                      f'{shape}; reshape it')):
            chain(tf.zeros(shape), [tf.zeros(core) for core in CORES], *MODES, RANKS)


class DirectKernelTest(unittest.TestCase):
    MODES, RANKS = [3, 2, 4, 5], [1, 2, 3, 2, 1]
    CORES = [[1, 6], [2, 6], [3, 8], [2, 5]]

    @parameterized.expand([
        ('regrouped', [[1, 6], [6, 2], [3, 8], [2, 5]]),
        ('transposed', [[6, 1], [2, 6], [3, 8], [2, 5]]),
        ('too_few', [[1, 6], [2, 6], [3, 8]]),
    ])
    def test_wrong_cores(self, _, shapes):
        message = f'direct_kernel: `cores` must be 4 of the shapes {self.CORES}, but theirs are '
        with tf.Graph().as_default(), self.assertRaisesRegex(ValueError, '^' + re.escape(
                f'{message}{shapes}; pass cores of these modes and ranks')):
            direct_kernel([tf.zeros(shape) for shape in shapes], self.MODES, self.RANKS)


class PreparedTest(unittest.TestCase):

    @parameterized.expand([
        ('chain', dict(groups=[1, 1], order=['left']), CORES),
        ('whole', dict(groups=[2], order=[]), [[6, 6]]),
        ('from_the_right', dict(groups=[1, 1], order=['right']), [[4, 3], [3, 4]]),
    ])
    def test_wrong_count_and_shapes(self, _, given, expected):
        with tf.Graph().as_default():
            made = plan(*MODES, RANKS, 5, **given)
            prepared = prepare_tt_matmul([tf.zeros(core) for core in CORES], made, tf.float32)
            self.assertEqual(expected, [each.shape.as_list() for each in prepared])
            prepared_tt_matmul(tf.zeros([5, 6]), prepared, made)
            for wrong in (prepared[:-1], prepared + prepared, [tf.zeros([7, 1])] * len(prepared)):
                with self.assertRaisesRegex(ValueError, '^' + re.escape(
                        f'prepared_tt_matmul: `prepared` must be {len(expected)} of the shapes '
                        f'{expected}, but theirs are')):
                    prepared_tt_matmul(tf.zeros([5, 6]), wrong, made)

    def test_what_yields_cores_serves_as_a_list(self):
        random = np.random.RandomState(0)
        cores = [random.normal(size=core) for core in CORES]
        filters, state = random.normal(size=FILTERS), random.normal(size=[6, 5])
        made = plan(*MODES, RANKS, 5, dtype='float64')
        products = {
            'chain': lambda given: chain(tf.constant(state), given, *MODES, RANKS),
            'kernel': lambda given: kernel(tf.constant(filters), given, *MODES, RANKS),
            'tt_matmul': lambda given: tt_matmul(tf.constant(state.T), given, made),
            'prepared_tt_matmul': lambda given: prepared_tt_matmul(
                tf.constant(state.T), iter(prepare_tt_matmul(given, made, tf.float64)), made),
        }
        for name, product in products.items():
            with tf.Graph().as_default(), tf.Session() as session:
                found, expected = session.run([product(map(tf.constant, cores)),
                                               product(list(map(tf.constant, cores)))])
            np.testing.assert_array_equal(expected, found, name)

    def test_sizes_cut_off_the_whole_matrix(self):
        random = np.random.RandomState(0)
        cores = [random.normal(size=core) for core in CORES]
        inp = random.normal(size=[4, 5])
        with tf.Graph().as_default(), tf.Session() as session:
            for groups, order in (([2], []), ([1, 1], ['left']), ([1, 1], ['right'])):
                made = plan(*MODES, RANKS, 4, dtype='float64', groups=groups, order=order)
                prepared = prepare_tt_matmul(list(map(tf.constant, cores)), made, tf.float64, 5, 4)
                found, expected = session.run(
                    [prepared_tt_matmul(inp_tensor, prepared, made, False, 5, 4)
                     for inp_tensor in [tf.constant(inp)]]
                    + [tt_matmul(tf.constant(inp), cores, made, False, 5, 4)])
                np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)
                self.assertEqual((4, 4), found.shape)


if __name__ == '__main__':
    unittest.main()
