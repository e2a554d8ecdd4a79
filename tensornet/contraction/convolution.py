"""Convolution by a kernel in the TT format of arXiv 1611.03214, section 5.

The kernel is `K[y, x, (c), (o)] = sum_a filters[y, x, 0, a] M_a[(c), (o)]`. The functions here
compute the same convolution; `conv_plan` says which one is the fastest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

import tensorflow.compat.v1 as tf

from tensornet.annotations import TensorCores
from tensornet.contraction.core_arguments import check_cores, check_filters
from tensornet.contraction.dense_convolutions import convolved
from tensornet.contraction.dense_kernel import planned_kernel
from tensornet.contraction.dependence import held
from tensornet.contraction.depthwise_convolution import depthwise_convolution, depthwise_type
from tensornet.contraction.precision import summed, working_type
from tensornet.contraction.surplus_features import cut, padded
from tensornet.contraction.tt_product import core_by_core, tt_matmul

if TYPE_CHECKING:
    from tensornet.contraction.convolution_plans import ConvPlan


def convolve(inp: tf.Tensor, filters: tf.Tensor, cores: TensorCores, plan: ConvPlan,
             inp_ch: Optional[int] = None, out_ch: Optional[int] = None) -> tf.Tensor:
    """Convolves images with a TT kernel as a plan says.

    Args:
        inp: tensor `[batch, height, width, prod(inp_modes)]`, or `[batch, height, width, inp_ch]`.
        filters: tensor `[window_height, window_width, 1, r_0]`.
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        plan: a `ConvPlan`, which says strides, padding and dilations.
        inp_ch, out_ch: how many channels of the kernel there are; None is all of them.

    Returns:
        Tensor `[batch, height', width', prod(out_modes)]`, or `[batch, height', width', out_ch]`.

    Raises:
        ValueError: the filters or a core have another shape.
    """
    matrix = plan.shape.matrix
    check_filters('convolve', filters, plan.shape.window, matrix.ranks[0])
    cores = check_cores('convolve', cores, matrix)
    inp_ch = matrix.inp_size if inp_ch is None else inp_ch
    out_ch = matrix.out_size if out_ch is None else out_ch
    dtype, working = inp.dtype, working_type(inp.dtype)
    if plan.holds_filters and plan.holds_cores:
        filters, *cores = held([filters, *cores], inp)
    elif plan.holds_filters:
        filters, = held([filters], inp)
    elif plan.holds_cores:
        cores = held(cores, inp)
    if plan.holds_cores:
        plan = plan.once_held
    inp, filters = tf.cast(inp, working), tf.cast(filters, working)
    cores = [tf.cast(core, working) for core in cores]
    if plan.method == 'full':
        with tf.name_scope('kernel'):
            dense = planned_kernel(filters, cores, matrix, plan.kernel)
            dense = cut(dense, [inp_ch, out_ch])
        with tf.name_scope('convolution'):
            return tf.cast(convolved(inp, dense, plan.shape.geometry), dtype)
    run = {'chain': _core_by_core, 'matrix_first': _matrix_first,
           'filters_first': _filters_first, 'pointwise': _pointwise}[plan.method]
    if inp_ch < matrix.inp_size:
        inp = padded(inp, matrix.inp_size)
    out = run(inp, filters, cores, plan)
    return tf.cast(cut(out, [out_ch]) if out_ch < matrix.out_size else out, dtype)


def _core_by_core(inp, filters, cores, plan):
    """Convolves every channel with the filters and multiplies by the cores one by one.

    This is the original library's `tt_conv`.
    """
    matrix = plan.shape.matrix
    channels, count = matrix.inp_size, matrix.ranks[0]
    size = tf.shape(inp)
    with tf.name_scope('convolution'):
        out = tf.transpose(inp, [3, 0, 1, 2])
        out = tf.reshape(out, tf.stack([channels * size[0], size[1], size[2], 1]))
        # TensorFlow 1 loses the sizes of the image where that of the batch is unknown.
        out.set_shape([None] + inp.shape.as_list()[1:3] + [1])
        out = convolved(out, filters, plan.shape.geometry)
        size = tf.concat([size[:1], tf.shape(out)[1:3], [matrix.out_size]], axis=0)
        state = tf.transpose(tf.reshape(out, [-1, count]))
    out = core_by_core(tf.reshape(state, [count * channels, -1]), cores, matrix)
    return tf.reshape(out, size)


def _matrix_first(inp, filters, cores, plan):
    """Multiplies each pixel by the matrices `M_a`, then convolves and adds up over `a`."""
    inp_modes, out_modes, ranks = plan.shape.matrix
    with tf.name_scope('reorder'):
        first = tf.reshape(cores[0], [out_modes[0], ranks[1], ranks[0], inp_modes[0]])
        first = tf.reshape(tf.transpose(first, [2, 0, 1, 3]), [-1, inp_modes[0]])
    out = _multiply_pixels(inp, [first] + cores[1:], plan.matrix)
    out_channels = plan.shape.matrix.out_size
    out = _depthwise(out, filters, out_channels, plan)
    if ranks[0] == 1:
        return out
    with tf.name_scope('sum'):
        size = tf.shape(out)
        out = tf.reshape(out, [-1, ranks[0], out_channels])
        return tf.reshape(summed(out, axis=1), tf.concat([size[:3], [out_channels]], axis=0))


def _filters_first(inp, filters, cores, plan):
    """Convolves every channel with every filter, then multiplies by the TT-matrix.

    The channels are repeated first, so that the convolved ones come out in the order `(a, c)`.
    """
    channels, count = plan.shape.matrix.inp_size, plan.shape.matrix.ranks[0]
    # What is cast for the convolution is cast before it is repeated.
    wide = depthwise_type(inp.dtype)
    with tf.name_scope('repeat'):
        out = tf.concat([tf.cast(inp, wide)] * count, axis=-1) if count > 1 else inp
    out = _depthwise(out, tf.cast(filters, out.dtype), channels, plan)
    return _multiply_pixels(tf.cast(out, inp.dtype), cores, plan.matrix)


def _depthwise(inp, filters, channels, plan):
    """Convolves the channels `(a, c)`, each with the filter `a`."""
    height, width, _, count = filters.shape.as_list()
    with tf.name_scope('convolution'):
        window = tf.tile(tf.transpose(filters, [0, 1, 3, 2]), [1, 1, 1, channels])
        window = tf.reshape(window, [height, width, count * channels, 1])
        return depthwise_convolution(inp, window, plan.shape.geometry)


def _pointwise(inp, filters, cores, plan):
    """Multiplies each pixel by a TT-matrix: all there is to do in a window of one pixel."""
    inp_modes, out_modes, ranks = plan.shape.matrix
    down, across = plan.shape.strides
    with tf.name_scope('filters_times_core'):
        first = tf.reshape(cores[0], [out_modes[0] * ranks[1], ranks[0], inp_modes[0]])
        first *= tf.reshape(filters, [1, ranks[0], 1])
        first = summed(first, axis=1) if ranks[0] > 1 else tf.squeeze(first, axis=1)
    cores = [first] + cores[1:]
    if (down, across) != (1, 1):
        inp = inp[:, ::down, ::across]
    return _multiply_pixels(inp, cores, plan.matrix)


def _multiply_pixels(inp, cores, plan):
    """Multiplies every pixel by a TT-matrix."""
    size = tf.shape(inp)
    out_channels = plan.shape.out_size
    out = tt_matmul(tf.reshape(inp, [-1, plan.shape.inp_size]), cores, plan)
    out = tf.reshape(out, tf.concat([size[:3], [out_channels]], axis=0))
    out.set_shape(inp.shape.as_list()[:3] + [out_channels])
    return out
