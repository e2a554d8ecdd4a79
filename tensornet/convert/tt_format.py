"""Weights of `tensornet.layers.tt` from a dense matrix, and back."""

from __future__ import annotations

import collections
from typing import Any, Optional, Sequence

import numpy as np

from tensornet.annotations import ArrayLike, Arrays, Cores, Modes, Ranks
from tensornet.convert.core_magnitudes import spread_norm
from tensornet.convert.dense_weights import (
    check_cropped_shape,
    check_weights,
    crop,
    pad_to_modes,
    padded_sizes,
)
from tensornet.convert.layer_variables import core_values, layer_variables, to_cores, to_variable
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.target import Target, decompose_to
from tensornet.tt.arguments import check_mode_pairs, product
from tensornet.tt.cores import check_cores
from tensornet.tt.full_tensor import full_matrix
from tensornet.tt.tt_svd import regroup

_MODES = ('inp_modes', 'out_modes')


def tt_from_dense(weights: ArrayLike, inp_modes: Modes, out_modes: Modes,
                  ranks: Optional[Ranks] = None, *, eps: Optional[float] = None,
                  max_rank: Optional[int] = None, compression: Optional[float] = None,
                  parameters: Optional[int] = None, pad: bool = False) -> LayerWeights:
    """Turns dense weights into the cores of the layer `tt`.

    One target is needed: `compression` or `parameters` alone, or any of `ranks`, `eps` and
    `max_rank`, as for `tensornet.tt.decompose`.

    Args:
        weights: array `[in, out]`, the `weights` of the layer `linear`.
        inp_modes: d positive integers, which multiply to `in`.
        out_modes: d positive integers, which multiply to `out`.
        ranks: d+1 TT-ranks, the first and the last 1; or one rank for all bonds, capped at the
            largest useful rank of each bond. Larger ones in a list are kept, with a warning: zeros
            fill the cores up.
        eps: largest relative Frobenius error of the weights, in [0, 1).
        max_rank: largest rank of any bond.
        compression: least ratio of the number of dense weights to the number of parameters. Of
            all ranks that are tried those with the least error are taken, see
            `tensornet.tt.select_ranks`.
        parameters: largest number of parameters of the cores. The ranks are chosen likewise.
        pad: whether the modes may multiply to more than `in` and `out`. The weights are then padded
            with zeros. The result's `arguments` contain `inp_size` and `out_size`, with which the
            layer still has `in` inputs and `out` outputs.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: an argument is wrong, the weights hold NaN or infinity, or the
            target cannot be met; the message says what can.
    """
    cores, decomposition, dense_shape = decomposed_matrix(
        'tt_from_dense', weights, inp_modes, out_modes,
        Target(ranks, eps, max_rank, compression, parameters), pad)
    return spread_norm(_layer(cores, dense_shape))._replace(
        bond_errors=decomposition.bond_errors, relative_error=decomposition.relative_error)


def decomposed_matrix(function, weights, row_modes, column_modes, target, pad, name='weights',
                      mode_names=_MODES):
    """Decomposes a dense matrix, for a public function.

    Args:
        function: name of the public function, for the messages.
        weights: its argument with the matrix.
        row_modes, column_modes: its arguments with the modes of the rows and of the columns.
        target: `Target`.
        pad: whether the modes may multiply to more than the sizes of the matrix.
        name, mode_names: what the function calls these arguments.

    Returns:
        cores: list of d arrays `[r_{k-1}, row_k, column_k, r_k]`.
        decomposition: `tensornet.tt.Decomposition`, for its errors.
        dense_shape: shape of the matrix.
    """
    weights = check_weights(function, name, weights, ndim=2)
    modes = row_modes, column_modes = check_mode_pairs(function, row_modes, column_modes,
                                                       mode_names)
    dense_shape, dense_size = list(weights.shape), weights.size
    weights = pad_to_modes(function, weights, list(zip(mode_names, modes)), pad)
    tensor = regroup(function, name, weights, row_modes, column_modes)
    decomposition = decompose_to(function, tensor, [i * o for i, o in zip(*modes)], dense_size,
                                 target)
    cores = [core.reshape(len(core), i, o, -1)
             for core, i, o in zip(decomposition.cores, row_modes, column_modes)]
    return cores, decomposition, dense_shape


