"""Weights of `tensornet.layers.tt_conv_direct` from a dense kernel, and back."""

from __future__ import annotations

import collections
from typing import Any, Optional

import numpy as np

from tensornet.annotations import ArrayLike, Arrays, Cores, Ranks
from tensornet.constant_one import is_constant_one
from tensornet.convert.core_magnitudes import move_scalars, spread_norm
from tensornet.convert.dense_weights import check_weights
from tensornet.convert.layer_format import LayerFormat
from tensornet.convert.layer_variables import core_values, layer_variables
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.target import Target, decompose_to
from tensornet.tt.cores import check_cores
from tensornet.tt.full_tensor import full
from tensornet.wording import errors_of_caller


def tt_conv_direct_from_dense(weights: ArrayLike, ranks: Optional[Ranks] = None, *,
                              eps: Optional[float] = None, max_rank: Optional[int] = None,
                              compression: Optional[float] = None,
                              parameters: Optional[int] = None) -> LayerWeights:
    """Turns a dense kernel into the cores of the layer `tt_conv_direct`.

    The modes are the sizes of the kernel: window height, window width, input channels and output
    channels. So there is nothing to pad.

    Args:
        weights: array `[window_height, window_width, in, out]`, the `filters` of `conv`.
        ranks: 5 TT-ranks, the first and the last 1; or one rank for all bonds, capped at the
            largest useful rank of each bond. Larger ones in a list are kept, with a warning: zeros
            fill the cores up.
        eps, max_rank, compression, parameters: other targets, as for `tt_from_dense`.

    Returns:
        `LayerWeights`. Cores of a single element are ones, which the layer does not train.

    Raises:
        ValueError, TypeError: an argument is wrong, the weights hold NaN or infinity, or the
            target cannot be met.
    """
    function = 'tt_conv_direct_from_dense'
    weights = check_weights(function, 'weights', weights, ndim=4)
    modes = list(weights.shape)
    decomposition = decompose_to(function, weights, modes, weights.size,
                                 Target(ranks, eps, max_rank, compression, parameters))
    return spread_norm(_layer(function, decomposition.cores))._replace(
        bond_errors=decomposition.bond_errors, relative_error=decomposition.relative_error)


def tt_conv_direct_from_cores(cores: Cores) -> LayerWeights:
    """Makes weights of the layer `tt_conv_direct` from the cores of a tensor train.

    Args:
        cores: list of 4 arrays `[r_{k-1}, m_k, r_k]` with the modes window height, window width,
            input and output channels, such as `LayerWeights.train`.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: the cores do not make such a tensor train.
    """
    function = 'tt_conv_direct_from_cores'
    cores = check_cores(function, cores)
    if len(cores) != 4 or cores[0].ndim != 3:
        raise ValueError(
            f'{function}: `cores` must be 4 arrays [r_{{k-1}}, m_k, r_k], but their shapes are '
            f'{[list(core.shape) for core in cores]}; pass those of window height, window width, '
            'input and output channels')
    return _layer(function, cores)


def tt_conv_direct_from_variables(variables: Arrays) -> LayerWeights:
    """Makes weights of the layer `tt_conv_direct` from the values of its variables.

    Args:
        variables: dict of the values below the layer's scope, as `read` returns it; or the list of
            its 4 cores `[r_{k-1}, m_k * r_k]`.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: a core is missing, or they do not fit each other.
    """
    function = 'tt_conv_direct_from_variables'
    cores = layer_variables(function, variables, None, 'core')
    return _layer(function, _split(function, 'variables', cores))


def tt_conv_direct_to_dense(cores: Any) -> np.ndarray:
    """Multiplies the cores of the layer `tt_conv_direct` out to a dense kernel.

    Args:
        cores: list of 4 arrays `[r_{k-1}, m_k * r_k]`, the values of `core_1..4`; or the
            dict of a layer's variables that `read` returns.

    Returns:
        Array `[window_height, window_width, in, out]`, the `filters` of the layer `conv`.

    Raises:
        ValueError, TypeError: the cores do not fit each other.
    """
    function = 'tt_conv_direct_to_dense'
    cores = core_values(function, cores, 'core')
    cores = _split(function, 'cores', cores)
    with errors_of_caller({}, f'{function}: '):
        return full(cores)


class _TTConvDirectFormat(LayerFormat):
    """The layer `tt_conv_direct`, whose modes are the sizes of its kernel."""

    name = found_as = 'tt_conv_direct'
    ndim = 4

    def from_dense(self, dense, inp_modes, out_modes, target, pad=False):
        return tt_conv_direct_from_dense(dense, **target._asdict())

    def from_cores(self, cores, shape=None):
        return tt_conv_direct_from_cores(cores)

    def from_variables(self, variables, inp_modes=None, out_modes=None, sizes=None):
        return tt_conv_direct_from_variables(variables)

    def to_dense(self, weights):
        return tt_conv_direct_to_dense(weights.cores)

    def tensor_train(self, weights):
        return [core.reshape(len(core), -1, right)
                for core, right in zip(weights.cores, weights.ranks[1:])]

    def modes(self, weights):
        return [weights.dense_shape[2]], [weights.dense_shape[3]]

    def matrix_cores(self, cores):
        *others, last = cores
        return [core[:, :, np.newaxis] for core in others] + [last[:, np.newaxis]]


TT_CONV_DIRECT = _TTConvDirectFormat()


def _layer(function, cores):
    """Cores `[r_{k-1}, m_k, r_k]` as `LayerWeights` without an error."""
    cores = move_scalars(function, cores, [
        is_constant_one('tt_conv_direct', f'core_{k}', core.size)
        for k, core in enumerate(cores, start=1)])
    modes = [core.shape[1] for core in cores]
    ranks = [len(core) for core in cores] + [1]
    variables = collections.OrderedDict((f'core_{k}', core.reshape(len(core), -1))
                                        for k, core in enumerate(cores, start=1))
    arguments = {'window': modes[:2], 'out_ch': modes[3], 'ranks': ranks}
    return LayerWeights(TT_CONV_DIRECT.name, arguments, variables, ranks, np.zeros(0), 0., modes)


def _split(function, argument, cores):
    """Variables `core_1..4` as cores `[r_{k-1}, m_k, r_k]`."""
    if len(cores) != 4 or any(core.ndim != 2 for core in cores):
        raise ValueError(
            f'{function}: `{argument}` must be 4 matrices [r_{{k-1}}, m_k r_k], but their shapes '
            f'are {[list(core.shape) for core in cores]}; pass `core_1..4` of the layer in order')
    split = []
    for k, core in enumerate(cores):
        right = len(cores[k + 1]) if k < 3 else 1
        if core.shape[1] % right or (k == 0 and len(core) != 1):
            raise ValueError(
                f'{function}: `{argument}[{k}]` of shape {list(core.shape)} does not fit: the '
                f'first must have one row, and the columns of each be a multiple of the rows of '
                f'the next, here {right}; pass `core_1..4` of the layer in order')
        split.append(core.reshape(len(core), -1, right))
    return split
