"""Weights of `tensornet.layers.tt_embedding` from a dense table, and back."""

from __future__ import annotations

from typing import Any, Optional, Sequence

import numpy as np

from tensornet.annotations import ArrayLike, Arrays, Cores, Modes, Ranks
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.matrix_format import MatrixFormat
from tensornet.convert.target import Target


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
    return TT_EMBEDDING.from_dense(table, voc_modes, emb_modes,
                                   Target(ranks, eps, max_rank, compression, parameters), pad)


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
    return TT_EMBEDDING.from_cores(cores, shape)


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
    return TT_EMBEDDING.from_variables(variables, voc_modes, emb_modes, shape)


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
    return TT_EMBEDDING.multiplied_out(cores, voc_modes, emb_modes, shape)


class _TTEmbeddingFormat(MatrixFormat):
    """The layer `tt_embedding`: the variables of the `tt` that multiplies by its transposed table.

    So a checkpoint does not tell them apart, and the rows of the table are outputs of that layer.
    """

    name = 'tt_embedding'
    sides = ('rows', 'columns')
    out_side = 0
    mode_arguments = ('voc_modes', 'emb_modes')
    size_arguments = ('voc_size', 'emb_size')
    dense_argument = 'table'

    def to_cores(self, function, variables, inp_modes, out_modes, argument='cores'):
        return [core.transpose(0, 2, 1, 3)
                for core in super().to_cores(function, variables, out_modes, inp_modes, argument)]

    def to_variable(self, core):
        return super().to_variable(core.transpose(0, 2, 1, 3))

    def possible_modes(self, shapes, inp_size, out_size):
        return [modes[::-1] for modes in super().possible_modes(shapes, out_size, inp_size)]


TT_EMBEDDING = _TTEmbeddingFormat()
