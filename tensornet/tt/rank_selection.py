"""Ranks from a target, chosen for the given data."""

from __future__ import annotations

import math
from typing import NamedTuple, Optional

import numpy as np

from tensornet.annotations import ArrayLike, Modes
from tensornet.tt.arguments import (
    admitted_ranks,
    check_array,
    check_eps,
    check_integers,
    check_mode_pairs,
    check_one_given,
    check_size,
    product,
)
from tensornet.tt.balanced_ranks import affordable_ranks, tt_size
from tensornet.tt.bond_spectra import bond_energies
from tensornet.tt.cut_tree import CutTree
from tensornet.tt.parameter_limit import reachable_limit
from tensornet.tt.rank_allocation import ranks_for_error, total_cut
from tensornet.tt.rank_search import least_error_ranks
from tensornet.tt.scaling import scale
from tensornet.tt.target import attainable_eps
from tensornet.tt.truncated_svd import largest_excess
from tensornet.tt.tt_svd import regroup


class RankSelection(NamedTuple):
    """Ranks that reach a target.

    Attributes:
        ranks: TT-ranks, int32 array [d + 1].
        parameters: size of a tensor train of these ranks.
        compression: size of the full tensor divided by `parameters`.
        error_bound: a decomposition with these `ranks` has at most this relative error. For a size
            it is that error, or up to 0.2 percent above it.
    """

    ranks: np.ndarray
    parameters: int
    compression: float
    error_bound: float


def select_ranks(tensor: ArrayLike, modes: Modes, *, parameters: Optional[int] = None,
                 compression: Optional[float] = None, eps: Optional[float] = None) -> RankSelection:
    """Chooses TT-ranks of a tensor that reach a target.

    For a size, `parameters` or `compression`, the ranks are those of the least error among one
    rank for all bonds, equal shares of the error as `decompose` with `eps` cuts, and exchanges of
    ranks between bonds from the better one on. The error of each is that of `decompose`. The size
    is used up until no further rank fits or lowers the error. This mostly takes one to four times
    as long as a decomposition.

    For `eps` each bond gets its rank from the singular values of its unfolding. The root of the
    sum of the squares that all bonds cut is kept below `eps`; it is an upper bound of the error,
    and not a close one where noise is cut, which `decompose` with `eps` makes use of. The size is
    the least for that bound up to the gap between two neighbouring optima of `rank_allocation`: up
    to a fifth where ranks are a handful, negligible where they are tens or more.

    A decomposition with the `ranks` keeps to `eps`, up to the rounding that `decompose` tells.
    Ranks that it finds by a randomized method, whose error is up to 0.2 percent above the least,
    are chosen with that margin.

    Memory: for a size, up to nine times the tensor. For `eps`, only blocks and the square of the
    smaller side of an unfolding in addition to the tensor.

    Args:
        tensor: array with `prod(modes)` real elements, in row-major order of the modes.
        modes: mode sizes, [d].
        parameters: largest number of parameters of the tensor train.
        compression: least ratio of `prod(modes)` to the number of parameters.
        eps: largest relative Frobenius error, in [0, 1). Exactly one of the three is given.

    Returns:
        `RankSelection(ranks, parameters, compression, error_bound)`.

    Raises:
        ValueError, TypeError: an argument is wrong, `tensor` holds NaN or infinity, or not even
            ranks of 1 meet the target; the message says what they reach.
    """
    modes = check_integers('select_ranks', 'modes', modes)
    return _select('select_ranks', 'tensor', tensor, modes, parameters, compression, eps)


def select_matrix_ranks(matrix: ArrayLike, left_modes: Modes, right_modes: Modes, *,
                        parameters: Optional[int] = None, compression: Optional[float] = None,
                        eps: Optional[float] = None) -> RankSelection:
    """Chooses TT-ranks of a matrix that reach a target; see `select_ranks`.

    Args:
        matrix: [prod(left_modes), prod(right_modes)].
        left_modes: modes of the rows, [d].
        right_modes: modes of the columns, [d].
        parameters: largest number of parameters of the tensor train.
        compression: least ratio of the size of `matrix` to the number of parameters.
        eps: largest relative Frobenius error, in [0, 1). Exactly one of the three is given.

    Returns:
        `RankSelection(ranks, parameters, compression, error_bound)`.

    Raises:
        ValueError, TypeError: as `select_ranks`.
    """
    function = 'select_matrix_ranks'
    left_modes, right_modes = check_mode_pairs(function, left_modes, right_modes)
    tensor = regroup(function, 'matrix', matrix, left_modes, right_modes)
    modes = [left * right for left, right in zip(left_modes, right_modes)]
    return _select(function, 'matrix', tensor, modes, parameters, compression, eps)


def _select(function, name, tensor, modes, parameters, compression, eps):
    tensor = check_array(function, name, tensor)
    check_size(function, name, tensor, modes)
    size, eps = _check_target(function, modes, parameters, compression, eps)
    tensor, _, energy = scale(function, name, np.ascontiguousarray(tensor).reshape(-1))
    noise = attainable_eps(0, len(modes), tensor.dtype)**2 / len(modes)
    if len(modes) == 1 or energy == 0:
        ranks, error = [1] * (len(modes) + 1), 0.0
    elif eps is None:
        limits = affordable_ranks(modes, admitted_ranks(modes), size)
        ranks, error = least_error_ranks(CutTree(tensor, energy, modes, limits, size, noise))
    else:
        tolerance = attainable_eps(eps, len(modes), tensor.dtype)**2
        ranks, error = _ranks_within(tensor, energy, modes, tolerance, noise)
    reached = tt_size(modes, ranks)
    return RankSelection(np.array(ranks, dtype=np.int32), reached, product(modes) / reached,
                         math.sqrt(error))


def _ranks_within(tensor, energy, modes, tolerance, noise):
    """Ranks of the smallest tensor train with a sum of cuts within the tolerance, and that sum."""
    spectra = bond_energies(tensor, modes, energy, tolerance)
    cuts = [_cuts(energies, noise, largest_excess(product(modes[:k]), product(modes[k:])))
            for k, energies in enumerate(spectra, start=1)]
    ranks = ranks_for_error(cuts, modes, tolerance)
    return ranks, total_cut(cuts, ranks)


def _cuts(energies, noise, excess):
    """Energy that a decomposition leaves out at each rank from 1 on; 0 if no more than noise."""
    cuts = np.append(np.cumsum(energies[::-1])[::-1][1:], 0.0) * (1 + excess)**2
    return np.where(cuts > noise, cuts, 0.0)


def _check_target(function, modes, parameters, compression, eps):
    """Returns the largest size, or None, and eps, or None."""
    check_one_given(function, parameters=parameters, compression=compression, eps=eps)
    if eps is not None:
        return None, check_eps(function, eps)
    return reachable_limit(function, modes, product(modes), parameters, compression), None
