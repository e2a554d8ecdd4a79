"""Weights of `tensornet.layers.tt_conv` and `tt_conv_full` from a dense kernel, and back."""

from __future__ import annotations

import collections
from typing import Any, Optional, Sequence

import numpy as np

from tensornet.annotations import ArrayLike, Arrays, Cores, Modes, Ranks
from tensornet.checkpoints.modes_of_shapes import modes_of_shapes
from tensornet.constant_one import is_constant_one
from tensornet.convert.core_magnitudes import move_scalars, spread_norm
from tensornet.convert.dense_weights import (
    check_cropped_shape,
    check_finite,
    check_weights,
    crop,
    pad_to_modes,
    padded_sizes,
    real_array,
)
from tensornet.convert.layer_format import LayerFormat
from tensornet.convert.layer_variables import core_values, layer_variables, to_cores, to_variable
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.target import Target, decompose_to
from tensornet.tt.arguments import check_mode_pairs, product
from tensornet.tt.axes import permuted
from tensornet.tt.cores import check_cores
from tensornet.tt.full_tensor import full_matrix
from tensornet.wording import errors_of_caller

_MODES, _SIZES = ('inp_ch_modes', 'out_ch_modes'), ('inp_ch', 'out_ch')


def tt_conv_from_dense(weights: ArrayLike, inp_ch_modes: Modes, out_ch_modes: Modes,
                       ranks: Optional[Ranks] = None, *, eps: Optional[float] = None,
                       max_rank: Optional[int] = None, compression: Optional[float] = None,
                       parameters: Optional[int] = None, pad: bool = False) -> LayerWeights:
    """Turns a dense kernel into the filters and cores of `tt_conv`, `tt_conv_full`.

    The kernel is decomposed with the window as its first mode. The core of this mode becomes the
    filters `[window_height, window_width, 1, r_0]` (arXiv 1611.03214, section 5). So `r_0` is of
    use up to the number of pixels of the window.

    Args:
        weights: array `[window_height, window_width, in, out]`, the `filters` of `conv`.
        inp_ch_modes: d positive integers, which multiply to `in`.
        out_ch_modes: d positive integers, which multiply to `out`.
        ranks: d+1 TT-ranks `r_0..r_d`, the last 1; or one rank for all bonds, capped at the
            largest useful rank of each bond. Larger ones in a list are kept, with a warning: zeros
            fill the cores up.
        eps, max_rank, compression, parameters: other targets, as for `tt_from_dense`.
        pad: whether the modes may multiply to more channels than `in` and `out`. The kernel is then
            padded with zeros. The result's `arguments` contain `inp_ch` and `out_ch`, with which
            the layer still has `in` and `out` channels.

    Returns:
        `LayerWeights`. With a 1x1 window and `r_0 = 1` the filters are a single 1, which the layer
        does not train.

    Raises:
        ValueError, TypeError: an argument is wrong, the weights hold NaN or infinity, or the
            target cannot be met.
    """
    function = 'tt_conv_from_dense'
    weights = check_weights(function, 'weights', weights, ndim=4)
    inp_modes, out_modes = check_mode_pairs(function, inp_ch_modes, out_ch_modes, _MODES)
    dense_shape, dense_size = list(weights.shape), weights.size
    weights = pad_to_modes(function, weights, list(zip(_MODES, (inp_modes, out_modes))), pad)
    window = list(weights.shape[:2])
    modes = [window[0] * window[1]] + [i * o for i, o in zip(inp_modes, out_modes)]
    decomposition = decompose_to(function, _regrouped(weights, inp_modes, out_modes), modes,
                                 dense_size, Target(ranks, eps, max_rank, compression, parameters),
                                 TT_CONV.first_bond)
    filters, *cores = decomposition.cores
    cores = [filters.reshape([1] + window + [-1])] + [
        core.reshape(len(core), i, o, -1) for core, i, o in zip(cores, inp_modes, out_modes)]
    return spread_norm(_layer(function, cores, dense_shape))._replace(
        bond_errors=decomposition.bond_errors, relative_error=decomposition.relative_error)


