"""Convolution by a dense kernel."""

import tensorflow.compat.v1 as tf


def dense_convolution(inp, kernel, strides, padding):
    """Convolves images with a dense kernel.

    Args:
        inp: tensor `[batch, height, width, channels]`.
        kernel: tensor `[window_height, window_width, channels, out_channels]`.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.

    Returns:
        Tensor `[batch, height', width', out_channels]`.
    """
    strides = list(strides)
    if kernel.shape.as_list()[:2] == [1, 1] and strides != [1, 1]:
        # Without a window strides leave out pixels and no more. oneDNN's gradient of a kernel with
        # strides and no window corrupts the process's memory in TensorFlow 2.21.
        inp, strides = inp[:, ::strides[0], ::strides[1]], [1, 1]
    return tf.nn.conv2d(inp, kernel, strides=[1] + strides + [1], padding=padding)
