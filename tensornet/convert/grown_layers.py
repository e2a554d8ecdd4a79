"""Higher ranks for a TT layer."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Optional

import numpy as np

from tensornet.annotations import Ranks
from tensornet.convert.layer_formats import from_cores
from tensornet.tt.arguments import check_integer, check_integers, product, shown
from tensornet.tt.rank_argument import common_ranks, is_one_rank

if TYPE_CHECKING:
    from tensornet.convert.layer_weights import LayerWeights


def grow_layer(weights: LayerWeights, ranks: Ranks, noise: float = 0.,
               seed: Optional[int] = None) -> LayerWeights:
    """Raises the ranks of a TT layer, which computes the same as before.

    Cores are filled up with zeros. Where both sides of a bond are zero, so are their gradients, and
    training leaves the new ranks alone. With `noise` the new columns of each core are random, and
    only the new rows of the next one are zeros. The weights are still the same. The first step of
    training changes the new rows, and the next ones the new columns as well.

    Args:
        weights: `LayerWeights`, for example of `tt_from_variables`.
        ranks: a list as in `weights.ranks`; or one rank for all bonds, which the largest useful
            one of a bond limits. A bond that has a higher rank keeps it.
        noise: standard deviation of the new columns, relative to the root mean square of the core.
        seed: integer seed of the noise; None draws another one each time.

    Returns:
        `LayerWeights` of the same modes.

    Raises:
        ValueError, TypeError: an argument is wrong.
    """
    function = 'grow_layer'
    if isinstance(noise, (bool, np.bool_)) or not isinstance(noise, numbers.Real) or not (
            0 <= noise < np.inf):
        raise ValueError(f'{function}: `noise` must be a number from 0, but it is {shown(noise)}; '
                         'pass a relative standard deviation such as 0.1')
    cores = weights.train
    old = [1] + [core.shape[-1] for core in cores]
    ranks = ranks_of_bonds(function, ranks, weights)
    ranks = [max(before, after) for before, after in zip(old, ranks)]
    random = np.random.RandomState(seed)
    grown = [_grown(core, left, right, noise, random)
             for core, left, right in zip(cores, ranks, ranks[1:])]
    return from_cores(weights, grown)


def ranks_of_bonds(function, ranks, weights):
    """Returns the argument `ranks` as those of all bonds of the train, ends included.

    Args:
        function: name of the public function, for the messages.
        ranks: as for `grow_layer`.
        weights: `LayerWeights`.

    Raises:
        ValueError, TypeError: they are not ranks of such a layer.
    """
    if is_one_rank(ranks):
        rank = check_integer(function, 'ranks', ranks)
        return common_ranks(rank, [product(core.shape[1:-1]) for core in weights.train])
    ranks = check_integers(function, 'ranks', ranks)
    if len(ranks) != len(weights.ranks) or ranks[-1] != 1 or (
            weights.layer != 'tt_conv' and ranks[0] != 1):
        raise ValueError(
            f'{function}: `ranks` must be {len(weights.ranks)} ranks like those of the layer, '
            f'{weights.ranks}, but they are {ranks}; list all of them, or pass one for all bonds')
    return [1] + ranks if weights.layer == 'tt_conv' else ranks


def _grown(core, left, right, noise, random):
    old_left, old_right = core.shape[0], core.shape[-1]
    grown = np.zeros((left,) + core.shape[1:-1] + (right,), core.dtype)
    if noise:
        scale = noise * np.sqrt(np.mean(np.square(core, dtype=np.float64)))
        columns = grown[:old_left, ..., old_right:]
        columns[...] = random.normal(size=columns.shape) * scale
    grown[:old_left, ..., :old_right] = core
    return grown
