"""TT-rounding: lower ranks for a tensor that is already a tensor train."""

from __future__ import annotations

from typing import List, Optional

import numpy as np

from tensornet.annotations import Cores, Ranks
from tensornet.tt.arguments import admitted_ranks, product
from tensornet.tt.cores import check_finite_cores, fill_ranks, merge_modes
from tensornet.tt.orthogonalization import orthogonalize
from tensornet.tt.scaling import unscaled
from tensornet.tt.target import attainable_eps, check_limits
from tensornet.tt.truncated_svd import choose_rank


def round(cores: Cores, ranks: Optional[Ranks] = None, *, eps: Optional[float] = None,
          max_rank: Optional[int] = None) -> List[np.ndarray]:
    """Lowers the ranks of a tensor train (Oseledets 2011, algorithm 2).

    The error is at most `sqrt(d - 1)` times that of the best tensor train of the same ranks. At
    least one of `ranks`, `eps` and `max_rank` is needed; they mean what they mean to `decompose`,
    except that a rank is not raised to what is useful. Ranks larger than any tensor with these
    modes needs, as old layers have them, are filled up with zeros, with a warning, unless `eps` is
    given. Cost: about `10 n r^3` multiply-adds for each core, in float64.

    Args:
        cores: list of d arrays `[r_{k-1}, n_k, r_k]` or `[r_{k-1}, left_k, right_k, r_k]`.
        ranks: largest TT-ranks, [d + 1], with ones at both ends; or one largest rank for all bonds.
        eps: relative Frobenius error of the result, in [0, 1); guaranteed, up to the rounding of
            the dtype, unless `ranks` or `max_rank` bind.
        max_rank: largest rank of any bond.

    Returns:
        List of d new cores of the same number of dimensions, float32 if all are floats of at most
        32 bits, else float64.

    Raises:
        ValueError, TypeError: an argument is wrong, the cores do not make a tensor train or hold
            NaN or infinity.
    """
    cores = check_finite_cores('round', cores)
    return round_checked('round', cores, check_limits('round', merged_modes(cores), ranks, eps,
                                                      max_rank))


def merged_modes(cores):
    """Returns the modes of cores, left and right ones of a core multiplied, [d]."""
    return [product(core.shape[1:-1]) for core in cores]


def round_checked(function, cores, limits):
    """Same as `round` for checked cores and `RankLimits`; messages name `function`."""
    modes, dtype = [core.shape[1:-1] for core in cores], cores[0].dtype
    rounded, exponent = orthogonalize(merge_modes(cores))
    rounded = _cut(rounded, limits.largest, limits.eps, dtype)
    rounded = unscaled(function, rounded, len(cores) - 1, exponent, dtype)
    if limits.eps is None:
        # A rank above that of any tensor of these modes is none to round to: a layer asks for it.
        rounded = fill_ranks(rounded, [rank if rank > most else 1 for rank, most in zip(
            limits.ranks, admitted_ranks(merged_modes(cores)))])
    return [core.reshape((core.shape[0],) + mode + (core.shape[-1],))
            for core, mode in zip(rounded, modes)]


def _cut(cores, max_ranks, eps, dtype):
    """Cuts the bonds of an orthogonalised tensor train from left to right."""
    bonds = len(cores) - 1
    budget = None
    if eps is not None:
        budget = (attainable_eps(eps, len(cores), dtype) * np.linalg.norm(cores[0]))**2
    for k in range(bonds):
        rank, mode, next_rank = cores[k].shape
        unfolding = cores[k].reshape(-1, next_rank)
        left, values, _ = np.linalg.svd(unfolding, full_matrices=False)
        tolerance = None if budget is None else budget / (bonds - k)
        kept = choose_rank(values**2, max_ranks[k + 1], tolerance)
        if budget is not None:
            budget = max(budget - float((values[kept:]**2).sum()), 0.0)
        cores[k] = left[:, :kept].reshape(rank, mode, kept)
        cores[k + 1] = np.tensordot(left[:, :kept].T @ unfolding, cores[k + 1], axes=1)
    return cores
