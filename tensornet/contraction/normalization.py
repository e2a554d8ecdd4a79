"""Normalization by moments, through TensorFlow's fused kernel where that is right and fast."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.environment import CPU_DEVICE, target_device

# The fused kernel silently raises a smaller epsilon to this one.
_SMALLEST_FUSED_EPS = 1.001e-5


def normalize_by_batch(inp, count, scale, shift, eps):
    """Normalizes by the moments of the batch.

    Args:
        inp: tensor `[batch, channels]` or `[batch, height, width, channels]`.
        count: how many elements each channel has, an `int` or a scalar tensor.
        scale, shift: tensors `[channels]`, float32 for inputs of half precision.
        eps: number or scalar tensor, added to the variance.

    Returns:
        Tensor of the shape and type of `inp`, and mean and variance, tensors `[channels]`. Of an
        empty batch these may be anything, but all gradients are zero.
    """
    if not _can_fuse(inp.dtype, eps):
        # Not `tf.nn.moments`: it stops the gradient at the mean, and with it the second derivative.
        axes = list(range(inp.shape.ndims - 1))
        count = _at_least_one(count, inp.dtype)
        mean = tf.reduce_sum(inp, axes) / count
        variance = tf.reduce_sum(tf.square(inp - mean), axes) / count
        return tf.nn.batch_normalization(inp, mean, variance, shift, scale, eps), mean, variance
    if not (isinstance(count, int) and count):
        # What the kernel has for the second derivative by the scale is then no number.
        scale = tf.where_v2(tf.equal(count, 0), tf.ones_like(scale), scale)
    out, mean, unbiased_variance = _fused(inp, scale, shift, eps)
    if isinstance(count, int):
        share = max(count - 1, 1) / max(count, 1)
    else:
        share = _at_least_one(count - 1, mean.dtype) / _at_least_one(count, mean.dtype)
    return out, mean, unbiased_variance * share


def normalize(inp, mean, variance, scale, shift, eps):
    """Normalizes by moments that are given, tensors `[channels]`; see `normalize_by_batch`."""
    if not _can_fuse(inp.dtype, eps):
        return tf.nn.batch_normalization(inp, mean, variance, shift, scale, eps)
    return _fused(inp, scale, shift, eps, mean, variance)[0]


def fuses_half(dtype, eps, channels, is_training):
    """Tells whether the fused kernel is given half precision as it is."""
    on_cpu = target_device() == CPU_DEVICE
    return (dtype in kernel_faults.HALF and _can_fuse(dtype, eps) and not
            (on_cpu and kernel_faults.fused_normalization_is_slow(dtype, channels, is_training)))


def _can_fuse(dtype, eps):
    # The kernel takes a number that is known while the graph is built.
    return dtype != tf.float64 and not tf.is_tensor(eps) and eps >= _SMALLEST_FUSED_EPS


def _fused(inp, scale, shift, eps, mean=None, variance=None):
    """Runs the fused kernel, which wants four dimensions.

    Images go to it as they are: converters of trained graphs then fold it into the convolution.

    Args:
        inp: tensor `[batch, channels]` or `[batch, height, width, channels]`, of half precision
            or float32; all others are float32.
        scale, shift: tensors `[channels]`.
        eps: number.
        mean, variance: tensors `[channels]` for the evaluation phase; None for the train phase.

    Returns:
        Tensor of the shape and type of `inp`, and two of `[channels]` in float32.
    """
    dtype, channels, is_training = inp.dtype, inp.shape.as_list()[-1], mean is None
    if not fuses_half(dtype, eps, channels, is_training):
        inp = tf.cast(inp, tf.float32)
    images = inp if inp.shape.ndims == 4 else tf.reshape(inp, [-1, 1, 1, channels])
    out, mean, variance = tf.nn.fused_batch_norm(images, scale, shift, epsilon=eps, mean=mean,
                                                 variance=variance, is_training=is_training)
    if inp.shape.ndims == 2:
        out = tf.reshape(out, [-1, channels])
    return tf.cast(out, dtype), mean, variance


def _at_least_one(count, dtype):
    """Returns `max(count, 1)` as a number of the type."""
    if isinstance(count, int):
        return tf.constant(max(count, 1), dtype)
    return tf.cast(tf.maximum(count, 1), dtype)
