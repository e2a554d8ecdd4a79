"""Mistakes in calls of embeddings raise before anything is created, and say what to do."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import initializers, layers

ARGUMENTS = dict(voc_modes=[3, 4], emb_modes=[2, 5], ranks=[1, 3, 1])

# A name, what replaces the arguments, the exception and the message.
MISTAKES = [
    ('floats', dict(ids=lambda: tf.zeros([3])), TypeError,
     r'`ids` must be of type int32 or int64, but it is float32; convert it with `tf.cast`, or '
     r'multiply vectors by a TT-matrix with `tensornet.layers.tt`'),
    ('float_array', dict(ids=lambda: np.zeros([3])), TypeError,
     r'`ids` must be of type int32 or int64, but it is float64; convert it with `astype`, or mul'),
    ('bytes', dict(ids=lambda: tf.zeros([3], tf.uint8)), TypeError,
     r'`ids` must be of type int32 or int64, but it is uint8; convert it with `tf.cast`$'),
    ('bools', dict(ids=lambda: np.array([True])), TypeError,
     r'`ids` must be of type int32 or int64, but it is bool; convert it with `astype`$'),
    ('list', dict(ids=lambda: [1, 2]), TypeError,
     r'`ids` must be a dense tensor or an array, but it is \[1, 2\] of type list'),
    ('sparse', dict(ids=lambda: tf.sparse_placeholder(tf.int32)), TypeError,
     r'`ids` must be a dense tensor or an array'),
    ('lengths', dict(emb_modes=[10]), ValueError,
     r'`voc_modes` and `emb_modes` must have the same length, but they are \[3, 4\] and \[10\]'),
    ('ranks', dict(ranks=[1, 1]), ValueError, r'`ranks` must be a list of 3 TT-ranks'),
    ('first_rank', dict(ranks=[2, 3, 1]), ValueError, r'`ranks` must be a list that begins with 1'),
    ('last_rank', dict(ranks=[1, 3, 2]), ValueError, r'`ranks` must be a list that ends with 1'),
    ('zero_mode', dict(voc_modes=[0, 4]), ValueError,
     r'`voc_modes` must be made of positive integers, but it is \[0, 4\]'),
    ('no_modes', dict(emb_modes=[]), ValueError,
     r'`emb_modes` must be a list of positive integers'),
    ('too_many_rows', dict(voc_size=13), ValueError,
     r'`voc_size` must be at most 12, the product of `voc_modes` \[3, 4\], but it is 13'),
    ('too_many_columns', dict(emb_size=11), ValueError,
     r'`emb_size` must be at most 10, the product of `emb_modes` \[2, 5\], but it is 11'),
    ('no_rows', dict(voc_size=0), ValueError,
     r'`voc_size` must be a positive integer, but it is 0'),
    ('plan', dict(plan='fast'), ValueError,
     r"`plan` must be 'auto', 'chain', 'full', 'measure', 'inference', 'unique' or a `RowPlan`, "
     r"but it is 'fast'; pass one of the names, or a plan that `tensornet.contraction.row_plan` "
     r'makes'),
    ('initializers', dict(cores_initializer=[tf.zeros_initializer()]), ValueError,
     r'`cores_initializer` must be one function or a list of 2'),
    ('number_for_initializer', dict(cores_initializer=0.1), TypeError,
     r'`cores_initializer` must be a function or None, but it is 0.1'),
    ('integer_table', dict(dtype=tf.int32), ValueError,
     r'`dtype` must be float16, bfloat16, float32 or float64, but it is .*int32'),
    ('no_type', dict(dtype='wide'), TypeError,
     r"`dtype` must be float16, bfloat16, float32 or float64, but it is 'wide' of type str"),
    ('trainable', dict(trainable='yes'), TypeError, r'`trainable` must be True or False'),
    ('batch_size', dict(batch_size=0), ValueError, r'`batch_size` must be a positive integer'),
    ('unknown', dict(combiner='sum'), TypeError,
     r'`combiner` must be left out, since `tensornet.layers.tt_embedding` has no such argument'),
]


class MistakesTest(unittest.TestCase):

    @parameterized.expand(MISTAKES)
    def test(self, _, changes, exception, message):
        with tf.Graph().as_default() as graph, tf.variable_scope('net'):
            given = dict(dict(ARGUMENTS, ids=lambda: tf.constant([1, 2])), **changes)
            ids = given.pop('ids')()
            before = graph.get_operations()
            with self.assertRaisesRegex(exception, '^net/e: ' + message):
                layers.tt_embedding(ids, scope='e', **given)
            self.assertEqual(before, graph.get_operations())
            self.assertEqual([], tf.global_variables())

    def test_missing_arguments(self):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                TypeError, '^tt_embedding: `emb_modes` must be passed'):
            layers.tt_embedding(tf.constant([1]), [3, 4])

    def test_ids_given_to_tt(self):
        for ids, convert in ((tf.int32, '`tf.cast`'), (tf.int64, '`tf.cast`')):
            with tf.Graph().as_default(), self.assertRaisesRegex(
                    TypeError, '^t: `inp` must be of type float16, bfloat16, float32 or float64, '
                    f'but it is {ids.name}; convert it with {convert}, or look rows up with '
                    '`tensornet.layers.tt_embedding` if they are ids$'):
                layers.tt(tf.placeholder(ids, [3, 4]), [2, 2], [2, 2], 2, scope='t')

    def test_a_scheme_knows_the_sizes(self):
        """One whose fans are wrong would have another variance."""
        with tf.Graph().as_default():
            layers.tt_embedding(tf.constant([1]), [30, 40], [4, 5], 20, initializers.lecun,
                                voc_size=1000, emb_size=16, scope='e')
            table = layers.tt_embedding(np.arange(1000), [30, 40], [4, 5], 20, scope='other',
                                        voc_size=1000, emb_size=16)
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                self.assertAlmostEqual(1, 16 * np.mean(session.run(table)**2), delta=0.1)


if __name__ == '__main__':
    unittest.main()
