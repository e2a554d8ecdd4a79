"""Weights of `tensornet.layers.tt` from a dense matrix, and back."""

from __future__ import annotations

from typing import Any, Optional, Sequence

import numpy as np

from tensornet.annotations import ArrayLike, Arrays, Cores, Modes, Ranks
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.matrix_format import MatrixFormat
from tensornet.convert.target import Target


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
    return TT.from_dense(weights, inp_modes, out_modes,
                         Target(ranks, eps, max_rank, compression, parameters), pad)


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
    return TT.from_cores(cores, shape)


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
    return TT.from_variables(variables, inp_modes, out_modes, shape)


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
    return TT.multiplied_out(cores, inp_modes, out_modes, shape)


class _TTFormat(MatrixFormat):
    """The layer `tt`."""

    name = 'tt'
    mode_arguments = ('inp_modes', 'out_modes')
    size_arguments = ('inp_size', 'out_size')
    ranks_argument = 'mat_ranks'


TT = _TTFormat()
