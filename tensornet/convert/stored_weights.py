"""Weights of a TT layer in the type of a checkpoint's variables, and their error there."""
import collections
import math

import numpy as np

from tensornet.convert.dense_weights import real_array
from tensornet.convert.embedding_format import tt_embedding_to_dense
from tensornet.convert.tt_conv_direct_format import tt_conv_direct_to_dense
from tensornet.convert.tt_conv_format import tt_conv_to_dense
from tensornet.convert.tt_format import tt_to_dense
from tensornet.number_types import rounded
from tensornet.tt.arguments import product

# Distance from one to the next number. NumPy itself does not know bfloat16.
_SPACING = {'float16': 2.**-10, 'bfloat16': 2.**-7, 'float32': 2.**-23, 'float64': 2.**-52}
_ATTEMPTS = 3


def convert_and_store(convert, measure, dtype, target):
    """Converts weights and rounds the result to the type that it is stored in.

    Args:
        convert: function of the keyword arguments `target` that returns `LayerWeights`.
        measure: function that returns the relative error of `LayerWeights`.
        dtype: NumPy type of the stored variables: float16, bfloat16, float32 or float64.
        target: dict of what to reach, see `tt_from_dense`.

    Returns:
        `LayerWeights` with variables of that type; `relative_error` is that of these variables.
        With `eps` it is at most that, or 4 units in the last place of the type, unless other
        limits bind.
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
        # Rounding and cutting are about orthogonal: leave as much less to cut as there is too much.
        cut = math.sqrt(max(0., cut**2 - 1.01 * (stored.relative_error**2 - most**2)))
        closer = in_type(convert(**dict(target, eps=cut)), measure, dtype)
        if closer.relative_error >= stored.relative_error:
            break
        stored = closer
    return stored


def in_type(weights, measure, dtype):
    """Returns `LayerWeights` with variables of another type, and their error measured.

    Raises:
        ValueError: the type does not hold them.
    """
    variables = collections.OrderedDict(
        (name, rounded(value, dtype)) for name, value in weights.variables.items())
    lost = [name for name, value in variables.items() if value is None]
    if lost:
        raise ValueError(f'the numbers of {lost[0]} are too large for {np.dtype(dtype).name}; save '
                         'the weights as float32 first')
    weights = weights._replace(variables=variables)
    return weights._replace(relative_error=measure(weights))


def widened(weights):
    """Returns `LayerWeights` in a type that NumPy computes with: halves as float32."""
    return weights._replace(variables=collections.OrderedDict(
        (name, real_array('convert', name, value)) for name, value in weights.variables.items()))


def measured_error(weights, dense):
    """Relative Frobenius error of a layer's variables, from the weights that they multiply to.

    Everything is computed in float64, a part of the weights at a time where they are large.

    Args:
        weights: `LayerWeights`.
        dense: the weights that they were made from, a float array.

    Returns:
        Float; 0 where both are zero.
    """
    scale = float(np.abs(dense).max()) or 1.
    difference = norm = 0.
    for where, part in _parts(weights):
        exact = dense[where].astype(np.float64) / scale
        part = part / scale
        difference += float(np.sum((part - exact)**2))
        norm += float(np.sum(exact**2))
    return math.sqrt(difference / norm) if norm else math.sqrt(difference)


def _parts(weights):
    """Yields indices of parts of the dense weights, and in float64 what belongs there."""
    shape = list(weights.dense_shape)
    cores = [core.astype(np.float64) for core in weights.cores]
    if weights.layer == 'tt_conv_direct':
        yield (Ellipsis,), tt_conv_direct_to_dense(cores)
        return
    inp_modes, out_modes = weights.modes
    if weights.layer == 'tt_conv':
        filters = weights.filters.astype(np.float64)
        yield (Ellipsis,), tt_conv_to_dense(filters, cores, inp_modes, out_modes, shape)
        return
    # Each value of the first output mode, or of the first mode of a table's rows, is a layer of its
    # own. Either is the first axis of the first core.
    is_table = weights.layer == 'tt_embedding'
    modes, length = (inp_modes, shape[0]) if is_table else (out_modes, shape[1])
    size = product(modes[1:])
    for k, core in enumerate(np.split(cores[0], modes[0])):
        start, end = k * size, min((k + 1) * size, length)
        if start >= length:
            return
        rest = [core] + cores[1:], [1] + modes[1:]
        if is_table:
            yield (slice(start, end),), tt_embedding_to_dense(
                *rest, out_modes, [end - start, shape[1]])
        else:
            yield (Ellipsis, slice(start, end)), tt_to_dense(
                rest[0], inp_modes, rest[1], [shape[0], end - start])
