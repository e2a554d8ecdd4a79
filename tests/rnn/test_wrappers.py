"""The cells beside those of TensorFlow, and in its wrappers, where it has them."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import rnn
from tests.sessions import random_values, session

INPUTS = np.random.RandomState(0).normal(size=[3, 4, 8])


def _rnn_cell():
    try:
        return tf.nn.rnn_cell.MultiRNNCell and tf.nn.rnn_cell
    except (AttributeError, ImportError):
        return None


CELLS = _rnn_cell()
NO_CELLS = 'TensorFlow has no cells of its own beside Keras 3'


def _lstm(**options):
    return rnn.TTLSTMCell([2, 3], [4, 2], 3, 3, **options)


@unittest.skipUnless(CELLS, NO_CELLS)
class WrappersTest(unittest.TestCase):

    def test_layers(self):
        with tf.Graph().as_default():
            cells = [_lstm(), rnn.TTGRUCell([2, 2], [2, 3], 2, 2)]
            out, state = tf.nn.dynamic_rnn(CELLS.MultiRNNCell(cells), tf.constant(INPUTS),
                                           dtype=tf.float64)
            hidden, _ = rnn.unroll(cells[0], INPUTS, scope='first')
            expected, last = rnn.unroll(cells[1], hidden, scope='second')
            scopes = {variable.op.name.rpartition('_cell/')[0] for variable
                      in tf.global_variables()}
            with session(random_values()) as opened:
                out, expected, state, last = opened.run([out, expected, state[1], last])
        self.assertEqual({'rnn/multi_rnn_cell/cell_0/tt_lstm', 'rnn/multi_rnn_cell/cell_1/tt_gru'},
                         scopes)
        np.testing.assert_allclose(out, expected, atol=1e-12)
        np.testing.assert_allclose(state, last, atol=1e-12)

    @parameterized.expand([
        ('dropout', lambda cell: CELLS.DropoutWrapper(cell, 1.0, 1.0, 1.0)),
        ('variational_dropout', lambda cell: CELLS.DropoutWrapper(
            cell, state_keep_prob=1.0, variational_recurrent=True, dtype=tf.float64,
            input_size=8)),
        ('device', lambda cell: CELLS.DeviceWrapper(cell, '/cpu:0')),
    ])
    def test_that_change_nothing(self, _, wrap):
        with tf.Graph().as_default():
            cell = _lstm()
            out, _ = tf.nn.dynamic_rnn(wrap(cell), tf.constant(INPUTS), dtype=tf.float64)
            expected, _ = rnn.unroll(cell, INPUTS, scope='plain')
            self.assertEqual(5, len(tf.global_variables()))
            with session(random_values()) as opened:
                out, expected = opened.run([out, expected])
        np.testing.assert_allclose(out, expected, atol=1e-12)

    def test_dropout_of_states_trains(self):
        with tf.Graph().as_default():
            cell = CELLS.DropoutWrapper(_lstm(), 0.5, 0.5, 0.5)
            out, _ = tf.nn.dynamic_rnn(cell, tf.constant(INPUTS), dtype=tf.float64)
            gradients = tf.gradients(tf.reduce_sum(out), tf.trainable_variables())
            with session(random_values()) as opened:
                for gradient in opened.run(gradients):
                    self.assertTrue(np.isfinite(gradient).all())

    def test_residual(self):
        with tf.Graph().as_default():
            cell = rnn.TTGRUCell([4, 2], [4, 2], 2, 2)
            out, _ = tf.nn.dynamic_rnn(CELLS.ResidualWrapper(cell), tf.constant(INPUTS),
                                       dtype=tf.float64)
            plain, _ = rnn.unroll(cell, INPUTS, scope='plain')
            with session(random_values()) as opened:
                out, plain = opened.run([out, plain])
        self.assertEqual(plain.shape, out.shape)
        self.assertGreater(np.abs(out - plain).max(), 0.1)

    def test_attention(self):
        try:
            from tensorflow.contrib import seq2seq
        except ImportError:
            self.skipTest('TensorFlow has no attention')
        with tf.Graph().as_default():
            memory = tf.constant(INPUTS.astype(np.float32))
            cell = rnn.TTLSTMCell([2, 3], [4, 4], 3, 3)  # Inputs and attention, 8 each.
            wrapped = seq2seq.AttentionWrapper(cell, seq2seq.LuongAttention(6, memory),
                                               attention_layer_size=8)
            out, _ = tf.nn.dynamic_rnn(wrapped, memory, dtype=tf.float32)
            gradients = tf.gradients(tf.reduce_sum(out), tf.trainable_variables())
            self.assertEqual([3, 4, 8], out.shape.as_list())
            with session(random_values()) as opened:
                for gradient in opened.run(gradients):
                    self.assertGreater(np.abs(gradient).max(), 0)

    def test_the_state_may_be_a_tuple_of_tensorflow(self):
        with tf.Graph().as_default():
            zeros = tf.zeros([3, 6], tf.float64)
            first = CELLS.LSTMStateTuple(zeros, zeros)
            for run in (tf.nn.dynamic_rnn, rnn.unroll):
                _, state = run(_lstm(scope=run.__name__), tf.constant(INPUTS),
                               initial_state=first)
                self.assertIsInstance(state, CELLS.LSTMStateTuple)


class BidirectionalTest(unittest.TestCase):

    def test_bidirectional(self):
        with tf.Graph().as_default():
            cells = [_lstm(), _lstm()]
            outs, _ = tf.nn.bidirectional_dynamic_rnn(*cells, tf.constant(INPUTS),
                                                      dtype=tf.float64)
            forward, _ = rnn.unroll(cells[0], INPUTS, scope='one')
            backward, _ = rnn.unroll(cells[1], INPUTS[:, ::-1], scope='two')
            with session(random_values()) as opened:
                outs, forward, backward = opened.run([outs, forward, backward])
        np.testing.assert_allclose(outs[0], forward, atol=1e-12)
        np.testing.assert_allclose(outs[1], backward[:, ::-1], atol=1e-12)


class ExportTest(unittest.TestCase):

    @parameterized.expand(['auto', 'inference'])
    def test_frozen_graph(self, plan):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 4, 8], name='inp')
            out, _ = rnn.unroll(_lstm(plan=plan, state_plan=plan), inp)
            tf.identity(out, name='out')
            with session(random_values()) as opened:
                expected = opened.run('out:0', {'inp:0': INPUTS})
                frozen = tf.graph_util.convert_variables_to_constants(
                    opened, opened.graph.as_graph_def(), ['out'])
        with tf.Graph().as_default():
            tf.import_graph_def(frozen, name='')
            with tf.Session() as opened:
                np.testing.assert_allclose(opened.run('out:0', {'inp:0': INPUTS}), expected,
                                           atol=1e-5)


if __name__ == '__main__':
    unittest.main()
