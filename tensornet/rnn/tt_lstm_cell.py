"""A long short-term memory whose matrices are TT-matrices."""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import (
    CoreInitializer,
    CoreRegularizer,
    Initializer,
    Modes,
    Ranks,
    Regularizer,
    Scope,
)
from tensornet.initializers import glorot
from tensornet.layers.variables import Functions, LayerVariables
from tensornet.rnn.cell_arguments import CellArguments, MatrixArguments, checked_cell
from tensornet.rnn.recurrent_cell import RecurrentCell

if TYPE_CHECKING:
    from tensornet.contraction.plans import Plan


class LSTMStateTuple(namedtuple('LSTMStateTuple', ['c', 'h'])):
    """State of `TTLSTMCell`: the memory `c` and the output `h`, both `[batch, hidden_size]`.

    TensorFlow takes it for the same structure as `tf.nn.rnn_cell.LSTMStateTuple`, which has its
    name and fields.
    """

    __slots__ = ()


@checked_cell
class TTLSTMCell(RecurrentCell):
    """An LSTM cell whose matrices are TT-matrices, for `dynamic_rnn`, `static_rnn` and `unroll`.

    A step computes

        i, j, f, o = split(inputs W + h U + biases)
        c' = c * sigmoid(f + forget_bias) + sigmoid(i) * activation(j)
        h' = sigmoid(o) * activation(c')

    as `tf.nn.rnn_cell.LSTMCell` does without peepholes; `convert.lstm_from_dense` converts its
    kernels. `W` and `U` are one TT-matrix each for all four gates, whose number is a factor of
    the first output mode ("Tensor-Train Recurrent Neural Networks for Video Classification", arXiv
    1707.01786): the modes are `inp_modes -> [4 * hidden_modes[0], hidden_modes[1], ...]` and
    `hidden_modes -> [4 * hidden_modes[0], hidden_modes[1], ...]`.

        cell = tensornet.rnn.TTLSTMCell([4, 4, 4, 4], [8, 20, 20, 18], inp_ranks=4, state_ranks=4)
        outputs, state = tensornet.rnn.unroll(cell, frames)      # [batch, time, 57600]

    Args:
        hidden_modes: d positive integers, the modes of the hidden units.
        inp_modes: d positive integers, the modes of the inputs; None for a dense `W`.
        inp_ranks: d+1 TT-ranks of `W`, of which the first and the last are 1; or one rank for all
            bonds, capped at the largest useful rank of each bond; None for a dense `W`.
        state_ranks: the same of `U`; None for a dense `U`.
        forget_bias: number that is added to `f`.
        activation: function of a tensor.
        layer_norm: whether the sums of each gate and `c'` are normalized over the hidden units
            ("Layer Normalization", arXiv 1607.06450), before biases are added.
        inp_initializer: what initializes `W`: a scheme of `tensornet.initializers`, which sees the
            `hidden_size` outputs of one gate; or an initializer, or a list with one for each core.
        inp_regularizer: regularizer of `W`, or a list with one for each core.
        state_initializer, state_regularizer: the same of `U`.
        biases_initializer: initializer of the biases; None makes a cell without biases.
        biases_regularizer: regularizer of the biases.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name, within that of the first call; None makes a unique one
            from `tt_lstm_cell`.
        plan: how to multiply by `W`, as for `tensornet.layers.tt`; a plan that was made is one for
            the modes above.
        state_plan: how to multiply by `U`.
        batch_size: the size to plan for where that of the inputs is not known; None means that of
            the `default_plan` around the call, else 1 for 'inference' and 100 for other plans.
        recompute: whether the backward pass computes the intermediates again instead of keeping
            them: less memory for more time.
        inp_size: number of features of the inputs, at most `prod(inp_modes)`; None means that and,
            for a dense `W`, that the first input says it.
        hidden_size: number of hidden units, at most `prod(hidden_modes)`; None means that.

    Raises:
        ValueError, TypeError: an argument cannot be used.

    Variables, which the first call creates: `inputs/mat_core_1..d` as of `tensornet.layers.tt`, or
    `inputs/weights` `[inp_size, 4 * hidden_size]`; `state/mat_core_1..d` or `state/weights`;
    `biases` `[4 * hidden_size]`. With `layer_norm` instead of these `gate_normalization/weights`
    and `gate_normalization/biases` `[4 * hidden_size]`, `cell_normalization/weights` and
    `cell_normalization/biases` `[hidden_size]`.
    """

    default_scope = 'tt_lstm_cell'
    gates = 4

    def __init__(self, hidden_modes: Modes, inp_modes: Optional[Modes] = None,
                 inp_ranks: Optional[Ranks] = None, state_ranks: Optional[Ranks] = None, *,
                 forget_bias: float = 1.0, activation: Callable[[Any], Any] = tf.tanh,
                 layer_norm: bool = False, inp_initializer: CoreInitializer = glorot,
                 inp_regularizer: CoreRegularizer = None,
                 state_initializer: CoreInitializer = glorot,
                 state_regularizer: CoreRegularizer = None,
                 biases_initializer: Initializer = tf.zeros_initializer,
                 biases_regularizer: Regularizer = None, trainable: bool = True,
                 cpu_variables: bool = False, scope: Scope = None,
                 plan: Union[str, Plan, None] = None, state_plan: Union[str, Plan, None] = None,
                 batch_size: Optional[int] = None, recompute: bool = False,
                 inp_size: Optional[int] = None, hidden_size: Optional[int] = None) -> None:
        super().__init__(
            hidden_modes, inp_modes,
            MatrixArguments('inp', 'inp_modes', inp_ranks, 'plan', plan,
                            Functions(inp_initializer, inp_regularizer)),
            MatrixArguments('state', 'hidden_modes', state_ranks, 'state_plan', state_plan,
                            Functions(state_initializer, state_regularizer)),
            activation=activation, layer_norm=layer_norm,
            biases_functions=Functions(biases_initializer, biases_regularizer),
            variables=LayerVariables(trainable, cpu_variables), scope=scope, batch_size=batch_size,
            recompute=recompute, inp_size=inp_size, hidden_size=hidden_size)
        self._forget_bias = CellArguments(scope, self.default_scope).number(
            'forget_bias', forget_bias)

    @property
    def state_size(self):
        """Sizes of the state, an `LSTMStateTuple`."""
        return LSTMStateTuple(self.hidden_size, self.hidden_size)

    def _prepared(self, check, leading, dtype):
        multiply, = [matrix.prepared(check, self.hidden_size, leading, dtype)
                     for matrix in self._states]
        normalized = self._normalization('gate_normalization', self.gates,
                                         self._biases, dtype)
        normalized_memory = self._normalization(
            'cell_normalization', 1, self._biases_from_zero(), dtype)

        def step(projected, state):
            c, h = state
            gates = normalized(projected + multiply(h), 0, self.gates)
            i, j, f, o = tf.split(gates, self.gates, axis=1)
            f += tf.constant(self._forget_bias, dtype)
            c = c * tf.sigmoid(f) + tf.sigmoid(i) * self._activation(j)
            c = normalized_memory(c, 0, 1)
            h = tf.sigmoid(o) * self._activation(c)
            return h, [c, h]

        return step
