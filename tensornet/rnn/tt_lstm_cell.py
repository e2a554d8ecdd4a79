"""A long short-term memory whose matrices are TT-matrices."""

import tensorflow.compat.v1 as tf

from tensornet.initializers import glorot
from tensornet.rnn.cell_arguments import CellArguments
from tensornet.rnn.lstm_state_tuple import LSTMStateTuple
from tensornet.rnn.recurrent_cell import RecurrentCell

GATES = 4


class TTLSTMCell(RecurrentCell):
    """An LSTM cell whose matrices are TT-matrices, for `dynamic_rnn`, `static_rnn` and `unroll`.

    A step computes

        i, j, f, o = split(inputs W + h U + biases)
        c' = c sigmoid(f + forget_bias) + sigmoid(i) activation(j)
        h' = sigmoid(o) activation(c')

    as `tf.nn.rnn_cell.LSTMCell` does without peepholes. `W` and `U` are one TT-matrix each for all
    four gates, which are a factor of the first output mode ("Tensor-Train Recurrent Neural Networks
    for Video Classification", arXiv 1707.01786): `W` has the modes
    `inp_modes -> [4 * hidden_modes[0], hidden_modes[1], ...]`.

    Args:
        hidden_modes: d positive integers, the modes of the hidden units.
        inp_modes: d positive integers, the modes of the inputs; None for a dense `W`.
        inp_ranks: d+1 TT-ranks of `W`, or one rank for all bonds; None for a dense `W`.
        state_ranks: those of `U`; None for a dense `U`.
        forget_bias: number that is added to `f`.
        activation: function of a tensor.
        inp_initializer, state_initializer: what initializes `W` and `U`: a scheme of
            `tensornet.initializers`, which sees `hidden_size` outputs, those of one gate; or an
            initializer, or for a TT-matrix a list with one for each core.
        inp_regularizer, state_regularizer: regularizers of `W` and `U`, or for a TT-matrix lists
            with one for each core.
        biases_initializer: initializer of the biases; None makes a cell without biases.
        biases_regularizer: regularizer of the biases.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name, within that of the first call; None makes a unique one
            from `tt_lstm_cell`.
        plan, state_plan: how to multiply by `W` and `U`, as for `tensornet.layers.tt`.
        batch_size: the size to plan for where that of the inputs is not known.
        recompute: whether the backward pass computes the intermediates again.
        inp_size: number of features of the inputs, at most `prod(inp_modes)`; None means that.
        hidden_size: number of hidden units, at most `prod(hidden_modes)`; None means that.

    Raises:
        ValueError, TypeError: an argument cannot be used.

    Variables: `inputs/mat_core_1..d` or `inputs/weights`, `state/mat_core_1..d` or `state/weights`,
    `biases` `[4 * hidden_size]`.
    """

    default_scope = 'tt_lstm_cell'

    def __init__(self, hidden_modes, inp_modes=None, inp_ranks=None, state_ranks=None, *,
                 forget_bias=1.0, activation=tf.tanh, inp_initializer=glorot, inp_regularizer=None,
                 state_initializer=glorot, state_regularizer=None,
                 biases_initializer=tf.zeros_initializer, biases_regularizer=None, trainable=True,
                 cpu_variables=False, scope=None, plan=None, state_plan=None, batch_size=None,
                 recompute=False, inp_size=None, hidden_size=None):
        check = CellArguments(scope, self.default_scope)
        hidden_modes = check.sizes('hidden_modes', hidden_modes)
        inp_modes, inp_size = check.modes_of_inputs(hidden_modes, inp_modes, inp_ranks, inp_size)
        hidden_size = check.live_size('hidden_size', hidden_size, 'hidden_modes', hidden_modes)
        self.hidden_size = hidden_size
        self._forget_bias = check.number('forget_bias', forget_bias)
        self._activation = check.activation('activation', activation)
        self._biases_initializer = check.function('biases_initializer', biases_initializer)
        self._biases_regularizer = check.function('biases_regularizer', biases_regularizer)
        self._trainable = check.switch('trainable', trainable)
        self._cpu_variables = check.switch('cpu_variables', cpu_variables)
        common = dict(
            batch_size=None if batch_size is None else check.size('batch_size', batch_size),
            recompute=check.switch('recompute', recompute), trainable=self._trainable,
            cpu_variables=self._cpu_variables)
        self.inputs = check.gate_matrix(
            'inputs', 'inp', GATES, hidden_modes, hidden_size, inp_modes, inp_size, inp_ranks,
            inp_initializer, inp_regularizer, plan, **common)
        self.states = check.gate_matrix(
            'state', 'state', GATES, hidden_modes, hidden_size, hidden_modes, hidden_size,
            state_ranks, state_initializer, state_regularizer, state_plan, **common)
        super().__init__(scope)

    @property
    def state_size(self):
        """Sizes of the state, an `LSTMStateTuple`."""
        return LSTMStateTuple(self.hidden_size, self.hidden_size)

    def _prepared(self, check, leading, dtype):
        multiply = self.states.prepared(check, self.hidden_size, leading, dtype)

        def step(projected, state):
            c, h = state
            gates = projected + multiply(h)
            i, j, f, o = tf.split(gates, GATES, axis=1)
            bias = tf.constant(self._forget_bias, f.dtype)
            c = c * tf.sigmoid(f + bias) + tf.sigmoid(i) * self._activation(j)
            h = tf.sigmoid(o) * self._activation(c)
            return h, [c, h]

        return step
