"""Batch normalization with zero-debiased moving statistics."""

from __future__ import annotations

from typing import Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import Scope, TensorLike
from tensornet.contraction import channels_last, in_format, kernel_faults
from tensornet.contraction.environment import CPU_DEVICE, target_device
from tensornet.layers.checked_call import checked_call
from tensornet.layers.image_arguments import ImageArguments
from tensornet.layers.layer_records import record_batch_normalization
from tensornet.layers.moving_averages import MovingAverages
from tensornet.layers.run_time_checks import as_scalar
from tensornet.layers.variables import Functions, LayerVariables
from tensornet.tt.arguments import product

# TensorFlow's fused kernel silently raises a smaller epsilon to this one.
SMALLEST_FUSED_EPS = 1.001e-5


@checked_call
def batch_normalization(inp: TensorLike,
                        train_phase: Union[bool, tf.Tensor],
                        ema_decay: Union[float, tf.Tensor] = 0.99,
                        eps: Union[float, tf.Tensor] = 1e-3,
                        use_scale: bool = True,
                        use_shift: bool = True,
                        trainable: bool = True,
                        cpu_variables: bool = False,
                        scope: Scope = None,
                        *,
                        data_format: str = 'NHWC') -> tf.Tensor:
    """Adds batch normalization over all axes but that of the channels.

    In the train phase the output is normalized by the moments of the batch, and computing it
    updates the moving statistics: no other op needs to be run. Otherwise the moving statistics
    normalize. They are zero-debiased exponential averages: after one step they are the moments
    of that batch, before any step they are zero. Where the variables are reused nothing is
    updated.

    Args:
        inp: float tensor or NumPy array `[batch, channels]` or `[batch, height, width, channels]`.
        train_phase: scalar bool tensor, or a Python bool, which builds that phase only.
        ema_decay: decay of the moving averages, at least 0 and less than 1, or a scalar tensor.
        eps: positive number, or scalar tensor, that is added to the variance.
        use_scale: whether the normalized input is multiplied by `weights`.
        use_shift: whether `biases` are added.
        trainable: whether `weights` and `biases` are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name; None makes a unique one from `batch_normalization`.
        data_format: 'NHWC' or 'NCHW', where images are `[batch, channels, height, width]`; the
            variables are the same. It does not matter for `[batch, channels]`.

    Returns:
        Tensor of the shape and type of `inp`, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    Variables: `weights` `[channels]`, `biases` `[channels]`; not trained: `moving_mean`
    `[channels]`, `moving_variance` `[channels]` and `local_step` `[]`, the number of updates.
    For inputs of half precision the last three are float32, since small updates would be lost.
    """
    check = ImageArguments(scope, 'batch_normalization')
    channels = check.images('inp', inp, data_format, ranks=(2, 4))[-1]
    train_phase = check.flag('train_phase', train_phase)
    use_scale = check.switch('use_scale', use_scale)
    use_shift = check.switch('use_shift', use_shift)
    ema_decay = check.fraction('ema_decay', ema_decay)
    eps = check.positive('eps', eps)
    variables = LayerVariables(trainable, cpu_variables).checked(check, inp.dtype)

    dtype = variables.dtype
    wide = dtype if dtype == tf.float64 else tf.float32
    with tf.variable_scope(scope, 'batch_normalization', [inp]) as own_scope:
        # Parts of a vector of channels would help nobody, and no kernel takes them.
        own_scope.set_partitioner(None)
        inp = channels_last(tf.convert_to_tensor(inp, name='inp'), data_format)
        statistics = MovingAverages(channels, variables.cpu_variables, wide)
        weights = biases = None
        if use_scale:
            weights = variables.get('weights', [channels], Functions(tf.ones_initializer()))
        if use_shift:
            biases = variables.get('biases', [channels], Functions(tf.zeros_initializer()))
        scale = tf.ones([channels], wide) if weights is None else tf.cast(weights, wide)
        shift = tf.zeros([channels], wide) if biases is None else tf.cast(biases, wide)
        if tf.is_tensor(ema_decay):
            ema_decay = tf.cast(as_scalar(check.scope, 'ema_decay', ema_decay), wide)
        if tf.is_tensor(eps):
            eps = tf.cast(as_scalar(check.scope, 'eps', eps), wide)
        if tf.is_tensor(train_phase):
            train_phase = as_scalar(check.scope, 'train_phase', train_phase)
        # Outside of the branches where both want it: TensorFlow 1 passes no gradient of bfloat16
        # through a branch.
        takes_half = any(_fuses_half(dtype, eps, channels, is_training)
                         for is_training in (True, False))
        taken = inp if takes_half else tf.cast(inp, wide)

        def train():
            with tf.name_scope('normalize'):
                count = _count(taken)
                is_empty = count == 0 if isinstance(count, int) else tf.equal(count, 0)
                out, mean, variance = _normalize_by_batch(taken, count, scale, shift, eps)
            with tf.name_scope('update'):
                updates = statistics.update(mean, variance, is_empty, ema_decay,
                                            freezable=tf.is_tensor(train_phase))
            with tf.control_dependencies(updates):
                return tf.identity(out)

        def evaluate():
            with tf.name_scope('normalize'):
                return _normalize(taken, statistics.mean, statistics.variance, scale, shift, eps)

        if isinstance(train_phase, bool):
            out = train() if train_phase else evaluate()
        else:
            out = tf.cond(train_phase, train, evaluate)
        out.set_shape(inp.shape)
        record_batch_normalization(channels, use_scale, use_shift, dtype)
        return in_format(tf.cast(out, dtype), data_format, name='out')