def tt_conv_from_cores(cores: Cores, shape: Optional[Sequence[int]] = None) -> LayerWeights:
    """Makes weights of `tt_conv`, `tt_conv_full` from the cores of a tensor train.

    Args:
        cores: list of d+1 arrays, `[1, window_height, window_width, r_0]` and d cores
            `[r_{k-1}, c_k, o_k, r_k]`, such as `LayerWeights.train`.
        shape: `[window_height, window_width, in, out]` without padding; None where the layer is
            not padded.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: the cores do not make such a tensor train, or one smaller than
            `shape`.
    """
    function = 'tt_conv_from_cores'
    cores = check_cores(function, cores)
    if cores[0].ndim != 4 or len(cores) < 2:
        raise ValueError(
            f'{function}: `cores` must be [1, window_height, window_width, r_0] and at least one '
            f'[r_{{k-1}}, c_k, o_k, r_k], but their shapes are '
            f'{[list(core.shape) for core in cores]}; split the modes of each core')
    full_shape = list(cores[0].shape[1:3]) + [
        product(core.shape[axis] for core in cores[1:]) for axis in (1, 2)]
    return _layer(function, cores, check_cropped_shape(function, shape, full_shape))


def tt_conv_from_variables(variables: Arrays, inp_ch_modes: Modes, out_ch_modes: Modes,
                           shape: Optional[Sequence[int]] = None) -> LayerWeights:
    """Makes weights of `tt_conv`, `tt_conv_full` from the values of its variables.

    Args:
        variables: dict of the values below the layer's scope, as `read` returns it; or the list of
            its filters `[window_height, window_width, 1, r_0]` and cores
            `[o_k * r_k, r_{k-1} * c_k]`.
        inp_ch_modes: the layer's d input modes `c_k`.
        out_ch_modes: the layer's d output modes `o_k`.
        shape: `[window_height, window_width, in, out]` without padding; None where the layer is
            not padded.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: a variable is missing, or they do not fit the modes.
    """
    function = 'tt_conv_from_variables'
    inp_modes, out_modes = check_mode_pairs(function, inp_ch_modes, out_ch_modes, _MODES)
    values = layer_variables(function, variables, 'filters', 'core')
    if not values:
        raise ValueError(f'{function}: `variables` must hold filters and cores, but it is empty; '
                         'pass those of the layer in order')
    filters, *cores = values
    _check_filters(function, filters)
    cores = to_cores(function, cores, inp_modes, out_modes, 'variables', filters)
    window = list(filters.shape[:2])
    shape = check_cropped_shape(function, shape,
                                window + [product(inp_modes), product(out_modes)])
    return _layer(function, [filters.reshape([1] + window + [-1])] + cores, shape)


def tt_conv_to_dense(filters: ArrayLike, cores: Any, inp_ch_modes: Modes, out_ch_modes: Modes,
                     shape: Optional[Sequence[int]] = None) -> np.ndarray:
    """Multiplies the filters and cores of `tt_conv`, `tt_conv_full` out to a dense kernel.

    Args:
        filters: array `[window_height, window_width, 1, r_0]`.
        cores: list of d arrays `[o_k * r_k, r_{k-1} * c_k]`, the values of `core_1..d`;
            or the dict of a layer's variables that `read` returns.
        inp_ch_modes: the layer's d input modes `c_k`.
        out_ch_modes: the layer's d output modes `o_k`.
        shape: `[window_height, window_width, in, out]` of a layer whose modes multiply to more
            channels. None keeps all channels. The layer does not use those beyond its sizes, and
            they need not be zero.

    Returns:
        Array `[window_height, window_width, in, out]`, the `filters` of the layer `conv`.

    Raises:
        ValueError, TypeError: filters and cores do not fit each other or the modes.
    """
    function = 'tt_conv_to_dense'
    inp_modes, out_modes = check_mode_pairs(function, inp_ch_modes, out_ch_modes, _MODES)
    filters = real_array(function, 'filters', filters)
    _check_filters(function, filters)
    check_finite(function, 'filters', filters)
    cores = to_cores(function, core_values(function, cores, 'core'), inp_modes, out_modes,
                     filters=filters)
    height, width = filters.shape[:2]
    window_core = filters.reshape(1, height * width, 1, -1)
    with errors_of_caller({}, f'{function}: '):
        kernel = full_matrix([window_core] + cores)
    return crop(function, kernel.reshape(height, width, -1, product(out_modes)), shape)


