"""Convolution by a dense kernel."""

from __future__ import annotations

from typing import Sequence

import tensorflow.compat.v1 as tf

from tensornet.contraction import empty_convolution, kernel_faults, unseen_columns
from tensornet.contraction.conv_geometry import PADDINGS, ConvGeometry, geometry_of, out_size
from tensornet.contraction.dilated_convolution import dilated_convolution
from tensornet.contraction.graph_names import register_gradient
from tensornet.contraction.precision import matrix_product, working_type

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

    Raises:
        ValueError: there is no such padding.
    """
    if padding not in PADDINGS:
        raise ValueError("dense_convolution: `padding` must be 'SAME' or 'VALID', but it is "
                         f'{padding!r:.100}; pass one of the two')
    window = kernel.shape.as_list()[:2]
    return convolved(inp, kernel, ConvGeometry(window, strides, padding, dilations))


def convolved(inp, kernel, geometry):
    """Convolves images as `dense_convolution` does.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        kernel: tensor `[window_height, window_width, channels, out_channels]`.
        geometry: `ConvGeometry` of the kernel.

    Returns:
        Tensor `[batch, height', width', out_channels]`.
    """
    working = (tf.float32 if kernel_faults.convolutions_add_up_in_half(inp.dtype)
               else working_type(inp.dtype))
    if working != inp.dtype:
        wide = convolved(tf.cast(inp, working), tf.cast(kernel, working), geometry)
        return tf.cast(wide, inp.dtype)
    out_shape = empty_convolution.output_shape(inp, geometry)
    if 0 in out_shape:
        return empty_convolution.of_nothing(inp, kernel, kernel.shape.as_list()[3], geometry)
    if kernel_faults.dilations_are_wrong(geometry):
        return dilated_convolution(convolved, inp, kernel, geometry)
    if kernel_faults.window_of_one_pixel_corrupts_memory(geometry):
        # Without a window strides leave out pixels and no more.
        down, across = geometry.strides
        inp, geometry = inp[:, ::down, ::across], geometry._replace(strides=(1, 1))
    elif kernel_faults.strided_column_is_garbage(inp.dtype, inp.shape.as_list(), geometry.strides,
                                                 out_shape[2]):
        inp, kernel, geometry = _strides_as_channels(inp, kernel, geometry)
    if kernel_faults.shape_in_functions_is_lost():
        kernel = tf.reshape(kernel, kernel.shape)
    whole = empty_convolution.with_a_pixel(inp, geometry)
    with tf.get_default_graph().gradient_override_map(_gradient_names(whole, geometry)):
        out = tf.nn.conv2d(whole, kernel, strides=[1, *geometry.strides, 1],
                           padding=geometry.padding)
    out = empty_convolution.with_own_shape(out, kernel.shape.as_list()[3], whole, geometry)
    return empty_convolution.without_pixel(out, whole, inp, geometry)


def _gradient_names(inp, geometry):
    """Returns which gradient is to take the place of the kernel's own."""
    replaced = (kernel_faults.convolution_gradients_add_up_in_half(inp.dtype)
                or kernel_faults.may_be_empty(inp.shape.as_list())
                or unseen_columns.has_unseen_columns(inp, geometry))
    return {'Conv2D': CONVOLUTION} if replaced else {}


@register_gradient(CONVOLUTION)
def _gradient(op, out_gradient):
    (inp, kernel), geometry = op.inputs, geometry_of(op)
    # The gradient has the shape that TensorFlow gave the output.
    out_gradient = empty_convolution.with_own_shape(
        tf.convert_to_tensor(out_gradient), kernel.shape.as_list()[3], inp, geometry)
    whole, out_gradient, shape = empty_convolution.filled(inp, out_gradient, geometry)
    inp_gradient = _inp_gradient(shape, kernel, out_gradient, geometry)
    kernel_gradient = _kernel_gradient(whole, kernel, out_gradient, geometry)
    return empty_convolution.cut(inp_gradient, inp), kernel_gradient