def _count(inp):
    """Returns how many elements each channel has: an `int` or, if unknown, a scalar tensor."""
    sizes = inp.shape.as_list()[:-1]
    if None not in sizes:
        return product(sizes)
    return tf.reduce_prod(tf.shape(inp, out_type=tf.int64)[:-1])


def _at_least_one(count, dtype):
    """Returns `max(count, 1)` as a number of the type."""
    if isinstance(count, int):
        return tf.constant(max(count, 1), dtype)
    return tf.cast(tf.maximum(count, 1), dtype)


def _can_fuse(dtype, eps):
    # The kernel takes a number that is known while the graph is built.
    return dtype != tf.float64 and not tf.is_tensor(eps) and eps >= SMALLEST_FUSED_EPS


def _fuses_half(dtype, eps, channels, is_training):
    """Tells whether the fused kernel is given half precision as it is."""
    on_cpu = target_device() == CPU_DEVICE
    return (dtype in kernel_faults.HALF and _can_fuse(dtype, eps) and not
            (on_cpu and kernel_faults.fused_normalization_is_slow(dtype, channels, is_training)))


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
    if not _fuses_half(dtype, eps, channels, is_training):
        inp = tf.cast(inp, tf.float32)
    images = inp if inp.shape.ndims == 4 else tf.reshape(inp, [-1, 1, 1, channels])
    out, mean, variance = tf.nn.fused_batch_norm(images, scale, shift, epsilon=eps, mean=mean,
                                                 variance=variance, is_training=is_training)
    if inp.shape.ndims == 2:
        out = tf.reshape(out, [-1, channels])
    return tf.cast(out, dtype), mean, variance


def _normalize_by_batch(inp, count, scale, shift, eps):
    """Returns the output of the train phase and the moments of the batch.

    Of an empty batch the moments may be anything, but all gradients are zero.
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


def _normalize(inp, mean, variance, scale, shift, eps):
    """Returns the output of the evaluation phase."""
    if not _can_fuse(inp.dtype, eps):
        return tf.nn.batch_normalization(inp, mean, variance, shift, scale, eps)
    return _fused(inp, scale, shift, eps, mean, variance)[0]
