"""Convolution by a dense kernel."""

from __future__ import annotations

from typing import Sequence

import tensorflow.compat.v1 as tf

from tensornet.contraction import empty_convolution, kernel_faults
from tensornet.contraction.conv_geometry import ConvGeometry
from tensornet.contraction.dilated_convolution import dilated_convolution
from tensornet.contraction.gradient_registry import register_gradient
from tensornet.contraction.matrix_products import matrix_product
from tensornet.contraction.working_type import working_type

CONVOLUTION = 'tensornet.convolution'


def dense_convolution(inp: tf.Tensor, kernel: tf.Tensor, strides: Sequence[int], padding: str,
                      dilations: Sequence[int] = (1, 1)) -> tf.Tensor:
    """Convolves images with a dense kernel.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        kernel: tensor `[window_height, window_width, channels, out_channels]`.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.
        dilations: vertical and horizontal distance between the pixels that the window sees.

    Returns:
        Tensor `[batch, height', width', out_channels]`.
    """
    strides = list(strides)
    working = (tf.float32 if kernel_faults.convolutions_add_up_in_half(inp.dtype)
               else working_type(inp.dtype))
    if working != inp.dtype:
        wide = dense_convolution(tf.cast(inp, working), tf.cast(kernel, working), strides, padding,
                                 dilations)
        return tf.cast(wide, inp.dtype)
    geometry = ConvGeometry(kernel.shape.as_list()[:2], strides, padding, dilations)
    if kernel_faults.dilations_are_wrong(geometry):
        return dilated_convolution(
            lambda phases, kernel, strides: dense_convolution(phases, kernel, strides, 'VALID'),
            inp, kernel, geometry)
    out_width = empty_convolution.output_shape(inp, kernel, strides, padding)[2]
    if kernel_faults.window_of_one_pixel_corrupts_memory(kernel.shape.as_list()[:2], strides):
        # Without a window strides leave out pixels and no more.
        inp, strides = inp[:, ::strides[0], ::strides[1]], [1, 1]
    elif kernel_faults.strided_column_is_garbage(inp.shape.as_list(), strides, out_width):
        inp, kernel = _strides_as_channels(inp, kernel, strides[1], padding)
        strides, padding = [1, 1], 'VALID'
    with tf.get_default_graph().gradient_override_map(
            _gradient_names(inp, kernel, strides, padding)):
        out = tf.nn.conv2d(inp, kernel, strides=[1] + strides + [1], padding=padding)
    return empty_convolution.with_own_shape(out, kernel.shape.as_list()[3], inp, kernel, strides,
                                            padding)


def _gradient_names(inp, kernel, strides, padding):
    """Returns which gradient is to take the place of the kernel's own."""
    replaced = (kernel_faults.convolution_gradients_add_up_in_half(inp.dtype)
                or kernel_faults.may_be_empty(inp.shape.as_list())
                or _has_unseen_columns(inp, kernel, strides, padding))
    return {'Conv2D': CONVOLUTION} if replaced else {}


@register_gradient(CONVOLUTION)
def _gradient(op, out_gradient):
    inp, kernel = op.inputs
    strides, padding = op.get_attr('strides'), op.get_attr('padding').decode()
    # The gradient has the shape that TensorFlow gave the output.
    out_gradient = empty_convolution.with_own_shape(
        tf.convert_to_tensor(out_gradient), kernel.shape.as_list()[3], inp, kernel, strides[1:3],
        padding)
    whole, out_gradient, shape = empty_convolution.filled(inp, kernel, out_gradient, padding)
    inp_gradient = _inp_gradient(shape, kernel, out_gradient, strides, padding)
    kernel_gradient = _kernel_gradient(whole, kernel, out_gradient, strides, padding)
    return empty_convolution.cut(inp_gradient, inp), kernel_gradient


def _inp_gradient(shape, kernel, out_gradient, strides, padding):
    """Returns the gradient of images of a shape.

    Where the kernel of the gradient is wrong, it is a convolution of `out_gradient` with the window
    turned by half a turn, for which that of the convolution is right; with strides `out_gradient`
    would have gaps, and float32 is faster.
    """
    if not kernel_faults.convolution_gradients_add_up_in_half(kernel.dtype):
        return tf.nn.conv2d_backprop_input(shape, kernel, out_gradient, strides, padding)
    if strides[1:3] == [1, 1]:
        margins = [[0, 0]]
        for size in kernel.shape.as_list()[:2]:
            before = (size - 1) // 2 if padding == 'SAME' else 0
            margins.append([size - 1 - before, before if padding == 'SAME' else size - 1])
        turned = tf.transpose(kernel[::-1, ::-1], [0, 1, 3, 2])
        return dense_convolution(tf.pad(out_gradient, margins + [[0, 0]]), turned, [1, 1], 'VALID')
    wide = tf.nn.conv2d_backprop_input(shape, tf.cast(kernel, tf.float32),
                                       tf.cast(out_gradient, tf.float32), strides, padding)
    return tf.cast(wide, kernel.dtype)


