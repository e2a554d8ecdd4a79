"""A gated recurrent unit whose matrices are TT-matrices."""

from __future__ import annotations

from typing import Any, Callable, Optional, Union

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
from tensornet.contraction import Plan, add_bias
from tensornet.initializers import glorot
from tensornet.layers.variables import Functions, LayerVariables
from tensornet.rnn.cell_arguments import CellArguments, MatrixArguments, checked_cell
from tensornet.rnn.recurrent_cell import RecurrentCell

GATES = 3


def ones_of_gates(shape, dtype=tf.float32, partition_info=None):
    """Initializes the biases of `TTGRUCell` as `tf.nn.rnn_cell.GRUCell` does.

    Args:
        shape: list of one integer, three times the number of hidden units.
        dtype: type of the elements.
        partition_info: of a part of partitioned biases, which then are longer than `shape`.

    Returns:
        Tensor `shape`: ones for the gates `r` and `u`, zeros for the candidate.
    """
    size = whole_size = int(shape[0])
    offset = 0
    if partition_info is not None:
        whole_size, offset = int(partition_info.full_shape[0]), int(partition_info.var_offset[0])
    ones = min(max(2 * whole_size // GATES - offset, 0), size)
    return tf.concat([tf.ones([ones], dtype), tf.zeros([size - ones], dtype)], axis=0)


@checked_cell
class TTGRUCell(RecurrentCell):
    """A GRU cell whose matrices are TT-matrices, for `dynamic_rnn`, `static_rnn` and `unroll`.

    A step computes

        r, u = sigmoid(split(inputs W_ru + h U_ru + biases_ru))
        candidate = activation(inputs W_c + (r * h) U_c + biases_c)
        h' = u * h + (1 - u) * candidate

    as `tf.nn.rnn_cell.GRUCell` does; `convert.gru_from_dense` converts its kernels. `W`, for both
    gates and the candidate, is one TT-matrix; their number is a factor of the first output
    mode ("Tensor-Train Recurrent Neural Networks for Video Classification", arXiv 1707.01786): the
    modes are `inp_modes -> [3 * hidden_modes[0], hidden_modes[1], ...]`. Since the candidate
    multiplies another vector than the gates, `U_ru`, with `2 * hidden_modes[0]`, and `U_c` are two
    TT-matrices. With `reset_after` there is one for all three, with `3 * hidden_modes[0]`, and

        candidate = activation(inputs W_c + biases_c + r * (h U_c + state_biases))

    which is another function: kernels of `tf.nn.rnn_cell.GRUCell` do not fit it.

    Args:
        hidden_modes: d positive integers, the modes of the hidden units.
        inp_modes: d positive integers, the modes of the inputs; None for a dense `W`.
        inp_ranks: d+1 TT-ranks of `W`, of which the first and the last are 1; or one rank for all
            bonds, capped at the largest useful rank of each bond; None for a dense `W`.
        state_ranks: the same of each `U`; None for dense ones.
        reset_after: whether `r` multiplies the product with `U_c` instead of `h`.
        activation: function of a tensor.
        layer_norm: whether the sums that go into `sigmoid` and `activation` are normalized over the
            hidden units, for each gate by itself ("Layer Normalization", arXiv 1607.06450), before
            biases are added.
        inp_initializer: what initializes `W`: a scheme of `tensornet.initializers`, which sees the
            `hidden_size` outputs of one gate; or an initializer, or a list with one for each core.
        inp_regularizer: regularizer of `W`, or a list with one for each core.
        state_initializer, state_regularizer: the same of each `U`.
        biases_initializer: initializer of the biases `[3 * hidden_size]`, by default ones for `r`
            and `u` and zeros for the candidate; None makes a cell without biases.
        biases_regularizer: regularizer of the biases.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name, within that of the first call; None makes a unique one
            from `tt_gru_cell`.
        plan: how to multiply by `W`, as for `tensornet.layers.tt`; a plan that was made is one for
            the modes above.
        state_plan: how to multiply by each `U`. One that was made fits with `reset_after` only.
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
    `inputs/weights` `[inp_size, 3 * hidden_size]`; the same in `state_gates` and `state_candidate`,
    or with `reset_after` in `state`; `biases` `[3 * hidden_size]`, or with `layer_norm`
    `gate_normalization/weights` and `gate_normalization/biases`; with `reset_after` `state_biases`
    `[hidden_size]`.
    """

    default_scope = 'tt_gru_cell'
    gates = GATES

    def __init__(self, hidden_modes: Modes, inp_modes: Optional[Modes] = None,
                 inp_ranks: Optional[Ranks] = None, state_ranks: Optional[Ranks] = None, *,
                 reset_after: bool = False, activation: Callable[[Any], Any] = tf.tanh,
                 layer_norm: bool = False, inp_initializer: CoreInitializer = glorot,
                 inp_regularizer: CoreRegularizer = None,
                 state_initializer: CoreInitializer = glorot,
                 state_regularizer: CoreRegularizer = None,
                 biases_initializer: Initializer = ones_of_gates,
                 biases_regularizer: Regularizer = None, trainable: bool = True,
                 cpu_variables: bool = False, scope: Scope = None,
                 plan: Union[str, Plan, None] = None, state_plan: Union[str, Plan, None] = None,
                 batch_size: Optional[int] = None, recompute: bool = False,
                 inp_size: Optional[int] = None, hidden_size: Optional[int] = None) -> None:
        check = CellArguments(scope, self.default_scope)
        self._reset_after = check.switch('reset_after', reset_after)
        if isinstance(state_plan, Plan) and state_ranks is not None and not self._reset_after:
            check.wrong_value('state_plan', 'a name or None without `reset_after`, since the state '
                              'then meets two matrices', state_plan,
                              "pass a name such as 'auto', or reset_after=True")
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

    @property
    def state_size(self):
        """Size of the state."""
        return self.hidden_size

    def _state_matrices(self):
        return [('state', 3)] if self._reset_after else [
            ('state_gates', 2), ('state_candidate', 1)]

    def _prepared(self, check, leading, dtype):
        products = [matrix.prepared(check, self.hidden_size, leading, dtype)
                    for matrix in self._states]
        normalized = self._normalization('gate_normalization', self.gates,
                                         self._biases, dtype)
        if not self._reset_after:
            return self._step_before(normalized, *products)
        biases = None if self._biases.initializer is None else self._get(
            'state_biases', 1, self._biases_from_zero(), dtype)
        return self._step_after(normalized, biases, *products)

    def _step_before(self, normalized, multiply_gates, multiply_candidate):
        """Returns the step in which `r` multiplies the state before the product."""
        def step(projected, state):
            h, = state
            gates, candidate = self._split(projected)
            r, u = self._activated(normalized, gates + multiply_gates(h))
            return self._mixed(normalized, u, h, candidate + multiply_candidate(r * h))

        return step

    def _step_after(self, normalized, biases, multiply):
        """Returns the step in which `r` multiplies the product of the state."""
        def step(projected, state):
            h, = state
            gates, candidate = self._split(projected)
            state_gates, state_candidate = self._split(multiply(h))
            r, u = self._activated(normalized, gates + state_gates)
            if biases is not None:
                state_candidate = add_bias(state_candidate, biases)
            return self._mixed(normalized, u, h, candidate + r * state_candidate)

        return step

    def _split(self, sums):
        """Returns the columns of `r` and `u`, and those of the candidate."""
        return tf.split(sums, [2 * self.hidden_size, self.hidden_size], axis=1)

    def _activated(self, normalized, sums):
        """Returns `r` and `u`."""
        return tf.split(tf.sigmoid(normalized(sums, 0, 2)), 2, axis=1)

    def _mixed(self, normalized, u, h, sums):
        """Returns the output and the list of the new state."""
        candidate = self._activation(normalized(sums, 2, 3))
        h = u * h + (1 - u) * candidate
        return h, [h]