class _TTConvFormat(LayerFormat):
    """The layers `tt_conv`, `tt_conv_full` and `tt_conv1d_full`."""

    name = found_as = 'tt_conv'
    ndim = 4
    mode_arguments = _MODES
    size_arguments = _SIZES
    first_bond = 1

    def from_dense(self, dense, inp_modes, out_modes, target, pad=False):
        return tt_conv_from_dense(dense, inp_modes, out_modes, pad=pad, **target._asdict())

    def from_cores(self, cores, shape=None):
        return tt_conv_from_cores(cores, shape)

    def from_variables(self, variables, inp_modes=None, out_modes=None, sizes=None):
        window = list(variables['filters'].shape[:2])
        return tt_conv_from_variables(variables, inp_modes, out_modes, window + sizes)

    def to_dense(self, weights):
        return tt_conv_to_dense(weights.filters, weights.cores, *weights.modes,
                                shape=weights.dense_shape)

    def tensor_train(self, weights):
        filters = weights.filters
        cores = to_cores('LayerWeights', weights.cores, *weights.modes, filters=filters)
        height, width, _, rank = filters.shape
        return [filters.reshape(1, height, width, rank)] + cores

    def possible_modes(self, shapes, inp_size, out_size):
        (*_, first_rank), *cores = shapes.values()
        return modes_of_shapes(cores, first_rank, inp_size, out_size)

    def matrix_cores(self, cores):
        filters, *cores = cores
        return [filters.reshape(1, -1, 1, len(cores[0]))] + cores


TT_CONV = _TTConvFormat()


def _regrouped(kernel, inp_modes, out_modes):
    """Kernel as a tensor [window, c_1, o_1, ..., c_d, o_d] without the axes of size 1, a view."""
    d, window = len(inp_modes), product(kernel.shape[:2])
    return permuted(kernel, [window] + inp_modes + out_modes,
                    [0] + [axis for k in range(d) for axis in (1 + k, 1 + d + k)])


def _check_filters(function, filters):
    if filters.ndim != 4 or filters.shape[2] != 1:
        raise ValueError(
            f'{function}: `filters` must be [window_height, window_width, 1, r_0], but its shape '
            f'is {list(filters.shape)}; pass the filters and cores of one layer')


def _layer(function, cores, dense_shape):
    """Filters `[1, height, width, r_0]` and the cores as `LayerWeights` without an error."""
    is_one = is_constant_one('tt_conv', 'filters', cores[0].size)
    filters, *cores = move_scalars(function, cores, [is_one] + [False] * (len(cores) - 1))
    window, ranks = list(filters.shape[1:3]), [len(core) for core in cores] + [1]
    inp_modes, out_modes = [[core.shape[axis] for core in cores] for axis in (1, 2)]
    variables = collections.OrderedDict(filters=filters.reshape(window + [1, ranks[0]]))
    for k, core in enumerate(cores, start=1):
        variables[f'core_{k}'] = to_variable(core)
    arguments = dict(
        {'window': window, 'inp_ch_modes': inp_modes, 'out_ch_modes': out_modes, 'ranks': ranks},
        **padded_sizes(dense_shape, list(zip(_SIZES, (inp_modes, out_modes)))))
    return LayerWeights(TT_CONV.name, arguments, variables, ranks, np.zeros(0), 0., dense_shape)
