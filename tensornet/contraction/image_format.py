"""The order of the axes of images. All convolutions are computed with the channels last.

On CPUs TensorFlow has no convolutions of images with the channels first. On GPUs it does, and its
layout optimizer moves the axes to where the fastest kernel wants them, whatever the graph says. So
graphs have transposes around a layer, which are right wherever the graph runs. Where a layer
takes what another returns, TensorFlow removes the transposes between them.
"""

from __future__ import annotations

from typing import Optional

import tensorflow.compat.v1 as tf


def channels_last(images: tf.Tensor, data_format: str) -> tf.Tensor:
    """Moves the channels behind the other axes.

    Args:
        images: tensor `[batch, height, width, channels]`, or `[batch, channels, height, width]`
            if `data_format` is 'NCHW'; sequences have one axis less and 'NWC' or 'NCW'.
        data_format: the order of the axes.

    Returns:
        Tensor `[batch, height, width, channels]`, or that of sequences.
    """
    if not _differ(images, data_format):
        return images
    return tf.transpose(images, [0, *range(2, images.shape.ndims), 1], name='channels_last')


def in_format(images: tf.Tensor, data_format: str, name: Optional[str] = None) -> tf.Tensor:
    """Moves the channels to where a format has them: the inverse of `channels_last`.

    Args:
        images: tensor `[batch, height, width, channels]`, or that of sequences.
        data_format: the order of the axes of the result.
        name: of the result; None leaves it to TensorFlow.

    Returns:
        Tensor of the format.
    """
    if not _differ(images, data_format):
        return images if name is None else tf.identity(images, name=name)
    last = images.shape.ndims - 1
    return tf.transpose(images, [0, last, *range(1, last)], name=name)


def is_channels_first(data_format):
    """Whether the axis behind the batch is that of the channels."""
    return data_format[1] == 'C'


def _differ(images, data_format):
    """Whether a format has another order; rows `[batch, channels]` have only one."""
    return is_channels_first(data_format) and images.shape.ndims > 2
