"""Half-precision layers whose variables are stored in single precision."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction.kernel_faults import HALF


def master_weights(getter: Callable[..., Any], *args: Any, **kwargs: Any) -> tf.Tensor:
    """Stores a variable of half precision in float32 and hands it out in half precision.

    A custom getter of `tf.compat.v1.variable_scope`:

        with tf.variable_scope('network', custom_getter=tensornet.layers.master_weights):
            hidden = tensornet.layers.tt(tf.cast(images, tf.bfloat16), ...)

    The layers then compute in half precision, while optimizers update and checkpoints hold float32:
    small updates are not lost, and the checkpoint is that of a float32 network. Variables of other
    types, moving statistics among them, are as without it. In float16 small gradients vanish unless
    the loss is scaled.

    Args:
        getter: the getter that creates the variable.
        args, kwargs: what `tf.compat.v1.get_variable` passes to it.

    Returns:
        The variable, or its value cast to the type that was asked for.
    """
    initializer: Any = kwargs.get('initializer')
    is_value = tf.is_tensor(initializer) or isinstance(initializer, np.ndarray)
    # An initial value decides the type.
    dtype = tf.as_dtype(initializer.dtype if is_value else kwargs.get('dtype') or tf.float32)
    dtype = dtype.base_dtype
    if dtype not in HALF:
        return getter(*args, **kwargs)
    kwargs['dtype'] = tf.float32
    if is_value:
        kwargs['initializer'] = tf.cast(initializer, tf.float32)
    return tf.cast(getter(*args, **kwargs), dtype)
