"""Wrong arguments of the cells: what was expected, what came, and nothing created."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import contraction, initializers, rnn

PLAN = contraction.plan([4, 2], [2, 3], [1, 2, 1])


def _lstm(**options):
    return rnn.TTLSTMCell([2, 3], [4, 2], 3, 3, **options)


def _call(inputs, state=None, **options):
    cell = _lstm(**options)
    return cell(inputs, cell.zero_state(5, tf.float32) if state is None else state)


def _unroll(**options):
    return rnn.unroll(_lstm(), np.zeros([5, 4, 8], np.float32), **options)


CASES = [
    ('no_modes', TypeError, r'tt_lstm_cell: `hidden_modes` must be passed to '
     r'`tensornet.rnn.TTLSTMCell`, but it is missing', lambda: rnn.TTLSTMCell()),
    ('number', ValueError, r'`hidden_modes` must be a flat list of positive integers',
     lambda: rnn.TTLSTMCell(256)),
    ('keyword', TypeError, r'enc: `num_units` must be left out, since `tensornet.rnn.TTGRUCell` '
     'has no such argument', lambda: rnn.TTGRUCell([2], num_units=3, scope='enc')),
    ('near_keyword', TypeError, 'maybe `inp_ranks` is meant', lambda: _lstm(inp_rank=3)),
    ('position', TypeError, 'argument 5` must be passed by keyword',
     lambda: rnn.TTLSTMCell([2, 3], [4, 2], 3, 3, 1.0)),
    ('lengths', ValueError, '`inp_modes` and `hidden_modes` must have the same length',
     lambda: rnn.TTLSTMCell([2, 3], [8], 3)),
    ('modes_alone', ValueError, '`inp_modes` and `inp_ranks` go together, but only `inp_modes`',
     lambda: rnn.TTGRUCell([2, 3], [4, 2])),
    ('ranks_alone', ValueError, 'only `inp_ranks` is given; pass `inp_modes`',
     lambda: rnn.TTGRUCell([2, 3], inp_ranks=3)),
    ('ranks', ValueError, r'`state_ranks` must be a list that begins with 1',
     lambda: rnn.TTLSTMCell([2, 3], state_ranks=[2, 2, 1])),
    ('hidden_size', ValueError, '`hidden_size` must be at most 6, the product of `hidden_modes`',
     lambda: _lstm(hidden_size=7)),
    ('inp_size', ValueError, '`inp_size` must be at most 8', lambda: _lstm(inp_size=9)),
    ('forget_bias', TypeError, '`forget_bias` must be a number', lambda: _lstm(forget_bias='1')),
    ('infinite', ValueError, '`forget_bias` must be finite', lambda: _lstm(forget_bias=np.inf)),
    ('activation', TypeError, '`activation` must be a function', lambda: _lstm(activation='tanh')),
    ('layer_norm', TypeError, '`layer_norm` must be True or False',
     lambda: _lstm(layer_norm='yes')),
    ('reset_after', ValueError, '`reset_after` must be True or False',
     lambda: rnn.TTGRUCell([2], reset_after=2)),
    ('initializers', ValueError, '`inp_initializer` must be one function or a list of 2',
     lambda: _lstm(inp_initializer=[tf.zeros_initializer()] * 3)),
    ('list_for_dense', TypeError, '`state_initializer` must be one function for a dense matrix',
     lambda: rnn.TTLSTMCell([2], state_initializer=[tf.zeros_initializer()])),
    ('plan', ValueError, "`plan` must be 'auto', 'chain'", lambda: _lstm(plan='best')),
    ('other_plan', ValueError, r'`state_plan` must be one for modes \[2, 3\] -> \[8, 3\]',
     lambda: _lstm(state_plan=PLAN)),
    ('plan_of_dense', ValueError, '`plan` must be a name or None for a dense matrix',
     lambda: rnn.TTLSTMCell([2, 3], state_ranks=2, plan=PLAN)),
    ('scope', TypeError, '`scope` must be a name', lambda: _lstm(scope=3)),
    ('scope_name', ValueError, '`scope` must be a name of letters', lambda: _lstm(scope='a b')),
    ('batch_size', ValueError, '`batch_size` must be a positive integer',
     lambda: _lstm(batch_size=0)),
    ('features', ValueError, r'enc: `inputs` must have 8 features, but its shape is \[5, 7\]',
     lambda: _call(np.zeros([5, 7], np.float32), scope='enc')),
    ('dimensions', ValueError, '`inputs` must have 2 dimensions',
     lambda: _call(np.zeros([5, 2, 8], np.float32))),
    ('integers', TypeError, '`inputs` must be of type float16',
     lambda: _call(np.zeros([5, 8], int))),
    ('list', TypeError, '`inputs` must be a dense tensor', lambda: _call([[0.0] * 8])),
    ('state', ValueError, r'`state` must be a structure like LSTMStateTuple',
     lambda: _call(np.zeros([5, 8], np.float32), np.zeros([5, 6], np.float32))),
    ('state_size', ValueError, r'`state` must be made of tensors \[5, 6\], .* \[5, 5\]',
     lambda: _call(np.zeros([5, 8], np.float32), [np.zeros([5, 5], np.float32)] * 2)),
    ('state_batch', ValueError, r'`state` must be made of tensors \[5, 6\], .* shape \[4, 6\]',
     lambda: _call(np.zeros([5, 8], np.float32), [np.zeros([4, 6], np.float32)] * 2)),
    ('state_type', TypeError, '`state` must be of type float32 as `inputs` are',
     lambda: _call(np.zeros([5, 8], np.float32), [np.zeros([5, 6])] * 2)),
    ('unknown_features', ValueError, 'the last dimension of `inputs` must be known',
     lambda: _call(tf.placeholder(tf.float32, [5, None]))),
    ('unknown_rank', ValueError, 'unroll: `inputs` must have 3 dimensions, but their number is not',
     lambda: rnn.unroll(_lstm(), tf.placeholder(tf.float32))),
    ('unknown_rank_outside', ValueError, 'tt_lstm_cell: the number of dimensions of `inputs` must',
     lambda: _lstm().inputs_outside(tf.placeholder(tf.float32))),
    ('no_cell', TypeError, 'unroll: `cell` must be a `TTLSTMCell` or `TTGRUCell`',
     lambda: rnn.unroll('lstm', np.zeros([5, 4, 8], np.float32))),
    ('no_time', ValueError, r'unroll: `inputs` must be \[batch, time, inp_size\], .* is \[5, 8\]',
     lambda: rnn.unroll(_lstm(), np.zeros([5, 8], np.float32))),
    ('length_shape', ValueError, r'unroll: `sequence_length` must be \[batch\]',
     lambda: _unroll(sequence_length=np.ones([5, 1], np.int32))),
    ('length_type', TypeError, '`sequence_length` must be integers .* of type ndarray',
     lambda: _unroll(sequence_length=[1.5] * 5)),
    ('length_names', TypeError, 'must be integers', lambda: _unroll(sequence_length=['two'] * 5)),
    ('length_ragged', TypeError, 'must be integers',
     lambda: _unroll(sequence_length=[[1], [2, 3]])),
    ('length_tensor', TypeError, 'must be integers',
     lambda: _unroll(sequence_length=tf.zeros([5]))),
    ('length_batch', ValueError, 'must have an entry for each of 5 sequences, but it has 3',
     lambda: _unroll(sequence_length=[1, 2, 3])),
    ('length_time_major', ValueError, 'for each of 4 sequences, but it has 5',
     lambda: _unroll(sequence_length=[1] * 5, time_major=True)),
    ('initial_structure', ValueError, 'enc: `initial_state` must be a structure like LSTMState',
     lambda: _unroll(initial_state=np.zeros([5, 6], np.float32), scope='enc')),
    ('initial_size', ValueError, r'must be made of tensors \[5, 6\], but it has .* \[5, 5\]',
     lambda: _unroll(initial_state=[np.zeros([5, 5], np.float32)] * 2)),
    ('initial_batch', ValueError, r'must be made of tensors \[4, 6\], but it has .* \[5, 6\]',
     lambda: _unroll(initial_state=[np.zeros([5, 6], np.float32)] * 2, time_major=True)),
    ('initial_type', TypeError, '`initial_state` must be of type float32 as `inputs` are',
     lambda: _unroll(initial_state=[np.zeros([5, 6])] * 2)),
    ('time_major', TypeError, '`time_major` must be True or False',
     lambda: _unroll(time_major='yes')),
    ('swap_memory', TypeError, '`swap_memory` must be True or False',
     lambda: _unroll(swap_memory='yes')),
    ('parallel', ValueError, '`parallel_iterations` must be a positive integer',
     lambda: _unroll(parallel_iterations=0)),
    ('outside_batch', ValueError, '`batch` must be a positive integer, but it is 0',
     lambda: _lstm().inputs_outside(np.zeros([5, 4, 8], np.float32), batch=0)),
    ('scheme_for_regularizer', TypeError, '`inp_regularizer` must be a function or None, but it is '
     'tensornet.initializers.he of type Scheme; pass a function, since a scheme is for a whole TT '
     'layer', lambda: _lstm(inp_regularizer=initializers.he)),
    ('too_large', ValueError, '^tt_lstm_cell: the size of the batch times the product of '
     r'`hidden_modes` must be at most 9223372036854775807, the elements of a tensor, but 5 samples '
     r'of modes \[4294967296, 1073741824\] make 23058430092136939520; lower them$',
     lambda: rnn.TTLSTMCell([2 ** 30, 2 ** 30], [4, 2], 1)(
         np.zeros([5, 8], np.float32), [tf.placeholder(tf.float32, [5, 2 ** 60])] * 2)),
    ('unroll_scope', ValueError, '`scope` must be a name of letters',
     lambda: _unroll(scope='a b')),
    ('unroll_keyword', TypeError, 'maybe `sequence_length` is meant',
     lambda: _unroll(sequence_lengths=[1] * 5)),
    ('unroll_missing', TypeError, 'unroll: `inputs` must be passed to `tensornet.rnn.unroll`',
     lambda: rnn.unroll(_lstm())),
    ('unroll_features', ValueError, 'unroll: `inputs` must have 8 features',
     lambda: rnn.unroll(_lstm(), np.zeros([5, 4, 7], np.float32))),
]


class ArgumentsTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_message(self, _, error, message, call):
        with tf.Graph().as_default():
            with self.assertRaisesRegex(error, message):
                call()
            self.assertEqual([], tf.global_variables())

    def test_eager_execution(self):
        with tf.Graph().as_default():
            cell = _lstm()
        with tf.init_scope():
            if not tf.executing_eagerly():
                self.skipTest('eager execution is off')
            with self.assertRaisesRegex(RuntimeError, '`tensornet.rnn.TTLSTMCell` adds to a graph'):
                cell(np.zeros([5, 8], np.float32), cell.zero_state(5, tf.float32))

    @parameterized.expand([('unknown', None, None), ('one', 3, None)])
    def test_first_state_needs_batch_and_type(self, _, batch_size, dtype):
        with self.assertRaisesRegex(ValueError, '`batch_size` and `dtype` must be given'):
            _lstm().get_initial_state(batch_size=batch_size, dtype=dtype)

    @parameterized.expand([('inputs', None, 5), ('state', 5, None), ('both', None, None)])
    def test_batches_that_are_not_known_fit_each_other(self, _, batch, state_batch):
        with tf.Graph().as_default():
            state = [tf.placeholder(tf.float32, [state_batch, 6]) for _ in range(2)]
            out, _ = _call(tf.placeholder(tf.float32, [batch, 8]), state)
        self.assertEqual(6, out.shape.as_list()[1])

    @parameterized.expand([
        ('inputs', dict(inp_ranks=[1, 99, 1]), 'inputs',
         r'inp_ranks\[1\] is 99, but the maximum of that bond is 6; inp_ranks=\[1, 6, 1\]'),
        ('state', dict(state_ranks=[1, 99, 1]), 'state',
         r'state_ranks\[1\] is 99, but the maximum of that bond is 9; state_ranks=\[1, 9, 1\]'),
    ])
    def test_useless_ranks(self, _, options, scope, message):
        ranks = dict(dict(inp_ranks=3, state_ranks=3), **options)
        with tf.Graph().as_default(), self.assertWarnsRegex(
                UserWarning, f'^rnn/tt_lstm_cell/{scope}: some TT-ranks are larger than useful: '
                             f'{message} can do the same with fewer parameters$'):
            rnn.unroll(rnn.TTLSTMCell([2, 3], [4, 2], **ranks), np.zeros([5, 4, 8], np.float32))

    def test_plans_made_for_the_modes_fit(self):
        plan = contraction.plan([4, 2], [8, 3], 3)
        with tf.Graph().as_default():
            rnn.unroll(_lstm(plan=plan), np.zeros([5, 4, 8], np.float32))


if __name__ == '__main__':
    unittest.main()