def _kernel_gradient(inp, kernel, out_gradient, strides, padding):
    """Returns the gradient of the kernel; that of a single pixel is a product of matrices."""
    height, width, channels, out_channels = kernel.shape.as_list()
    if kernel_faults.convolution_gradients_add_up_in_half(kernel.dtype):
        if height == width == 1 and strides[1:3] == [1, 1]:
            out = matrix_product(tf.reshape(inp, [-1, channels]),
                                 tf.reshape(out_gradient, [-1, out_channels]), transpose_left=True)
            return tf.reshape(out, kernel.shape)
        inp, out_gradient = tf.cast(inp, tf.float32), tf.cast(out_gradient, tf.float32)
    if _has_unseen_columns(inp, kernel, strides[1:3], padding):
        out = _gradient_of_seen_columns(inp, kernel, out_gradient, strides, padding)
    else:
        out = tf.nn.conv2d_backprop_filter(inp, tf.shape(kernel), out_gradient, strides, padding)
    return tf.cast(out, kernel.dtype)


def _gradient_of_seen_columns(inp, kernel, out_gradient, strides, padding):
    """Returns the gradient of the kernel; columns that see no pixel have none."""
    height, width, channels, out_channels = kernel.shape.as_list()
    columns = tf.shape(inp)[2]
    seen = tf.where_v2(columns < strides[2], tf.minimum(columns, width), width)
    gradient = tf.nn.conv2d_backprop_filter(
        inp, tf.stack([height, seen, channels, out_channels]), out_gradient, strides, padding)
    left = (width - seen) // 2
    gradient = tf.pad(gradient, [[0, 0], [left, width - seen - left], [0, 0], [0, 0]])
    return tf.reshape(gradient, kernel.shape)


def _has_unseen_columns(inp, kernel, strides, padding):
    return kernel_faults.unseen_columns_are_garbage(
        inp.dtype, inp.shape.as_list(), kernel.shape.as_list()[1], strides, padding)


def _strides_as_channels(inp, kernel, stride, padding):
    """Turns pixels beside each other into channels, as many as the horizontal stride.

    The images and the kernel then have the same numbers in the same order, and the convolution is
    one without horizontal strides.

    Args:
        inp: tensor `[batch, height, width, 1]`.
        kernel: tensor `[window_height, window_width, 1, out_channels]`.
        stride: horizontal stride; the vertical one is 1.
        padding: 'SAME' or 'VALID'.

    Returns:
        Images `[batch, height'', width'', stride]` and kernel
        `[window_height, window_width'', stride, out_channels]` for a 'VALID' convolution.
    """
    height, width, _, out_channels = kernel.shape.as_list()
    steps = -(-width // stride)
    kernel = tf.reshape(tf.pad(kernel, [[0, 0], [0, steps * stride - width], [0, 0], [0, 0]]),
                        [height, steps, stride, out_channels])
    batch, rows, columns, _ = inp.shape.as_list()
    size = columns if columns is not None else tf.shape(inp)[2]
    if padding == 'SAME':
        out_columns = -(-size // stride)
        missing = (out_columns - 1) * stride + width - size
        before = (max(missing, 0) if columns is not None else tf.maximum(missing, 0)) // 2
        above = (height - 1) // 2
        margins = [above, height - 1 - above]
        if rows is not None:
            rows += height - 1
    else:
        out_columns, before, margins = -(-(size - width + 1) // stride), 0, [0, 0]
    # What the windows see of each row, up to a whole number of strides; the rest is cut off.
    seen = (out_columns - 1 + steps) * stride
    inp = tf.pad(inp, [[0, 0], margins, [before, steps * stride], [0, 0]])[:, :, :seen]
    sizes = tf.shape(inp)
    out_steps = seen // stride if columns is not None else None
    inp = tf.reshape(inp, tf.stack([sizes[0], sizes[1], sizes[2] // stride, stride]))
    inp.set_shape([batch, rows, out_steps, stride])
    return inp, kernel
