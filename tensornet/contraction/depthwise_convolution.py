"""Convolution of every channel with a window of its own."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import empty_convolution, kernel_faults, unseen_columns
from tensornet.contraction.conv_geometry import geometry_of
from tensornet.contraction.dense_convolutions import convolved
from tensornet.contraction.dilated_convolution import dilated_convolution
from tensornet.contraction.graph_names import register_gradient

DEPTHWISE = 'tensornet.depthwise'


def depthwise_convolution(inp, windows, geometry):
    """Convolves each channel of images with its window.

    Elements of half precision are convolved in float32, see `depthwise_type`. A single channel is
    convolved by a dense kernel, whose faults are known.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        windows: tensor `[window_height, window_width, channels, 1]`.
        geometry: `ConvGeometry` of the windows; its strides must be equal.

    Returns:
        Tensor `[batch, height', width', channels]`.
    """
    wide = depthwise_type(inp.dtype)
    if wide != inp.dtype:
        out = depthwise_convolution(tf.cast(inp, wide), tf.cast(windows, wide), geometry)
        return tf.cast(out, inp.dtype)
    if 0 in empty_convolution.output_shape(inp, geometry):
        return empty_convolution.of_nothing(inp, windows, inp.shape.as_list()[3], geometry)
    if inp.shape.as_list()[3] == 1:
        return convolved(inp, windows, geometry)
    if kernel_faults.dilations_are_wrong(geometry):
        return dilated_convolution(_convolution_of_phases, inp, windows, geometry)
    own = {'DepthwiseConv2dNative': DEPTHWISE}
    whole = empty_convolution.with_a_pixel(inp, geometry)
    replaced = (kernel_faults.may_be_empty(whole.shape.as_list())
                or unseen_columns.has_unseen_columns(whole, geometry))
    with tf.get_default_graph().gradient_override_map(own if replaced else {}):
        out = tf.nn.depthwise_conv2d(whole, windows, strides=[1, *geometry.strides, 1],
                                     padding=geometry.padding)
    out = empty_convolution.with_own_shape(out, inp.shape.as_list()[3], whole, geometry)
    return empty_convolution.without_pixel(out, whole, inp, geometry)


def depthwise_type(dtype):
    """Returns the type in which elements of a type are convolved.

    That of half precision is float32, which is more exact and faster, too.
    """
    return tf.float32 if dtype in kernel_faults.HALF else dtype


def _convolution_of_phases(phases, windows, geometry):
    down, across = geometry.strides
    if down == across:
        return depthwise_convolution(phases, windows, geometry)
    # Strides that are equal may not be so for the phases, and the kernel wants equal ones.
    geometry = geometry._replace(strides=(1, 1))
    return depthwise_convolution(phases, windows, geometry)[:, ::down, ::across]


@register_gradient(DEPTHWISE)
def _gradient(op, out_gradient):
    (inp, windows), geometry = op.inputs, geometry_of(op)
    strides = [1, *geometry.strides, 1]
    out_gradient = empty_convolution.with_own_shape(
        tf.convert_to_tensor(out_gradient), inp.shape.as_list()[3], inp, geometry)
    whole, out_gradient, shape = empty_convolution.filled(inp, out_gradient, geometry)
    inp_gradient = tf.nn.depthwise_conv2d_backprop_input(shape, windows, out_gradient, strides,
                                                         geometry.padding)
    windows_gradient = unseen_columns.kernel_gradient(
        tf.nn.depthwise_conv2d_backprop_filter, whole, windows, out_gradient, geometry)
    return empty_convolution.cut(inp_gradient, inp), windows_gradient
