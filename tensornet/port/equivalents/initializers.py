"""The initializers of contrib.

`uniform=False` draws from a normal truncated at two standard deviations whose own deviation is
`sqrt(1.3 factor / n)`; the initializers of compat.v1 have `sqrt(factor / n) / 0.87962566` there,
which is 0.3 % less.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Optional

import tensorflow.compat.v1 as tf

from tensornet.annotations import DTypeLike


def xavier_initializer(uniform: bool = True, seed: Optional[int] = None,
                       dtype: DTypeLike = tf.float32) -> Callable[..., Any]:
    """Makes the initializer of Glorot and Bengio (2010): a variance of `2 / (fan_in + fan_out)`.

    Args:
        uniform: draw from a uniform distribution; else from a truncated normal.
        seed: integer seed of the draws; None takes the graph's.
        dtype: floating-point type where the call of the initializer names none.

    Returns:
        Function `(shape, dtype, partition_info)` that returns a tensor `shape`.

    Raises:
        TypeError: `dtype` is not a floating-point type.
    """
    return _initializer('xavier_initializer', 1.0, 'FAN_AVG', uniform, seed, dtype)


xavier_initializer_conv2d = xavier_initializer


def variance_scaling_initializer(factor: float = 2.0, mode: str = 'FAN_IN', uniform: bool = False,
                                 seed: Optional[int] = None,
                                 dtype: DTypeLike = tf.float32) -> Callable[..., Any]:
    """Makes an initializer with a variance of `factor / n`.

    Args:
        factor: float.
        mode: 'FAN_IN', 'FAN_OUT' or 'FAN_AVG': what `n` is.
        uniform: draw from a uniform distribution; else from a truncated normal.
        seed: integer seed of the draws; None takes the graph's.
        dtype: floating-point type where the call of the initializer names none.

    Returns:
        Function `(shape, dtype, partition_info)` that returns a tensor `shape`. The fans are its
        last two sizes, each multiplied by all earlier ones.

    Raises:
        TypeError: `mode` is another one, or `dtype` is not a floating-point type.
    """
    if mode not in ('FAN_IN', 'FAN_OUT', 'FAN_AVG'):
        raise TypeError("variance_scaling_initializer: `mode` must be 'FAN_IN', 'FAN_OUT' or "
                        f"'FAN_AVG', but it is {mode!r}; pass one of them")
    return _initializer('variance_scaling_initializer', factor, mode, uniform, seed, dtype)


def _initializer(function, factor, mode, uniform, seed, dtype):
    _check_floating(function, dtype)

    def initializer(shape, dtype=dtype, partition_info=None):
        _check_floating(function, dtype)
        fan_in, fan_out = _fans([int(size) for size in shape])
        size = {'FAN_IN': fan_in, 'FAN_OUT': fan_out, 'FAN_AVG': (fan_in + fan_out) / 2.0}[mode]
        if uniform:
            limit = math.sqrt(3.0 * factor / size)
            return tf.random_uniform(shape, -limit, limit, dtype, seed=seed)
        return tf.truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / size), dtype, seed=seed)

    return initializer


def _fans(shape):
    if not shape:
        return 1.0, 1.0
    receptive_field = 1.0
    for size in shape[:-2]:
        receptive_field *= size
    return receptive_field * shape[-2:][0], receptive_field * shape[-1]


def _check_floating(function, dtype):
    if not tf.as_dtype(dtype).is_floating:
        raise TypeError(f'{function}: `dtype` must be a floating-point type, but it is {dtype!r}; '
                        'pass for example `tf.float32`')
