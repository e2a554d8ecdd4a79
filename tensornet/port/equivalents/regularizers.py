"""The regularizers of contrib.

The L2 penalty is `scale * tf.nn.l2_loss(weights)`, half the sum of squares. A scale of 0 makes a
function that returns None, which adds nothing to the collection of regularization losses.
"""

from __future__ import annotations

import numbers
from typing import Optional, Sequence

import tensorflow.compat.v1 as tf

from tensornet.annotations import Regularizer


def l1_regularizer(scale: float, scope: Optional[str] = None) -> Regularizer:
    """Makes the penalty `scale * sum(|weights|)`.

    Args:
        scale: non-negative float, or a scalar tensor.
        scope: name scope of the penalty; None: 'l1_regularizer'.

    Returns:
        Function of a tensor of any shape that returns a scalar tensor.

    Raises:
        ValueError: `scale` is negative or an integer.
    """
    return _scaled('l1_regularizer', scale, scope,
                   lambda weights: tf.reduce_sum(tf.abs(weights)))


def l2_regularizer(scale: float, scope: Optional[str] = None) -> Regularizer:
    """Makes the penalty `scale * sum(weights ** 2) / 2`.

    Args:
        scale: non-negative float, or a scalar tensor.
        scope: name scope of the penalty; None: 'l2_regularizer'.

    Returns:
        Function of a tensor of any shape that returns a scalar tensor.

    Raises:
        ValueError: `scale` is negative or an integer.
    """
    return _scaled('l2_regularizer', scale, scope, tf.nn.l2_loss)


def l1_l2_regularizer(scale_l1: float = 1.0, scale_l2: float = 1.0,
                      scope: Optional[str] = None) -> Regularizer:
    """Makes the sum of both penalties.

    Args:
        scale_l1: non-negative float, or a scalar tensor.
        scale_l2: non-negative float, or a scalar tensor.
        scope: name scope of the sum; None: 'l1_l2_regularizer'.

    Returns:
        Function of a tensor of any shape that returns a scalar tensor.

    Raises:
        ValueError: a scale is negative or an integer.
    """
    scope = scope or 'l1_l2_regularizer'
    _check_scale('l1_l2_regularizer', 'scale_l1', scale_l1)
    _check_scale('l1_l2_regularizer', 'scale_l2', scale_l2)
    if _is_zero(scale_l1):
        return l2_regularizer(scale_l2, scope)
    if _is_zero(scale_l2):
        return l1_regularizer(scale_l1, scope)
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope)


def sum_regularizer(regularizer_list: Sequence[Regularizer],
                    scope: Optional[str] = None) -> Regularizer:
    """Makes the sum of several penalties.

    Args:
        regularizer_list: list of functions; None in it counts as no penalty.
        scope: name scope of the sum; None: 'sum_regularizer'.

    Returns:
        Function of a tensor of any shape that returns a scalar tensor, or None if no penalty
        gives one. None if the list has no function.
    """
    regularizers = [function for function in regularizer_list if function is not None]
    if not regularizers:
        return None

    def regularizer(weights):
        with tf.name_scope(scope, 'sum_regularizer', [weights]) as name:
            penalties = [function(weights) for function in regularizers]
            penalties = [penalty for penalty in penalties if penalty is not None]
            return tf.add_n(penalties, name=name) if penalties else None

    return regularizer


def _scaled(function, scale, scope, penalty):
    _check_scale(function, 'scale', scale)
    if _is_zero(scale):
        return lambda weights: None

    def regularizer(weights):
        with tf.name_scope(scope, function, [weights]) as name:
            factor = tf.convert_to_tensor(scale, weights.dtype.base_dtype, name='scale')
            return tf.multiply(factor, penalty(weights), name=name)

    return regularizer


def _check_scale(function, name, scale):
    if isinstance(scale, numbers.Integral) or (isinstance(scale, numbers.Real) and scale < 0):
        raise ValueError(f'{function}: `{name}` must be a non-negative float, but it is {scale!r}; '
                         'pass for example 1e-4')


def _is_zero(scale):
    return isinstance(scale, numbers.Real) and scale == 0
