"""What a decomposition is to reach: ranks, an error, or both; and what rounding leaves of it."""

from __future__ import annotations

import math
from typing import List, NamedTuple, Optional

import numpy as np

from tensornet.tt.arguments import LARGEST_SIZE, admitted_ranks, check_eps, check_integer, warn
from tensornet.tt.rank_argument import check_ranks, useless_ranks

# Of any type that a core may have.
_LARGEST_ITEM = 8


class RankLimits(NamedTuple):
    """What a decomposition is to reach.

    Attributes:
        largest: the largest rank to look for at each bond, list of int, [d + 1].
        ranks: the ranks of the result where there is no `eps`; above `largest` they are larger than
            any tensor with these modes needs, and zeros fill them up.
        eps: relative error in [0, 1), or None.
    """

    largest: List[int]
    ranks: List[int]
    eps: Optional[float]


def check_limits(function, modes, ranks, eps, max_rank, first_bond=0):
    """Checks the arguments `ranks`, `eps` and `max_rank`, of which one at least is needed.

    Args:
        function: name of the public function, for the messages.
        modes: checked modes, [d].
        ranks, eps, max_rank: the arguments; `tensornet.tt.decompose` says what they mean.
        first_bond: see `check_ranks`.

    Returns:
        `RankLimits`. A warning says where ranks without `eps` are larger than useful.
    """
    if ranks is None and eps is None and max_rank is None:
        raise ValueError(
            f'{function}: one of `ranks`, `eps` and `max_rank` is needed, but all are None; pass '
            f'TT-ranks, a relative error such as eps=0.01, or a largest rank')
    maxima = admitted_ranks(modes)
    wanted = maxima if ranks is None else check_ranks(function, ranks, modes, first_bond)
    if max_rank is not None:
        max_rank = check_integer(function, 'max_rank', max_rank)
        wanted = [min(rank, max_rank) for rank in wanted]
    eps = None if eps is None else check_eps(function, eps)
    useless = useless_ranks(function, 'ranks', wanted, modes, first_bond)
    if useless and eps is None:
        _check_sizes(function, wanted, modes, first_bond)
        warn(useless)
    return RankLimits([min(rank, most) for rank, most in zip(wanted, maxima)], wanted, eps)


def attainable_eps(eps, cores, dtype):
    """Relative error to aim at, so that rounding does not lift the result above `eps`.

    Args:
        eps: relative error asked for, in [0, 1).
        cores: number of cores, d.
        dtype: float32 or float64, of the cores that are returned.

    Returns:
        At most `eps`, but at least four units in the last place of `dtype`, or half a unit for
        each core: below that the data are noise, and a tensor of exactly low rank would seem to
        have full rank.
    """
    unit = float(np.finfo(dtype).eps)
    rounding = (2 + cores / 2) * unit
    return max(math.sqrt(max(eps**2 - rounding**2, 0.0)), max(4, cores / 2) * unit)


def _check_sizes(function, ranks, modes, first_bond):
    for k, mode in enumerate(modes):
        if ranks[k] * mode * ranks[k + 1] * _LARGEST_ITEM > LARGEST_SIZE:
            raise ValueError(
                f'{function}: `ranks` {ranks[first_bond:]} make core {k + 1} of mode {mode} one '
                f'of {ranks[k]} x {mode} x {ranks[k + 1]} elements, more than an array may have; '
                f'lower them')
