"""Batch normalization with zero-debiased moving statistics."""

import math

import tensorflow.compat.v1 as tf

from tensornet.layers.arguments import Arguments
from tensornet.layers.get_var_wrap import get_var_wrap

# TensorFlow's fused kernel silently raises a smaller epsilon to this one.
SMALLEST_FUSED_EPS = 1.001e-5


def batch_normalization(inp,
                        train_phase,
                        ema_decay=0.99,
                        eps=1e-3,
                        use_scale=True,
                        use_shift=True,
                        trainable=True,
                        cpu_variables=False,
                        scope=None):
    """Adds batch normalization over all axes but the last.

    In the train phase the output is normalized by the moments of the batch, and computing it
    updates the moving statistics: no other op needs to be run. Otherwise the moving statistics
    normalize. They are zero-debiased exponential averages: after one step they are the moments
    of that batch, before any step they are zero. Where the variables are reused nothing is
    updated.

    Args:
        inp: float tensor `[batch, channels]` or `[batch, height, width, channels]`.
        train_phase: scalar bool tensor, or a Python bool, which builds that phase only.
        ema_decay: decay of the moving averages, at least 0 and less than 1.
        eps: what is added to the variance.
        use_scale: whether the normalized input is multiplied by `weights`.
        use_shift: whether `biases` are added.
        trainable: whether `weights` and `biases` are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name; None makes a unique one from `batch_normalization`.

    Returns:
        Tensor of the shape and type of `inp`, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    Variables: `weights` `[channels]`, `biases` `[channels]`; not trained: `moving_mean`
    `[channels]`, `moving_variance` `[channels]` and `local_step` `[]`, the number of updates.
    For inputs of half precision the last three are float32, since small updates would be lost.
    """
    check = Arguments(scope, 'batch_normalization')
    shape = check.tensor('inp', inp, ranks=(2, 4))
    channels = check.channels('inp', shape)
    train_phase = check.flag('train_phase', train_phase)
    use_scale = check.switch('use_scale', use_scale)
    use_shift = check.switch('use_shift', use_shift)
    ema_decay = check.fraction('ema_decay', ema_decay)
    eps = check.positive('eps', eps)
    trainable = check.switch('trainable', trainable)
    cpu_variables = check.switch('cpu_variables', cpu_variables)

    dtype = tf.as_dtype(inp.dtype).base_dtype
    wide = dtype if dtype == tf.float64 else tf.float32
    with tf.variable_scope(scope, 'batch_normalization', [inp]):
        inp = tf.convert_to_tensor(inp, name='inp')
        statistics, is_first_build = _statistics(channels, cpu_variables, wide)
        weights = biases = None
        if use_scale:
            weights = get_var_wrap('weights', [channels], tf.ones_initializer(), None, trainable,
                                   cpu_variables, dtype=dtype)
        if use_shift:
            biases = get_var_wrap('biases', [channels], tf.zeros_initializer(), None, trainable,
                                  cpu_variables, dtype=dtype)
        scale = tf.ones([channels], wide) if weights is None else tf.cast(weights, wide)
        shift = tf.zeros([channels], wide) if biases is None else tf.cast(biases, wide)
        inp_wide = tf.cast(inp, wide)

        def train():
            out, mean, variance = _normalize_by_batch(inp_wide, scale, shift, eps)
            if not is_first_build:
                return out
            with tf.control_dependencies(_update(statistics, mean, variance, ema_decay)):
                return tf.identity(out)

        def evaluate():
            moving_mean, moving_variance, _ = statistics
            return _normalize(inp_wide, moving_mean, moving_variance, scale, shift, eps)

        if isinstance(train_phase, bool):
            out = train() if train_phase else evaluate()
        else:
            out = tf.cond(train_phase, train, evaluate)
        out.set_shape(inp.shape)
        return tf.cast(out, dtype, name='out') if wide != dtype else tf.identity(out, name='out')


def _statistics(channels, cpu_variables, dtype):
    """Gets moving mean, moving variance and step count, and whether they were created now.

    They are resource variables whatever the scope says: a reference variable cannot be updated
    inside a branch of `tf.cond` when TensorFlow 2 builds it.
    """
    existing = tf.global_variables()
    statistics = [
        get_var_wrap(name, shape, tf.zeros_initializer(), None, False, cpu_variables,
                     dtype=dtype, use_resource=True)
        for name, shape in (('moving_mean', [channels]), ('moving_variance', [channels]),
                            ('local_step', []))]
    reused = tf.get_variable_scope().reuse is True or any(statistics[0] is v for v in existing)
    return statistics, not reused


def _update(statistics, mean, variance, decay):
    """Moves the statistics towards the moments of a batch.

    With `biased_t` the plain average that starts from zero, the debiased one is
    `biased_t / (1 - decay**t)`; eliminating `biased` leaves an average with a step that shrinks
    from 1 to `1 - decay`. `expm1` keeps its digits where `decay` is close to 1.
    """
    moving_mean, moving_variance, local_step = statistics
    step = local_step + 1
    rate = 1.0 if decay == 0 else (decay - 1) / tf.math.expm1(step * math.log(decay))
    return [moving_mean.assign_add(rate * (mean - moving_mean)),
            moving_variance.assign_add(rate * (variance - moving_variance)),
            local_step.assign(step)]


def _can_fuse(dtype, eps):
    return dtype == tf.float32 and eps >= SMALLEST_FUSED_EPS


def _fused(inp, scale, shift, eps, **moments):
    """Runs the fused kernel, which wants four dimensions."""
    channels = inp.shape.as_list()[-1]
    images = inp if inp.shape.ndims == 4 else tf.reshape(inp, [-1, 1, 1, channels])
    out, mean, variance = tf.nn.fused_batch_norm(images, scale, shift, epsilon=eps, **moments)
    return tf.reshape(out, tf.shape(inp)), mean, variance


def _normalize_by_batch(inp, scale, shift, eps):
    """Returns the output of the train phase and the moments of the batch."""
    if not _can_fuse(inp.dtype, eps):
        # Not `tf.nn.moments`: it stops the gradient at the mean, and with it the second derivative.
        axes = list(range(inp.shape.ndims - 1))
        mean = tf.reduce_mean(inp, axes)
        variance = tf.reduce_mean(tf.square(inp - mean), axes)
        return tf.nn.batch_normalization(inp, mean, variance, shift, scale, eps), mean, variance
    out, mean, unbiased_variance = _fused(inp, scale, shift, eps)
    count = tf.cast(tf.size(inp) // inp.shape.as_list()[-1], inp.dtype)
    return out, mean, unbiased_variance * tf.maximum(count - 1, 1) / count


def _normalize(inp, mean, variance, scale, shift, eps):
    """Returns the output of the evaluation phase."""
    if not _can_fuse(inp.dtype, eps):
        return tf.nn.batch_normalization(inp, mean, variance, shift, scale, eps)
    return _fused(inp, scale, shift, eps, mean=mean, variance=variance, is_training=False)[0]
