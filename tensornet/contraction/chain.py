"""Core by core: the contraction of the original library."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.contraction_scope import contraction_scope
from tensornet.contraction.matrix_product import matrix_product


def chain(state, cores, inp_modes, out_modes, ranks):
    """Multiplies a TT-matrix by the columns of a state, core by core from the left.

    The state is kept with its features in front. Core k meets the features
    `(r_{k-1}, i_k)` that lead the state and leaves `(o_k, r_k)`, of which the transpose then
    sends `o_k` to the end.

    Args:
        state: tensor `[r_0 * prod(inp_modes), batch]`, features `(r_0, i_1, ..., i_d)`.
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        inp_modes, out_modes: lists of d integers `i_k` and `o_k`.
        ranks: list of d+1 integers `r_k`, of which the last is 1.

    Returns:
        Tensor `[batch, prod(out_modes)]`, features `(o_1, ..., o_d)`.

    Cost: for each core one product and one transpose of the whole state.
    """
    out = state
    for k, (core, i, o, rank) in enumerate(zip(cores, inp_modes, out_modes, ranks), start=1):
        with contraction_scope(k):
            out = matrix_product(core, tf.reshape(out, [rank * i, -1]))
            out = tf.transpose(tf.reshape(out, [o, -1]))
    size = 1
    for o in out_modes:
        size *= o
    return tf.reshape(out, [-1, size])
