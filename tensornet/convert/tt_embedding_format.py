"""Weights of `tensornet.layers.tt_embedding` from a dense table, and back."""

from __future__ import annotations

import collections
from typing import Any, Optional, Sequence

import numpy as np

from tensornet.annotations import ArrayLike, Arrays, Cores, Modes, Ranks
from tensornet.convert.core_magnitudes import spread_norm
from tensornet.convert.dense_weights import check_cropped_shape, crop, padded_sizes
from tensornet.convert.layer_variables import (
    core_values,
    layer_variables,
    to_table_cores,
    to_table_variable,
)
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.target import Target
from tensornet.convert.tt_format import checked_matrix, decomposed_matrix
from tensornet.tt.arguments import check_mode_pairs, product
from tensornet.tt.full_tensor import full_matrix

_MODES = ('voc_modes', 'emb_modes')


def tt_embedding_from_dense(table: ArrayLike, voc_modes: Modes, emb_modes: Modes,
                            ranks: Optional[Ranks] = None, *, eps: Optional[float] = None,
                            max_rank: Optional[int] = None, compression: Optional[float] = None,
                            parameters: Optional[int] = None, pad: bool = False) -> LayerWeights:
    """Turns a dense table into the cores of the layer `tt_embedding`.

        weights = convert.tt_embedding_from_dense(table, [100, 100], [16, 16], max_rank=16)
        rows = layers.tt_embedding(ids, **weights.arguments, **weights.initializers)

    Args:
        table: array `[voc_size, emb_size]`, one row for each id.
        voc_modes: d positive integers, which multiply to `voc_size`.
        emb_modes: d positive integers, which multiply to `emb_size`.
        ranks, eps, max_rank, compression, parameters: the target, as for `tt_from_dense`.
        pad: whether the modes may multiply to more. The table is then padded with zeros. The
            result's `arguments` contain `voc_size` and `emb_size`, with which the layer still has
            as many rows and columns as the table.

    Returns:
        `LayerWeights`. The layer `tt` that multiplies by the transposed table has the same
        variables: `convert.tt_from_variables(weights.variables, emb_modes, voc_modes)`.

    Raises:
        ValueError, TypeError: an argument is wrong, the table holds NaN or infinity, or the target
            cannot be met; the message says what can.
    """
    cores, decomposition, dense_shape = decomposed_matrix(
        'tt_embedding_from_dense', table, voc_modes, emb_modes,
        Target(ranks, eps, max_rank, compression, parameters), pad, 'table', _MODES)
    return spread_norm(_layer(cores, dense_shape))._replace(
        bond_errors=decomposition.bond_errors, relative_error=decomposition.relative_error)


def tt_embedding_from_cores(cores: Cores, shape: Optional[Sequence[int]] = None) -> LayerWeights:
    """Makes weights of the layer `tt_embedding` from the cores of its table.

    Args:
        cores: list of d arrays `[r_{k-1}, voc_k, emb_k, r_k]`, as `tensornet.tt.decompose_matrix`
            returns them, or `LayerWeights.train`.
        shape: `[voc_size, emb_size]` without padding; None where the layer is not padded.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: the cores do not make a table, or one smaller than `shape`.
    """
    return _layer(*checked_matrix('tt_embedding_from_cores', cores, shape))


def tt_embedding_from_variables(variables: Arrays, voc_modes: Modes, emb_modes: Modes,
                                shape: Optional[Sequence[int]] = None) -> LayerWeights:
    """Makes weights of the layer `tt_embedding` from the values of its variables.

    Args:
        variables: dict of the values below the layer's scope, as `read` returns it; or the list of
            its cores `[voc_k * r_k, r_{k-1} * emb_k]`.
        voc_modes, emb_modes: the layer's modes, d each.
        shape: `[voc_size, emb_size]` without padding; None where the layer is not padded.

    Returns:
        `LayerWeights`.

    Raises:
        ValueError, TypeError: there are no cores, or they do not fit the modes.
    """
    function = 'tt_embedding_from_variables'
    voc_modes, emb_modes = check_mode_pairs(function, voc_modes, emb_modes, _MODES)
    variables = layer_variables(function, variables, None, 'mat_core')
    cores = to_table_cores(function, variables, voc_modes, emb_modes, 'variables')
    return _layer(cores, check_cropped_shape(function, shape,
                                             [product(voc_modes), product(emb_modes)]))


def tt_embedding_to_dense(cores: Any, voc_modes: Modes, emb_modes: Modes,
                          shape: Optional[Sequence[int]] = None) -> np.ndarray:
    """Multiplies the cores of the layer `tt_embedding` out to a dense table.

    Args:
        cores: list of d arrays `[voc_k * r_k, r_{k-1} * emb_k]`, the values of `mat_core_1..d`; or
            the dict of a layer's variables that `read` returns.
        voc_modes, emb_modes: the layer's modes, d each.
        shape: `[voc_size, emb_size]` where the modes multiply to more; None keeps all.

    Returns:
        Array `[voc_size, emb_size]`.

    Raises:
        ValueError, TypeError: the cores do not fit the modes.
    """
    function = 'tt_embedding_to_dense'
    voc_modes, emb_modes = check_mode_pairs(function, voc_modes, emb_modes, _MODES)
    cores = core_values(function, cores, 'mat_core')
    table = full_matrix(to_table_cores(function, cores, voc_modes, emb_modes))
    return crop(function, table, shape)


def _layer(cores, dense_shape):
    """Cores `[r_{k-1}, voc_k, emb_k, r_k]` as `LayerWeights` without an error."""
    voc_modes, emb_modes = [[core.shape[axis] for core in cores] for axis in (1, 2)]
    ranks = [len(core) for core in cores] + [1]
    variables = collections.OrderedDict(
        (f'mat_core_{k}', to_table_variable(core)) for k, core in enumerate(cores, start=1))
    arguments = dict(
        {'voc_modes': voc_modes, 'emb_modes': emb_modes, 'ranks': ranks},
        **padded_sizes(dense_shape, (('voc_size', voc_modes), ('emb_size', emb_modes))))
    return LayerWeights('tt_embedding', arguments, variables, ranks, np.zeros(0), 0., dense_shape)