def _inp_gradient(shape, kernel, out_gradient, geometry):
    """Returns the gradient of images of a shape.

    Where the kernel of the gradient is wrong, it is a convolution of `out_gradient` with the window
    turned by half a turn, for which that of the convolution is right; with strides `out_gradient`
    would have gaps, and float32 is faster.
    """
    strides, padding = [1, *geometry.strides, 1], geometry.padding
    if not kernel_faults.convolution_gradients_add_up_in_half(kernel.dtype):
        return tf.nn.conv2d_backprop_input(shape, kernel, out_gradient, strides, padding)
    if strides == [1, 1, 1, 1]:
        margins = [[0, 0]]
        for size in kernel.shape.as_list()[:2]:
            before = (size - 1) // 2 if padding == 'SAME' else 0
            margins.append([size - 1 - before, before if padding == 'SAME' else size - 1])
        turned = tf.transpose(kernel[::-1, ::-1], [0, 1, 3, 2])
        return convolved(tf.pad(out_gradient, margins + [[0, 0]]), turned,
                         geometry._replace(padding='VALID'))
    wide = tf.nn.conv2d_backprop_input(shape, tf.cast(kernel, tf.float32),
                                       tf.cast(out_gradient, tf.float32), strides, padding)
    return tf.cast(wide, kernel.dtype)


def _kernel_gradient(inp, kernel, out_gradient, geometry):
    """Returns the gradient of the kernel; that of a single pixel is a product of matrices."""
    height, width, channels, out_channels = kernel.shape.as_list()
    if kernel_faults.convolution_gradients_add_up_in_half(kernel.dtype):
        if height == width == 1 and geometry.strides == (1, 1):
            out = matrix_product(tf.reshape(inp, [-1, channels]),
                                 tf.reshape(out_gradient, [-1, out_channels]), transpose_left=True)
            return tf.reshape(out, kernel.shape)
        inp, out_gradient = tf.cast(inp, tf.float32), tf.cast(out_gradient, tf.float32)
    out = unseen_columns.kernel_gradient(tf.nn.conv2d_backprop_filter, inp, kernel, out_gradient,
                                         geometry)
    return tf.cast(out, kernel.dtype)


def _strides_as_channels(inp, kernel, geometry):
    """Turns neighbouring pixels into channels, as many as the horizontal stride.

    The images and the kernel then have the same elements in the same order, and the convolution is
    one without horizontal strides.

    Args:
        inp: tensor `[batch, height, width, 1]`.
        kernel: tensor `[window_height, window_width, 1, out_channels]`.
        geometry: `ConvGeometry`.

    Returns:
        Images `[batch, height'', width'', stride]`, kernel
        `[window_height, window_width'', stride, out_channels]`, and the `ConvGeometry` for these.
    """
    down, stride = geometry.strides
    height, width, _, out_channels = kernel.shape.as_list()
    steps = -(-width // stride)
    kernel = tf.reshape(tf.pad(kernel, [[0, 0], [0, steps * stride - width], [0, 0], [0, 0]]),
                        [height, steps, stride, out_channels])
    batch, rows, columns, _ = inp.shape.as_list()
    rows, columns = [tf.shape(inp)[axis] if size is None else size
                     for axis, size in ((1, rows), (2, columns))]
    out_columns = out_size(columns, width, stride, geometry.padding)
    above, below, before = 0, 0, 0
    if geometry.padding == 'SAME':
        above, below = _same_margins(rows, height, down)
        before, _ = _same_margins(columns, width, stride)
    # What the windows see of each row, up to a whole number of strides; the rest is cut off.
    out_steps = out_columns - 1 + steps
    inp = tf.pad(inp, [[0, 0], [above, below], [before, steps * stride], [0, 0]])
    inp = inp[:, :, :out_steps * stride]
    sizes = [batch, rows + above + below, out_steps, stride]
    dynamic = tf.shape(inp)
    inp = tf.reshape(inp, tf.stack([dynamic[0], dynamic[1], dynamic[2] // stride, stride]))
    inp.set_shape([None if isinstance(size, tf.Tensor) else size for size in sizes])
    return inp, kernel, ConvGeometry((height, steps), (down, 1), 'VALID')


def _same_margins(size, window, stride):
    """Returns the zeros of 'SAME' before and behind; an axis without pixels stays without.

    Args:
        size: of the axis, an integer or a scalar integer tensor.
    """
    missing = (out_size(size, window, stride, 'SAME') - 1) * stride + window - size
    missing = tf.maximum(missing, 0) if isinstance(size, tf.Tensor) else max(missing, 0)
    return missing // 2, missing - missing // 2
