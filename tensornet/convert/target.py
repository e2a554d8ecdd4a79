"""What a conversion is to reach: ranks, an error or a size."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Sequence

import numpy as np

from tensornet.annotations import Ranks
from tensornet.tt.arguments import shown, warn
from tensornet.tt.cores import Decomposition
from tensornet.tt.parameter_limit import reachable_limit
from tensornet.tt.rank_selection import select_ranks
from tensornet.tt.target import check_limits
from tensornet.tt.tt_svd import decompose_checked


class Target(NamedTuple):
    """The keyword arguments of the conversions; `tt_from_dense` says what each means."""

    ranks: Optional[Ranks] = None
    eps: Optional[float] = None
    max_rank: Optional[int] = None
    compression: Optional[float] = None
    parameters: Optional[int] = None


def check_target_dict(function: str, name: str, target: Any) -> None:
    """Raises ValueError unless an argument is a dict of `Target`'s fields, or None.

    Args:
        function: name of the public function, for the message.
        name: name of its argument.
        target: the argument.
    """
    if target is not None and not (isinstance(target, dict)
                                   and set(target).issubset(Target._fields)):
        raise ValueError(
            f'{function}: `{name}` must be None or a dict of {", ".join(Target._fields)}, but it '
            f'is {shown(target)}; pass for example dict(ranks=8)')


class GrowthWarning(UserWarning):
    """A layer within the error that was asked for has more parameters than before."""


def decompose_to(function: str, tensor: np.ndarray, modes: Sequence[int], dense_size: int,
                 target: Target, first_bond: int = 0) -> Decomposition:
    """Decomposes a tensor into a tensor train that meets a target.

    Args:
        function: name of the public function, for the messages.
        tensor: finite array with `prod(modes)` elements, in row-major order of the modes.
        modes: mode sizes, [d].
        dense_size: number of dense weights that a compression refers to.
        target: a `Target`.
        first_bond: 1 where its ranks leave out the 1 before the first mode.

    Returns:
        `tensornet.tt.Decomposition` with cores `[r_{k-1}, n_k, r_k]`.

    Raises:
        ValueError, TypeError: the target is wrong or cannot be met.
    """
    ranks = target.ranks
    if target.compression is not None or target.parameters is not None:
        _check_alone(function, target)
        size = reachable_limit(function, modes, dense_size, target.parameters, target.compression)
        ranks, first_bond = select_ranks(tensor, modes, parameters=size).ranks.tolist(), 0
    limits = check_limits(function, modes, ranks, target.eps, target.max_rank, first_bond)
    decomposition = decompose_checked(function, 'weights', tensor, modes, limits)
    size = sum(core.size for core in decomposition.cores)
    if size > dense_size:
        warn_of_growth(function, target.eps, size,
                       f'the dense weights are {dense_size}; leave them dense')
    return decomposition


def warn_of_growth(function: str, eps: Optional[float], size: int, instead: str) -> None:
    """Warns that a layer that keeps to an error is larger than what it was made from.

    Args:
        function: name of the public function.
        eps: the error, or None: ranks are an order. 0 asks for the weights as they are, at any
            size.
        size: number of parameters of the layer.
        instead: how many there were, and what to do, for the message.
    """
    if eps:
        warn(f'{function}: an error of {eps:g} takes {size} parameters with these modes, but '
             f'{instead}, or pass a larger `eps` or a `compression`', GrowthWarning)


def _check_alone(function, target):
    """Raises where a target of a size comes with another one."""
    given = [name for name, value in target._asdict().items() if value is not None]
    if len(given) > 1:
        raise ValueError(
            f'{function}: `{"` and `".join(given)}` exclude each other; pass `compression` or '
            f'`parameters` alone, or any of `ranks`, `eps` and `max_rank`')
