"""`tt_embedding_bag` against sums written out, and against TensorFlow's own."""

import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import contraction, layers
from tests.references.tt_table import tt_table
from tests.sessions import assert_close, random_values, session

SHAPE = [3, 4, 2], [2, 3, 2], [1, 2, 3, 1]
# Bags of ids: an empty one in the middle, equal ids in one, and two empty ones at the end.
BAGS = [[5, 23, 5], [], [0], [7, 8, 9, 5], [], []]
COMBINERS = ['sum', 'mean', 'sqrtn']
PLANS = ['auto', 'unique', 'chain']
TOLERANCE = 1e-12


def _sparse(bags, values=None):
    """Returns bags of numbers as a value for a sparse placeholder."""
    indices = [(bag, k) for bag, entries in enumerate(bags) for k in range(len(entries))]
    entries = [entry for entries in bags for entry in entries] if values is None else values
    return tf.SparseTensorValue(np.reshape(indices, [-1, 2]).astype(np.int64), entries,
                                [len(bags), max([1] + [len(entries) for entries in bags])])


def _weights():
    return np.random.RandomState(4).uniform(0.5, 2, size=sum(map(len, BAGS)))


def _sums(table, bags, weights, combiner):
    """Writes out the sums."""
    rows, weights = [], list(weights)
    for ids in bags:
        factors = np.array([weights.pop(0) for _ in ids])
        total = (factors[:, None] * table[ids]).sum(axis=0) if ids else np.zeros(table.shape[1])
        divisor = {'sum': 1, 'mean': factors.sum(), 'sqrtn': np.sqrt((factors**2).sum())}[combiner]
        rows.append(total / divisor if divisor else 0 * total)
    return np.array(rows)


