"""How far a TT layer is from the weights, or from the layer, that it was made from."""

from __future__ import annotations

import collections
import math

import numpy as np

from tensornet.annotations import Cores
from tensornet.convert.layer_format import format_of
from tensornet.convert.layer_formats import to_dense
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.live_part import live_part
from tensornet.convert.stored_weights import widened
from tensornet.tt.tensor_train import norm


def measured_error(weights: LayerWeights, dense: np.ndarray) -> float:
    """Relative Frobenius error of a layer's variables, from the weights that they multiply to.

    Everything is computed in float64, a part of the weights at a time where they are large.

    Args:
        weights: `LayerWeights`.
        dense: the weights that they were made from, a float array.

    Returns:
        Float; 0 where both are zero.
    """
    scale = float(np.abs(dense).max()) or 1.
    difference = size = 0.
    for where, part in format_of(weights.layer).dense_parts(_in_float64(weights)):
        exact = dense[where].astype(np.float64) / scale
        part = part / scale
        difference += float(np.sum((part - exact)**2))
        size += float(np.sum(exact**2))
    return math.sqrt(difference / size) if size else math.sqrt(difference)


def layer_error(weights: LayerWeights, exact: LayerWeights) -> float:
    """Relative Frobenius error of a layer that was made from another one.

    Rows and columns behind the sizes of a padded layer do not count. The dense weights are made
    only where the modes differ.

    Args:
        weights: `LayerWeights`, whose variables may be of half precision.
        exact: `LayerWeights` of the same sizes.

    Returns:
        Float; 0 where both are zero.
    """
    if weights.modes == exact.modes:
        return _cores_error(live_part(widened(weights).train, exact), live_part(exact.train, exact))
    return measured_error(weights, to_dense(_in_float64(exact)))


def _in_float64(weights: LayerWeights) -> LayerWeights:
    return weights._replace(variables=collections.OrderedDict(
        (name, value.astype(np.float64)) for name, value in weights.variables.items()))


def _cores_error(cores: Cores, exact: Cores) -> float:
    """Relative Frobenius error of a tensor train, without the tensor that it stands for.

    Args:
        cores, exact: lists of d arrays `[r_{k-1}, ..., r_k]` with the same modes.

    Returns:
        Float; 0 where both are zero.
    """
    size = norm([core.astype(np.float64) for core in exact])
    difference = norm(_difference(cores, exact))
    return difference / size if size else difference


def _difference(cores, exact):
    """Cores of the difference, whose ranks are the sums of those of both."""
    last = len(cores) - 1
    joined = []
    for k, (core, other) in enumerate(zip(cores, exact)):
        core, other = core.astype(np.float64), other.astype(np.float64)
        if last == 0:
            return [core - other]
        if k == 0:
            joined.append(np.concatenate([core, -other], axis=-1))
        elif k == last:
            joined.append(np.concatenate([core, other], axis=0))
        else:
            shape = (len(core) + len(other),) + core.shape[1:-1] + (
                core.shape[-1] + other.shape[-1],)
            block = np.zeros(shape)
            block[:len(core), ..., :core.shape[-1]] = core
            block[len(core):, ..., core.shape[-1]:] = other
            joined.append(block)
    return joined
