"""Weights of a TT layer in the type of a checkpoint's variables."""

from __future__ import annotations

import collections
import math
from typing import Any, Callable, Dict

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.convert.dense_weights import real_array
from tensornet.convert.layer_weights import LayerWeights
from tensornet.number_types import rounded

# Distance from one to the next larger value. NumPy itself does not know bfloat16.
_SPACING = {'float16': 2.**-10, 'bfloat16': 2.**-7, 'float32': 2.**-23, 'float64': 2.**-52}
_ATTEMPTS = 3
_KEPT_TYPES = ('float16', 'bfloat16', 'float32', 'float64')


def stored_type(dtype: tf.DType) -> type:
    """Returns the NumPy type of cores whose weights had a `tf.DType`."""
    return dtype.as_numpy_dtype if dtype.name in _KEPT_TYPES else np.float32


def convert_and_store(convert: Callable[..., LayerWeights],
                      measure: Callable[[LayerWeights], float], dtype: type,
                      target: Dict[str, Any]) -> LayerWeights:
    """Converts weights and rounds the result to the type that it is stored in.

    Args:
        convert: function of the keyword arguments `target` that returns `LayerWeights`.
        measure: function that returns the relative error of `LayerWeights`.
        dtype: NumPy type of the stored variables: float16, bfloat16, float32 or float64.
        target: dict of what to reach, see `tt_from_dense`.

    Returns:
        `LayerWeights` with variables of that type; `relative_error` is that of these variables.
        Unless other limits bind, it is at most `eps`, or 4 units in the last place of the type if
        that is more.
    """
    stored = in_type(convert(**target), measure, dtype)
    eps = target.get('eps')
    if eps is None:
        return stored
    most = max(eps, 4 * _SPACING[np.dtype(dtype).name])
    cut = eps
    for _ in range(_ATTEMPTS):
        if stored.relative_error <= most:
            break
        # The errors of rounding and cutting are about orthogonal: cut less by what is too much.
        cut = math.sqrt(max(0., cut**2 - 1.01 * (stored.relative_error**2 - most**2)))
        closer = in_type(convert(**dict(target, eps=cut)), measure, dtype)
        if closer.relative_error >= stored.relative_error:
            break
        stored = closer
    return stored


def in_type(weights: LayerWeights, measure: Callable[[LayerWeights], Any],
            dtype: type) -> LayerWeights:
    """Returns `LayerWeights` with variables of another type, and their error measured.

    Raises:
        ValueError: the type does not hold them.
    """
    variables = collections.OrderedDict(
        (name, rounded(value, dtype)) for name, value in weights.variables.items())
    lost = [name for name, value in variables.items() if value is None]
    if lost:
        raise ValueError(f'the elements of {lost[0]} are too large for {np.dtype(dtype).name}; '
                         'save the weights as float32 first')
    weights = weights._replace(variables=variables)
    return weights._replace(relative_error=measure(weights))


def widened(weights: LayerWeights) -> LayerWeights:
    """Returns `LayerWeights` in a type that NumPy computes with: halves as float32."""
    return weights._replace(variables=collections.OrderedDict(
        (name, real_array('convert', name, value)) for name, value in weights.variables.items()))
