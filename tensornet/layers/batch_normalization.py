"""Batch normalization with zero-debiased moving statistics."""

from __future__ import annotations

from typing import Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import Scope, TensorLike
from tensornet.contraction.image_format import channels_last, in_format
from tensornet.contraction.normalization import fuses_half, normalize, normalize_by_batch
from tensornet.layers.checked_call import checked_call
from tensornet.layers.image_arguments import ImageArguments
from tensornet.layers.layer_records import record_batch_normalization
from tensornet.layers.moving_averages import MovingAverages
from tensornet.layers.run_time_checks import as_scalar
from tensornet.layers.variables import Functions, LayerVariables
from tensornet.tt.arguments import product


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
    channels = check.images('inp', inp, data_format, ndims=(2, 4))[-1]
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
        takes_half = any(fuses_half(dtype, eps, channels, is_training)
                         for is_training in (True, False))
        taken = inp if takes_half else tf.cast(inp, wide)

        def train():
            with tf.name_scope('normalize'):
                count = _count(taken)
                is_empty = count == 0 if isinstance(count, int) else tf.equal(count, 0)
                out, mean, variance = normalize_by_batch(taken, count, scale, shift, eps)
            with tf.name_scope('update'):
                updates = statistics.update(mean, variance, is_empty, ema_decay,
                                            freezable=tf.is_tensor(train_phase))
            with tf.control_dependencies(updates):
                return tf.identity(out)

        def evaluate():
            with tf.name_scope('normalize'):
                return normalize(taken, statistics.mean, statistics.variance, scale, shift, eps)

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
