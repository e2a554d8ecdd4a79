"""`tt_embedding` against its table written out."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import contraction, layers
from tests.references.tt_table import tt_table, tt_table_gradients
from tests.sessions import assert_close, random_values, session

SHAPES = {
    'three_cores': ([3, 4, 2], [2, 3, 2], [1, 2, 3, 1]),
    'one_core': ([7], [5], [1, 1]),
    'no_compression': ([1, 6], [5, 1], [1, 5, 1]),
    'modes_of_one': ([1, 4, 1, 3], [2, 1, 1, 5], [1, 2, 2, 2, 1]),
    'one_number': ([1], [1], [1, 1]),
    'rank_one': ([3, 2, 2], [2, 2, 3], [1, 1, 1, 1]),
    'two_cores': ([6, 5], [4, 3], [1, 4, 1]),
    'five_cores': ([2, 3, 2, 1, 2], [2, 1, 2, 3, 2], [1, 2, 3, 2, 2, 1]),
}
PLANS = ['auto', 'unique', 'chain', 'full', 'inference']
TOLERANCE = 1e-12


def _run(ids, voc_modes, emb_modes, ranks, plans=('auto',), fed=None, **arguments):
    """Builds a layer for each plan, with the same random variables and random weights of all that
    it gives.

    Returns:
        Output and gradients by the cores for each plan, the table, and the gradients that are
        expected for it.
    """
    arguments = dict(dict(dtype=tf.float64), **arguments)
    size = arguments.get('emb_size') or int(np.prod(emb_modes))
    weights = np.random.RandomState(3).normal(size=ids.shape + (size,))
    with tf.Graph().as_default():
        tensor = ids if fed is None else tf.placeholder(*fed)
        results = []
        for plan in plans:
            with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                out = layers.tt_embedding(tensor, voc_modes, emb_modes, ranks, scope='e', plan=plan,
                                          **arguments)
            results.append([out] + tf.gradients(out, tf.global_variables(),
                                                tf.constant(weights, out.dtype)))
        values = random_values()
        with session(values) as opened:
            results = opened.run(results, {} if fed is None else {tensor: ids})
    cores = [values[f'e/mat_core_{k + 1}'] for k in range(len(voc_modes))]
    table = tt_table(cores, voc_modes, emb_modes, ranks)
    of_table = np.zeros_like(table)
    np.add.at(of_table[:, :size], ids.reshape(-1), weights.reshape(-1, size))
    return results, table, tt_table_gradients(cores, voc_modes, emb_modes, ranks, of_table)


class TTEmbeddingTest(unittest.TestCase):

    def assert_looks_up(self, ids, shape, **arguments):
        results, table, expected = _run(ids, *shape, **arguments)
        size = arguments.get('emb_size') or table.shape[1]
        for out, *gradients in results:
            self.assertEqual(ids.shape + (size,), out.shape)
            assert_close(out, table[ids][..., :size], TOLERANCE)
            for one, other in zip(gradients, expected):
                assert_close(one, other, TOLERANCE)

    @parameterized.expand(sorted(SHAPES))
    def test_rows_and_gradients(self, name):
        ids = np.random.RandomState(1).randint(0, np.prod(SHAPES[name][0]), [4, 5])
        self.assert_looks_up(ids, SHAPES[name], plans=PLANS)

    @parameterized.expand([
        ('scalar', [], []), ('vector', [9], [None]), ('cube', [2, 3, 2], [None, 3, None]),
        ('nothing_is_known', [2, 3], None), ('empty', [0], [None]), ('empty_cube', [2, 0], [2, 0]),
        ('empty_unknown', [0, 3], [None, None]), ('empty_axis', [3, 0], [None, 0]),
    ])
    def test_shapes_of_ids(self, _, size, static):
        ids = np.asarray(np.random.RandomState(2).randint(0, 24, size), np.int32)
        self.assert_looks_up(ids, SHAPES['three_cores'], plans=PLANS, fed=(tf.int32, static))

    def test_ids_are_an_array(self):
        for dtype in (np.int32, np.int64):
            self.assert_looks_up(np.array([[3, 3], [23, 0]], dtype), SHAPES['three_cores'])

    def test_padded_sizes(self):
        ids = np.random.RandomState(1).randint(0, 21, [11])
        self.assert_looks_up(ids, SHAPES['three_cores'], voc_size=21, emb_size=7, plans=PLANS)

    def test_static_shape(self):
        for static, expected in (([4, None], [4, None, 12]), ([], [12]), ([3], [3, 12])):
            with tf.Graph().as_default():
                out = layers.tt_embedding(tf.placeholder(tf.int32, static),
                                          *SHAPES['three_cores'], scope='e')
                self.assertEqual('e/out', out.op.name)
                self.assertEqual(expected, out.shape.as_list())
        with tf.Graph().as_default():
            out = layers.tt_embedding(tf.placeholder(tf.int32), *SHAPES['three_cores'])
            self.assertIsNone(out.shape.ndims)

    @parameterized.expand([
        ('negative', -1, None), ('too_large', 24, None), ('in_the_padding', 21, 21)])
    def test_ids_out_of_range(self, _, number, voc_size):
        with tf.Graph().as_default():
            ids = tf.placeholder(tf.int64, [None])
            with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
                outs = [layers.tt_embedding(ids, *SHAPES['three_cores'], scope='words',
                                            voc_size=voc_size, plan=plan)
                        for plan in ('auto', 'unique', 'full')]
            with session() as opened:
                for out in outs:
                    with self.assertRaisesRegex(
                            tf.errors.InvalidArgumentError,
                            f'net/words: `ids` must be at least 0 and less than {voc_size or 24}, '
                            'the number of rows, but the least and the largest are.*'
                            f'{number}'):
                        opened.run(out, {ids: [3, number, 2]})
                    opened.run(out, {ids: [0, (voc_size or 24) - 1]})


class PlansTest(unittest.TestCase):

    def test_a_plan_of_the_caller(self):
        plan = contraction.row_plan(*SHAPES['three_cores'], 20, groups=[2, 1], order=[1])
        ids = np.random.RandomState(1).randint(0, 24, [20])
        ((out, *_),), table, _ = _run(ids, *SHAPES['three_cores'], plans=[plan])
        assert_close(out, table[ids], TOLERANCE)

    def test_a_plan_for_another_table(self):
        plan = contraction.row_plan([4, 3, 2], [2, 3, 2], [1, 2, 3, 1])
        with tf.Graph().as_default(), self.assertRaisesRegex(
                ValueError, r'^e: `plan` must be one for modes \[3, 4, 2\] x \[2, 3, 2\] and ranks '
                r'\[1, 2, 3, 1\], but it is one for modes \[4, 3, 2\] x \[2, 3, 2\] and ranks '):
            layers.tt_embedding(np.array([1]), *SHAPES['three_cores'], scope='e', plan=plan)


if __name__ == '__main__':
    unittest.main()
