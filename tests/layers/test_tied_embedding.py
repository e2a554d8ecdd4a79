"""An embedding and the output of a network with the same cores."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.references.tt_table import tt_table
from tests.sessions import assert_close, random_values, session

VOC_MODES, EMB_MODES, RANKS = [3, 4, 2], [2, 3, 2], [1, 2, 3, 1]
TOLERANCE = 1e-12


def _tied(ids, voc_size=None, emb_size=None, **of_output):
    """Builds a network whose output has the weights of its embedding; returns both."""
    with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
        words = layers.tt_embedding(ids, VOC_MODES, EMB_MODES, RANKS, scope='words',
                                    voc_size=voc_size, emb_size=emb_size, dtype=tf.float64)
        hidden = tf.tanh(words)
        return hidden, layers.tt(hidden, EMB_MODES, VOC_MODES, RANKS, scope='words',
                                 inp_size=emb_size, out_size=voc_size, **of_output)


class TiedEmbeddingTest(unittest.TestCase):

    @parameterized.expand([('whole', 24, 12), ('padded', 21, 10)])
    def test_forward_and_gradients(self, _, voc_size, emb_size):
        ids = np.random.RandomState(1).randint(0, voc_size, [5])
        with tf.Graph().as_default():
            _, logits = _tied(ids, voc_size, emb_size)
            self.assertEqual(['net/words/mat_core_1', 'net/words/mat_core_2',
                              'net/words/mat_core_3', 'net/words/biases'],
                             [variable.op.name for variable in tf.trainable_variables()])
            self.assertEqual([5, voc_size], logits.shape.as_list())
            values = random_values()
            cores = [variable for variable in tf.trainable_variables() if 'core' in variable.name]
            # The same network of the whole table, as differentiable as TensorFlow makes it.
            with tf.variable_scope('net', reuse=True):
                table = layers.tt_embedding(np.arange(24), VOC_MODES, EMB_MODES, RANKS,
                                            scope='words', dtype=tf.float64, plan='full')
            table = table[:voc_size, :emb_size]
            biases = tf.trainable_variables()[-1]
            expected = tf.matmul(tf.tanh(tf.gather(table, ids)), table, transpose_b=True) + biases
            runs = [[out] + tf.gradients(tf.reduce_sum(out**2), cores + [biases])
                    for out in (logits, expected)]
            with session(values) as opened:
                actual, wanted = opened.run(runs)
        for one, other in zip(actual, wanted):
            assert_close(one, other, TOLERANCE)
        table = tt_table([values[f'net/words/mat_core_{k}'] for k in (1, 2, 3)], VOC_MODES,
                         EMB_MODES, RANKS)[:voc_size, :emb_size]
        assert_close(actual[0], np.tanh(table[ids]).dot(table.T) + values['net/words/biases'],
                     TOLERANCE)

    def test_without_biases(self):
        with tf.Graph().as_default():
            ids = tf.constant([1, 2])
            words = layers.tt_embedding(ids, VOC_MODES, EMB_MODES, RANKS, scope='words')
            before = tf.global_variables()
            with tf.variable_scope('', reuse=True):
                layers.tt(words, EMB_MODES, VOC_MODES, RANKS, scope='words',
                          biases_initializer=None)
            self.assertEqual(before, tf.global_variables())

    def test_the_wrong_way_round(self):
        with tf.Graph().as_default():
            with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
                layers.tt_embedding(tf.constant([1, 2]), VOC_MODES, EMB_MODES, RANKS,
                                    scope='words')
                before = tf.global_variables()
                with self.assertRaisesRegex(
                        ValueError, r'^net/words: Trying to share variable net/words/mat_core_1, '
                        r'but specified shape \(4, 3\) and found shape \(6, 2\)\. Layers that '
                        r'share cores have the same modes and ranks, and `tt_embedding\(ids, '
                        r'voc_modes, emb_modes, ranks\)` shares them with `tt\(inp, emb_modes, '
                        r'voc_modes, ranks\)`, its modes the other way round$'):
                    layers.tt(tf.zeros([1, 24]), VOC_MODES, EMB_MODES, RANKS, scope='words')
                self.assertEqual(before, tf.global_variables())

    def test_cores_that_no_embedding_shares(self):
        with tf.Graph().as_default(), tf.variable_scope('net', reuse=tf.AUTO_REUSE):
            layers.tt_conv(tf.zeros([1, 5, 5, 4]), [1, 1], [2, 2], [2, 2], [1, 2, 1], scope='conv')
            with self.assertRaisesRegex(
                    ValueError, r'^net/conv: Trying to share variable net/conv/core_1, but '
                    r'specified shape \(6, 2\) and found shape \(4, 2\)\. Layers that share cores '
                    r'have the same modes and ranks$'):
                layers.tt_conv(tf.zeros([1, 5, 5, 4]), [1, 1], [2, 2], [2, 2], [1, 3, 1],
                               scope='conv')

    def test_another_type_has_tensorflows_message(self):
        with tf.Graph().as_default(), tf.variable_scope('', reuse=tf.AUTO_REUSE):
            layers.tt_embedding(tf.constant([1]), VOC_MODES, EMB_MODES, RANKS, scope='words')
            with self.assertRaisesRegex(ValueError, 'specified dtype'):
                layers.tt_embedding(tf.constant([1]), VOC_MODES, EMB_MODES, RANKS, scope='words',
                                    dtype=tf.float64)


if __name__ == '__main__':
    unittest.main()