def tt_from_cores(cores: Cores, shape: Optional[Sequence[int]] = None) -> LayerWeights:
    """Makes weights of the layer `tt` from the cores of a TT-matrix.

    Args:
        cores: list of d arrays `[r_{k-1}, i_k, o_k, r_k]`, as `tensornet.tt.decompose_matrix`
            returns them, or `LayerWeights.train`.
        shape: `[in, out]` without padding; None where the layer is not padded.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: the cores do not make a TT-matrix, or one smaller than `shape`.
    """
    return _layer(*checked_matrix('tt_from_cores', cores, shape))


def checked_matrix(function, cores, shape):
    """Checks the cores of a TT-matrix, for a public function.

    Returns:
        The cores, and its shape without padding.
    """
    cores = check_cores(function, cores)
    if cores[0].ndim != 4:
        raise ValueError(
            f'{function}: `cores` must be [r_{{k-1}}, i_k, o_k, r_k], but the first has shape '
            f'{list(cores[0].shape)}; split the modes of each core')
    full_shape = [product(core.shape[axis] for core in cores) for axis in (1, 2)]
    return cores, check_cropped_shape(function, shape, full_shape)


def tt_from_variables(variables: Arrays, inp_modes: Modes, out_modes: Modes,
                      shape: Optional[Sequence[int]] = None) -> LayerWeights:
    """Makes weights of the layer `tt` from the values of its variables.

        weights = convert.tt_from_variables(convert.read(session, 'fc'), [4, 8], [8, 4])
        weights.train                                    # cores, for `tensornet.tt`
        convert.tt_from_cores(weights.train).variables   # and back

    Args:
        variables: dict of the values below the layer's scope, as `read` returns it; or the list of
            its cores `[o_k * r_k, r_{k-1} * i_k]`.
        inp_modes: the layer's d input modes.
        out_modes: the layer's d output modes.
        shape: `[in, out]` without padding; None where the layer is not padded.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: there are no cores, or they do not fit the modes.
    """
    function = 'tt_from_variables'
    inp_modes, out_modes = check_mode_pairs(function, inp_modes, out_modes, _MODES)
    cores = layer_variables(function, variables, None, 'mat_core')
    cores = to_cores(function, cores, inp_modes, out_modes, 'variables')
    return _layer(cores, check_cropped_shape(function, shape,
                                             [product(inp_modes), product(out_modes)]))


def tt_to_dense(cores: Any, inp_modes: Modes, out_modes: Modes,
                shape: Optional[Sequence[int]] = None) -> np.ndarray:
    """Multiplies the cores of the layer `tt` out to dense weights.

    Args:
        cores: list of d arrays `[o_k * r_k, r_{k-1} * i_k]`, the values of `mat_core_1..d`;
            or the dict of a layer's variables that `read` returns.
        inp_modes: the layer's d input modes.
        out_modes: the layer's d output modes.
        shape: `[in, out]`, the layer's `inp_size` and `out_size`, where its modes multiply to more.
            None keeps all rows and columns. The layer does not use those beyond its sizes, and they
            need not be zero.

    Returns:
        Array `[in, out]`, the `weights` of the layer `linear`.

    Raises:
        ValueError, TypeError: the cores do not fit the modes.
    """
    function = 'tt_to_dense'
    inp_modes, out_modes = check_mode_pairs(function, inp_modes, out_modes, _MODES)
    cores = core_values(function, cores, 'mat_core')
    weights = full_matrix(to_cores(function, cores, inp_modes, out_modes))
    return crop(function, weights, shape)


def _layer(cores, dense_shape):
    """Cores `[r_{k-1}, i_k, o_k, r_k]` as `LayerWeights` without an error."""
    inp_modes, out_modes = [[core.shape[axis] for core in cores] for axis in (1, 2)]
    ranks = [len(core) for core in cores] + [1]
    variables = collections.OrderedDict(
        (f'mat_core_{k}', to_variable(core)) for k, core in enumerate(cores, start=1))
    arguments = dict(
        {'inp_modes': inp_modes, 'out_modes': out_modes, 'mat_ranks': ranks},
        **padded_sizes(dense_shape, (('inp_size', inp_modes), ('out_size', out_modes))))
    return LayerWeights('tt', arguments, variables, ranks, np.zeros(0), 0., dense_shape)