class BagsTest(unittest.TestCase):

    @parameterized.expand([(combiner, weighted) for combiner in COMBINERS
                           for weighted in (False, True)])
    def test_sums(self, combiner, weighted):
        weights = _weights()
        with tf.Graph().as_default():
            ids, factors = tf.sparse_placeholder(tf.int64), tf.sparse_placeholder(tf.float64)
            with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                outs = [layers.tt_embedding_bag(
                    ids, *SHAPE, weights=factors if weighted else None, combiner=combiner,
                    plan=plan, dtype=tf.float64, scope='e', emb_size=emb_size)
                    for plan in PLANS for emb_size in (None, 7)]
            values = random_values()
            with session(values) as opened:
                results = opened.run(outs, {ids: _sparse(BAGS), factors: _sparse(BAGS, weights)})
        table = tt_table([values[f'e/mat_core_{k}'] for k in (1, 2, 3)], *SHAPE)
        expected = _sums(table, BAGS, weights if weighted else np.ones(len(weights)), combiner)
        for number, result in enumerate(results):
            size = 7 if number % 2 else 12
            self.assertEqual((len(BAGS), size), result.shape)
            assert_close(result, expected[:, :size], TOLERANCE)

    @parameterized.expand([(combiner, weighted) for combiner in COMBINERS
                           for weighted in (False, True)])
    def test_gradients_are_those_of_tensorflow(self, combiner, weighted):
        """For the table of all rows, which takes its gradient to the cores."""
        bags = [[5, 23, 5], [2], [0], [7, 8, 9, 5]]
        numbers = np.random.RandomState(4).uniform(0.5, 2, size=9)
        with tf.Graph().as_default():
            ids = tf.SparseTensor.from_value(_sparse(bags))
            values = tf.constant(numbers)
            factors = tf.SparseTensor(ids.indices, values, ids.dense_shape) if weighted else None
            sources = [values] if weighted else []
            with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                outs = [layers.tt_embedding_bag(
                    ids, *SHAPE, weights=factors, combiner=combiner, plan=plan, dtype=tf.float64,
                    scope='e') for plan in PLANS]
                table = layers.tt_embedding(np.arange(24), *SHAPE, dtype=tf.float64, scope='e')
            outs.append(tf.nn.embedding_lookup_sparse(table, ids, factors, combiner=combiner))
            weight = np.random.RandomState(5).normal(size=[4, 12])
            runs = [[out] + tf.gradients(out, tf.trainable_variables() + sources, weight)
                    for out in outs]
            with session(random_values()) as opened:
                *results, expected = opened.run(runs)
        for result in results:
            for one, other in zip(result, expected):
                assert_close(one, other, TOLERANCE)

    def test_ragged_ids(self):
        with tf.Graph().as_default():
            ids = tf.ragged.constant(BAGS, dtype=tf.int32)
            factors = ids.with_values(tf.constant(_weights()))
            out = layers.tt_embedding_bag(ids, *SHAPE, weights=factors, combiner='sum',
                                          dtype=tf.float64, scope='e')
            values = random_values()
            with session(values) as opened:
                result = opened.run(out)
        table = tt_table([values[f'e/mat_core_{k}'] for k in (1, 2, 3)], *SHAPE)
        assert_close(result, _sums(table, BAGS, _weights(), 'sum'), TOLERANCE)

    def test_nothing_at_all(self):
        with tf.Graph().as_default():
            ids = tf.sparse_placeholder(tf.int64)
            with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                outs = [layers.tt_embedding_bag(ids, *SHAPE, plan=plan, scope='e')
                        for plan in PLANS]
            runs = [[out] + tf.gradients(out, tf.trainable_variables()) for out in outs]
            with session(random_values()) as opened:
                for bags, count in (([[], []], 2), ([], 0)):
                    for out, *gradients in opened.run(runs, {ids: _sparse(bags)}):
                        np.testing.assert_array_equal(np.zeros([count, 12]), out)
                        for gradient in gradients:
                            self.assertEqual(0, np.abs(gradient).max())

    def test_nothing_at_all_by_a_plan_for_many(self):
        """Whose ids are gone through in parts."""
        shape = [3, 4, 2], [2, 3, 2], [1, 6, 4, 1]
        plan = contraction.row_plan(*shape, 100000, groups=[1, 1, 1], order=[1, 2], unique=False)
        self.assertGreater(min(plan.parts, plan.gradient_parts), 1)
        with tf.Graph().as_default():
            ids = tf.SparseTensor(tf.zeros([0, 2], tf.int64), tf.zeros([0], tf.int32), [2, 1])
            out = layers.tt_embedding_bag(ids, *shape, plan=plan, scope='e')
            gradients = tf.gradients(out, tf.trainable_variables())
            with session(random_values()) as opened:
                result, *gradients = opened.run([out] + gradients)
        np.testing.assert_array_equal(np.zeros([2, 12]), result)
        for gradient in gradients:
            self.assertEqual(0, np.abs(gradient).max())

    def test_weights_that_add_up_to_zero(self):
        with tf.Graph().as_default():
            ids = tf.SparseTensor.from_value(_sparse([[1, 2], [3]]))
            zeros = tf.SparseTensor(ids.indices, tf.zeros([3]), ids.dense_shape)
            outs = [layers.tt_embedding_bag(ids, *SHAPE, weights=zeros, combiner=combiner)
                    for combiner in COMBINERS]
            with session(random_values()) as opened:
                for result in opened.run(outs):
                    np.testing.assert_array_equal(np.zeros([2, 12]), result)

    @parameterized.expand([(combiner,) for combiner in COMBINERS])
    def test_derivatives_by_weights_that_add_up_to_zero(self, combiner):
        """Those of their bag are zero, of any order; another bag has its own."""
        with tf.Graph().as_default():
            ids = tf.SparseTensor.from_value(_sparse([[1, 2], [3], [4]]))
            values = tf.placeholder(tf.float64, [4])
            out = layers.tt_embedding_bag(
                ids, *SHAPE, combiner=combiner, dtype=tf.float64, scope='e',
                weights=tf.SparseTensor(ids.indices, values, ids.dense_shape))
            first, = tf.gradients(out**3, values)
            second, = tf.gradients(first**2, values)
            numbers = random_values()
            with session(numbers) as opened:
                first, second = opened.run([first, second], {values: [0, 0, 2, 2]})
        if combiner == 'sum':
            row = tt_table([numbers[f'e/mat_core_{k}'] for k in (1, 2, 3)], *SHAPE)[3:5]
            assert_close(first, np.append([0, 0], 3 * 4 * (row**3).sum(axis=1)), TOLERANCE)
        np.testing.assert_array_equal([0, 0], first[:2])
        np.testing.assert_array_equal([0, 0], second[:2])
        self.assertTrue(np.isfinite(first).all() and np.isfinite(second).all())

    def test_types(self):
        for dtype, tolerance in ((tf.float16, 5e-3), (tf.bfloat16, 5e-2), (tf.float32, 1e-5)):
            with tf.Graph().as_default():
                ids = tf.SparseTensor.from_value(_sparse(BAGS))
                out = layers.tt_embedding_bag(ids, *SHAPE, dtype=dtype, scope='e')
                self.assertEqual(dtype, out.dtype)
                values = {name: np.round(value.astype(np.float64) * 4) / 4
                          for name, value in random_values().items()}
                with session(values) as opened:
                    result = opened.run(tf.cast(out, tf.float64))
            table = tt_table([values[f'e/mat_core_{k}'] for k in (1, 2, 3)], *SHAPE)
            assert_close(result, _sums(table, BAGS, np.ones(8), 'mean'), tolerance)

    def test_static_shape(self):
        with tf.Graph().as_default():
            for shape, expected in (([4, 3], [4, 12]), (None, [None, 12])):
                out = layers.tt_embedding_bag(tf.sparse_placeholder(tf.int32, shape), *SHAPE)
                self.assertEqual(expected, out.shape.as_list())

    @parameterized.expand([(plan, combiner) for plan in PLANS for combiner in COMBINERS])
    def test_parts_of_unknown_dimensions(self, plan, combiner):
        """As `tf.py_func` returns them, of which a `tf.SparseTensor` is then made."""
        def unknown(value):
            indices, entries, shape = value
            return [tf.placeholder_with_default(part, None)
                    for part in (indices, entries, np.array(shape, np.int64))]

        with tf.Graph().as_default():
            ids = tf.SparseTensor(*unknown(_sparse(BAGS)))
            weights = tf.SparseTensor(*unknown(_sparse(BAGS, _weights())))
            out = layers.tt_embedding_bag(ids, *SHAPE, weights=weights, combiner=combiner,
                                          plan=plan, dtype=tf.float64, scope='e')
            self.assertEqual([None, 12], out.shape.as_list())
            with warnings.catch_warnings():
                # TensorFlow 1 says that the slope by weights of unknown shape may be large.
                warnings.filterwarnings('ignore', 'Converting sparse IndexedSlices')
                gradients = tf.gradients(out, [weights.values] + tf.trainable_variables())
            values = random_values()
            with session(values) as opened:
                result, of_weights, *_ = opened.run([out] + gradients)
        table = tt_table([values[f'e/mat_core_{k}'] for k in (1, 2, 3)], *SHAPE)
        assert_close(result, _sums(table, BAGS, _weights(), combiner), TOLERANCE)
        # By differences: the sums are smooth in the weights.
        slopes = [(_sums(table, BAGS, _weights() + step, combiner).sum()
                   - _sums(table, BAGS, _weights() - step, combiner).sum()) / 2e-6
                  for step in 1e-6 * np.eye(len(_weights()))]
        assert_close(of_weights, slopes, 1e-8)

    @parameterized.expand([
        ('dense', lambda: tf.zeros([3, 2], tf.int32), None, TypeError,
         r'`ids` must be a `tf.SparseTensor` or a `tf.RaggedTensor`, but it is .*look up each of a '
         'tensor of ids with `tensornet.layers.tt_embedding`'),
        ('floats', lambda: tf.sparse_placeholder(tf.float32), None, TypeError,
         r'`ids` must be of type int32 or int64, but it is float32; convert it with `tf.cast`, or '
         'multiply'),
        ('three_dimensions', lambda: tf.sparse_placeholder(tf.int32, [2, 3, 4]), None, ValueError,
         r'`ids` must be \[bags, ids in each\], but its shape is \[2, 3, 4\]'),
        ('nested', lambda: tf.ragged.constant([[[1], [2]]]), None, ValueError,
         r'`ids` must be \[bags, ids in each\], but its shape is \[1, \?, \?\]; pass one with a '
         '`ragged_rank=1` and values of one dimension$'),
        ('wide_values', lambda: tf.ragged.constant([[[1], [2]]], ragged_rank=1), None, ValueError,
         r'`ids` must be \[bags, ids in each\], .* values of one dimension$'),
        ('three_dimensions', lambda: tf.sparse_placeholder(tf.int32, [2, 3, 4]), None, ValueError,
         r'`ids` must be \[bags, ids in each\], but its shape is \[2, 3, 4\]; reshape it with '
         '`tf.sparse.reshape`$'),
        ('sparse_value', lambda: _sparse([[1]]), None, TypeError,
         r'`ids` must be .*SparseTensorValue; convert it with `tf.SparseTensor.from_value`$'),
        ('ragged_value', lambda: tf.ragged.constant_value([[1]]), None, TypeError,
         r'`ids` must be .*RaggedTensorValue; convert it with `tf.ragged.constant\(ids.to_list'),
        ('any_dimensions', lambda: tf.ragged.placeholder(tf.int32, 1), None, ValueError,
         r'`ids` must be \[bags, ids in each\], but their number of dimensions is not known while '
         'the graph is built; give a `tf.ragged.placeholder` a `ragged_rank=1` and a '
         r'`value_shape=\[\]`$'),
        ('weights_of_any_dimensions', lambda: tf.ragged.placeholder(tf.int32, 1, []),
         lambda: tf.ragged.placeholder(tf.float32, 1), ValueError,
         r'`weights` must be \[bags, ids in each\], but their number'),
        ('value_of_weights', lambda: tf.sparse_placeholder(tf.int32), lambda: _sparse([[1.]]),
         TypeError, r'`weights` must be .*with `tf.SparseTensor.from_value`$'),
        ('other_bags', lambda: tf.sparse_placeholder(tf.int32, [2, 3]),
         lambda: tf.sparse_placeholder(tf.float32, [4, 3]), ValueError,
         r'`weights` must have as many bags as `ids`, but they have 4 and 2; give both the same'),
        ('other_ragged_bags', lambda: tf.ragged.constant([[1], [2, 3]]),
         lambda: tf.ragged.constant([[1.], [2.], [3.]]), ValueError,
         r'`weights` must have as many bags as `ids`, but they have 3 and 2'),
        ('dense_weights', lambda: tf.sparse_placeholder(tf.int32), lambda: tf.zeros([2]), TypeError,
         r'`weights` must be a `tf.SparseTensor`'),
        ('ragged_weights', lambda: tf.sparse_placeholder(tf.int32),
         lambda: tf.ragged.constant([[1.]]), TypeError,
         r'`weights` must be of the type of `ids`, SparseTensor, but'),
        ('integer_weights', lambda: tf.sparse_placeholder(tf.int32),
         lambda: tf.sparse_placeholder(tf.int32), TypeError,
         r'`weights` must be of type float16, .*, but it is int32'),
        ('other_weights', lambda: tf.SparseTensor.from_value(_sparse([[1], [2]])),
         lambda: tf.SparseTensor.from_value(_sparse([[1.], []])), ValueError,
         r'`weights` must have a value for each of `ids`, but they have 1 and 2'),
    ])
    def test_wrong_arguments(self, _, ids, weights, error, message):
        with tf.Graph().as_default() as graph, tf.variable_scope('net'):
            ids, weights = ids(), None if weights is None else weights()
            before = len(graph.get_operations())
            with self.assertRaisesRegex(error, '^net/e: ' + message):
                layers.tt_embedding_bag(ids, *SHAPE, weights=weights, scope='e')
            self.assertEqual(before, len(graph.get_operations()))

    def test_wrong_combiner(self):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                ValueError, "^e: `combiner` must be 'sum', 'mean' or 'sqrtn', but it is 'max'"):
            layers.tt_embedding_bag(tf.sparse_placeholder(tf.int32), *SHAPE, combiner='max',
                                    scope='e')

    def test_ids_out_of_range(self):
        with tf.Graph().as_default():
            ids = tf.SparseTensor.from_value(_sparse([[1, 24]]))
            out = layers.tt_embedding_bag(ids, *SHAPE, scope='e')
            with session() as opened, self.assertRaisesRegex(
                    tf.errors.InvalidArgumentError, 'e: `ids` must be .* less than 24'):
                opened.run(out)


if __name__ == '__main__':
    unittest.main()
