"""Convolution by a kernel in the TT format of arXiv 1611.03214, section 5."""

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction.chain import chain
from tensornet.contraction.kernel import kernel


def convolve_full(inp, filters, cores, inp_modes, out_modes, ranks, strides, padding):
    """Builds the dense kernel and convolves with it.

    Args:
        inp: tensor `[batch, height, width, prod(inp_modes)]`.
        filters, cores, inp_modes, out_modes, ranks: as for `kernel`.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.

    Returns:
        Tensor `[batch, height', width', prod(out_modes)]`.
    """
    return tf.nn.conv2d(inp, kernel(filters, cores, inp_modes, out_modes, ranks),
                        strides=[1] + strides + [1], padding=padding)


def convolve_by_core(inp, filters, cores, inp_modes, out_modes, ranks, strides, padding):
    """Convolves every channel with the filters and multiplies by the TT-matrix core by core.

    Args:
        inp: tensor `[batch, height, width, prod(inp_modes)]`.
        filters, cores, inp_modes, out_modes, ranks: as for `kernel`.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.

    Returns:
        Tensor `[batch, height', width', prod(out_modes)]`.
    """
    channels = int(np.prod(inp_modes))
    size = tf.shape(inp)
    out = tf.transpose(inp, [3, 0, 1, 2])
    out = tf.reshape(out, tf.stack([channels * size[0], size[1], size[2], 1]))
    out = tf.nn.conv2d(out, filters, strides=[1] + strides + [1], padding=padding)
    size = tf.concat([size[:1], tf.shape(out)[1:3], [int(np.prod(out_modes))]], axis=0)
    state = tf.transpose(tf.reshape(out, [-1, ranks[0]]))
    out = chain(tf.reshape(state, [ranks[0] * channels, -1]), cores, inp_modes, out_modes, ranks)
    return tf.reshape(out, size)
