"""The dense kernel of a convolution from the cores of its TT formats."""

import numpy as np
import tensorflow.compat.v1 as tf


def kernel(filters, cores, inp_modes, out_modes, ranks):
    """Builds `K[y, x, (c), (o)] = sum_a filters[y, x, 0, a] M_a[(c), (o)]` (arXiv 1611.03214).

    Args:
        filters: tensor `[height, width, 1, r_0]`.
        cores: list of d tensors, the TT-matrix `M`; the shape of core k is
            `[o_k * r_k, r_{k-1} * i_k]`.
        inp_modes, out_modes: lists of d integers `i_k` and `o_k`.
        ranks: list of d+1 integers `r_k`, of which the last is 1.

    Returns:
        Tensor `[height, width, prod(inp_modes), prod(out_modes)]`.
    """
    height, width = filters.shape.as_list()[:2]
    d = len(cores)
    out = tf.reshape(filters, [-1, ranks[0]])
    for k, core in enumerate(cores):
        factor = tf.reshape(core, [out_modes[k], ranks[k + 1], ranks[k], inp_modes[k]])
        factor = tf.reshape(tf.transpose(factor, [2, 3, 0, 1]), [ranks[k], -1])
        out = tf.reshape(tf.matmul(out, factor), [-1, ranks[k + 1]])
    interleaved = [size for pair in zip(inp_modes, out_modes) for size in pair]
    out = tf.reshape(out, [height * width] + interleaved)
    out = tf.transpose(out, [0] + list(range(1, 2 * d, 2)) + list(range(2, 2 * d + 1, 2)))
    return tf.reshape(out, [height, width, int(np.prod(inp_modes)), int(np.prod(out_modes))])


def direct_kernel(cores, modes, ranks):
    """Builds `K[y, x, c, o] = G_1[y] G_2[x] G_3[c] G_4[o]`, the naive TT format of a kernel.

    Args:
        cores: list of 4 tensors; the shape of core k is `[r_{k-1}, m_k * r_k]`.
        modes: list of 4 integers `m_k`: height, width, input channels, output channels.
        ranks: list of 5 integers `r_k`, of which the first and the last are 1.

    Returns:
        Tensor `modes`.
    """
    out = tf.reshape(cores[0], [-1, ranks[1]])
    for core, rank in zip(cores[1:], ranks[2:]):
        out = tf.reshape(tf.matmul(out, core), [-1, rank])
    return tf.reshape(out, modes)
