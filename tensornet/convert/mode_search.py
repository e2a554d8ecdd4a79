"""Modes for dense weights that were given none: several are tried."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional

from tensornet.convert.layer_weights import LayerWeights
from tensornet.tt.arguments import check_integer
from tensornet.tt.factorization import MOST_FACTORS, find_modes


class Shape(NamedTuple):
    """Modes that were tried, and what a layer with them has."""

    inp_modes: List[int]
    out_modes: List[int]
    ranks: List[int]
    parameters: int
    relative_error: float


class ChosenModes(NamedTuple):
    """The modes of `search_modes`.

    Attributes:
        inp_modes, out_modes: the modes.
        tried: list of `Shape`, the best one first; empty if nothing was compared.
        weights: `LayerWeights` of the target with these modes; None if nothing was compared.
    """

    inp_modes: List[int]
    out_modes: List[int]
    tried: List[Shape]
    weights: Optional[LayerWeights]


def search_modes(convert: Callable[..., LayerWeights], inp_size: int, out_size: int,
                 cores: Optional[int], target: Dict[str, Any]) -> ChosenModes:
    """Chooses the modes of the least error, or for an error of the fewest parameters.

    Modes are tried for two cores, three, and so on up to one more than `find_modes` takes. So is
    plain low rank: the modes [inp_size, 1] and [1, out_size] make a product of two matrices. Where
    `target` names ranks there is nothing to compare, and the modes are those of `find_modes`.

    Args:
        convert: function of input modes, output modes and the target that returns `LayerWeights`.
        inp_size: number of inputs or input channels.
        out_size: number of outputs or output channels.
        cores: number of cores, or None.
        target: dict of what to reach, see `tt_from_dense`.

    Returns:
        `ChosenModes`.

    Raises:
        ValueError, TypeError: no modes meet the target; the error is that of those that take the
            fewest parameters with ranks of 1.
    """
    if cores is not None:
        cores = check_integer('convert_checkpoint', 'cores', cores, maximum=MOST_FACTORS)
    usual = find_modes(inp_size, out_size, cores=cores)
    if len(target) != 1 or 'ranks' in target or 'max_rank' in target:
        inp_modes, out_modes = usual
        return ChosenModes(inp_modes, out_modes, [], None)
    best: Optional[LayerWeights] = None
    tried: List[Shape] = []
    errors = []

    def order(shape):
        return shape.parameters if 'eps' in target else shape.relative_error

    for inp_modes, out_modes in _candidates(usual, inp_size, out_size, cores):
        try:
            weights = convert(inp_modes, out_modes, **target)
        except ValueError as error:
            errors.append((sum(i * o for i, o in zip(inp_modes, out_modes)), error))
            continue
        shape = Shape(inp_modes, out_modes, weights.ranks, weights.parameters,
                      weights.relative_error)
        if best is None or order(shape) < min(map(order, tried)):
            best = weights
        tried.append(shape)
    if not tried:
        raise min(errors, key=lambda failed: failed[0])[1]
    tried.sort(key=order)
    return ChosenModes(tried[0].inp_modes, tried[0].out_modes, tried, best)


def _candidates(usual, inp_size, out_size, cores):
    """Lists of input and output modes, the usual ones first."""
    pairs = [usual]
    if cores is None:
        pairs += [find_modes(inp_size, out_size, cores=count)
                  for count in range(2, len(usual[0]) + 2)]
    if cores in (None, 2):
        pairs.append(([inp_size, 1], [1, out_size]))
    return [pair for k, pair in enumerate(pairs) if pair not in pairs[:k]]
