"""The gradient of a convolution's kernel, of which some columns may see nothing but padding."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults


def has_unseen_columns(inp, geometry):
    """Whether TensorFlow's own gradient may be wrong, see `kernel_faults`.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        geometry: `ConvGeometry` without dilations.
    """
    return kernel_faults.unseen_columns_are_garbage(inp.dtype, inp.shape.as_list(), geometry)


def kernel_gradient(backprop_filter, inp, kernel, out_gradient, geometry):
    """Returns the gradient of a kernel; columns that see no pixel have none.

    Args:
        backprop_filter: TensorFlow's function, such as `tf.nn.conv2d_backprop_filter`.
        inp: tensor `[batch, height, width, channels]`.
        kernel: tensor `[window_height, window_width, ...]` of known shape.
        out_gradient: tensor `[batch, height', width', out_channels]`.
        geometry: `ConvGeometry` without dilations.
    """
    height, width, *others = kernel.shape.as_list()
    strides = [1, *geometry.strides, 1]
    if not has_unseen_columns(inp, geometry):
        return backprop_filter(inp, tf.shape(kernel), out_gradient, strides, geometry.padding)
    columns = tf.shape(inp)[2]
    seen = tf.where_v2(columns < geometry.strides[1], tf.minimum(columns, width), width)
    gradient = backprop_filter(inp, tf.stack([height, seen, *others]), out_gradient, strides,
                               geometry.padding)
    left = (width - seen) // 2
    gradient = tf.pad(gradient, [[0, 0], [left, width - seen - left], [0, 0], [0, 0]])
    return tf.reshape(gradient, kernel.shape)
