"""A gated recurrent unit whose matrices are TT-matrices."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import add_bias
from tensornet.initializers import glorot
from tensornet.layers.get_var_wrap import get_var_wrap
from tensornet.rnn.cell_arguments import CellArguments
from tensornet.rnn.recurrent_cell import RecurrentCell

GATES = 3


def ones_of_gates(shape, dtype=tf.float32, partition_info=None):
    """Initializes the biases of `TTGRUCell` as `tf.nn.rnn_cell.GRUCell` does.

    Args:
        shape: list of one integer, three times the number of hidden units.
        dtype: type of the numbers.
        partition_info: not looked at.

    Returns:
        Tensor `shape`: ones for the gates `r` and `u`, zeros for the candidate.
    """
    hidden_size = shape[0] // GATES
    return tf.concat([tf.ones([2 * hidden_size], dtype), tf.zeros([hidden_size], dtype)], axis=0)


class TTGRUCell(RecurrentCell):
    """A GRU cell whose matrices are TT-matrices, for `dynamic_rnn`, `static_rnn` and `unroll`.

    A step computes

        r, u = sigmoid(split(inputs W_ru + h U_ru + biases_ru))
        candidate = activation(inputs W_c + (r h) U_c + biases_c)
        h' = u h + (1 - u) candidate

    as `tf.nn.rnn_cell.GRUCell` does. `W`, for both gates and the candidate, is one TT-matrix; their
    number is a factor of its first output mode ("Tensor-Train Recurrent Neural Networks for Video
    Classification", arXiv 1707.01786): its modes are
    `inp_modes -> [3 * hidden_modes[0], hidden_modes[1], ...]`. The candidate multiplies another
    vector than the gates, so `U_ru`, with `2 * hidden_modes[0]`, and `U_c` are two matrices. With
    `reset_after` they are one, for all three, and

        candidate = activation(inputs W_c + biases_c + r (h U_c + state_biases))

    Args:
        hidden_modes: d positive integers, the modes of the hidden units.
        inp_modes: d positive integers, the modes of the inputs; None for a dense `W`.
        inp_ranks: d+1 TT-ranks of `W`, or one rank for all bonds; None for a dense `W`.
        state_ranks: those of each matrix of the state; None for dense ones. One rank for all bonds
            fits all; a list may have useless ranks for `U_c`.
        reset_after: whether the gate `r` multiplies the product of the state.
        activation: function of a tensor.
        inp_initializer, inp_regularizer, state_initializer, state_regularizer: as for
            `TTLSTMCell`.
        biases_initializer: initializer of the biases; None makes a cell without biases.
        biases_regularizer: regularizer of the biases.
        trainable, cpu_variables: as for `TTLSTMCell`.
        scope: variable scope or its name, within that of the first call; None makes a unique one
            from `tt_gru_cell`.
        plan, state_plan, batch_size, recompute, inp_size, hidden_size: as for `TTLSTMCell`.

    Raises:
        ValueError, TypeError: an argument cannot be used.

    Variables: `inputs/mat_core_1..d` or `inputs/weights`, `biases` `[3 * hidden_size]`; the same as
    of `inputs` in `state_gates` and `state_candidate`. With `reset_after` in `state`, and
    `state_biases` `[hidden_size]`.
    """

    default_scope = 'tt_gru_cell'

    def __init__(self, hidden_modes, inp_modes=None, inp_ranks=None, state_ranks=None, *,
                 reset_after=False, activation=tf.tanh, inp_initializer=glorot,
                 inp_regularizer=None, state_initializer=glorot, state_regularizer=None,
                 biases_initializer=ones_of_gates, biases_regularizer=None, trainable=True,
                 cpu_variables=False, scope=None, plan=None, state_plan=None, batch_size=None,
                 recompute=False, inp_size=None, hidden_size=None):
        check = CellArguments(scope, self.default_scope)
        hidden_modes = check.sizes('hidden_modes', hidden_modes)
        inp_modes, inp_size = check.modes_of_inputs(hidden_modes, inp_modes, inp_ranks, inp_size)
        hidden_size = check.live_size('hidden_size', hidden_size, 'hidden_modes', hidden_modes)
        self.hidden_size = hidden_size
        self._reset_after = check.switch('reset_after', reset_after)
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
        matrices = (('state', GATES),) if self._reset_after else (
            ('state_gates', 2), ('state_candidate', 1))
        self.states = [
            check.gate_matrix(name, 'state', gates, hidden_modes, hidden_size, hidden_modes,
                              hidden_size, state_ranks, state_initializer, state_regularizer,
                              state_plan, **common)
            for name, gates in matrices]
        super().__init__(scope)

    @property
    def state_size(self):
        """Size of the state."""
        return self.hidden_size

    def _prepared(self, check, leading, dtype):
        products = [matrix.prepared(check, self.hidden_size, leading, dtype)
                    for matrix in self.states]
        if not self._reset_after:
            return self._step_before(*products)
        biases = None if self._biases_initializer is None else get_var_wrap(
            'state_biases', [self.hidden_size], tf.zeros_initializer(), self._biases_regularizer,
            self._trainable, self._cpu_variables, dtype=dtype)
        return self._step_after(products[0], biases)

    def _step_before(self, multiply_gates, multiply_candidate):
        """Returns the step in which `r` multiplies the state before the product."""
        def step(projected, state):
            h, = state
            gates, candidate = tf.split(projected, [2 * self.hidden_size, self.hidden_size], axis=1)
            r, u = tf.split(tf.sigmoid(gates + multiply_gates(h)), 2, axis=1)
            candidate = self._activation(candidate + multiply_candidate(r * h))
            return self._mixed(u, h, candidate)

        return step

    def _step_after(self, multiply, biases):
        """Returns the step in which `r` multiplies the product of the state."""
        def step(projected, state):
            h, = state
            sizes = [2 * self.hidden_size, self.hidden_size]
            gates, candidate = tf.split(projected, sizes, axis=1)
            state_gates, state_candidate = tf.split(multiply(h), sizes, axis=1)
            r, u = tf.split(tf.sigmoid(gates + state_gates), 2, axis=1)
            if biases is not None:
                state_candidate = add_bias(state_candidate, biases)
            return self._mixed(u, h, self._activation(candidate + r * state_candidate))

        return step

    @staticmethod
    def _mixed(u, h, candidate):
        h = u * h + (1 - u) * candidate
        return h, [h]
