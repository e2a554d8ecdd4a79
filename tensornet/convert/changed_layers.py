"""A TT layer with lower ranks, higher ranks or other modes."""

from __future__ import annotations

import warnings
from typing import Optional

import numpy as np

from tensornet import tt
from tensornet.annotations import Modes, Ranks
from tensornet.convert.core_magnitudes import spread_norm
from tensornet.convert.layer_error import layer_error, measured_error
from tensornet.convert.layer_format import format_of
from tensornet.convert.layer_formats import MODE_WORDS, from_cores, from_dense, to_dense
from tensornet.convert.layer_weights import LayerWeights, check_layer_weights
from tensornet.convert.live_part import is_padded, live_part
from tensornet.convert.stored_weights import widened
from tensornet.convert.target import GrowthWarning, Target, warn_of_growth
from tensornet.tt.arguments import (
    check_integer,
    check_integers,
    check_nonnegative,
    check_seed,
    product,
)
from tensornet.tt.cores import check_finite_cores
from tensornet.tt.parameter_limit import parameter_limit
from tensornet.tt.rank_argument import common_ranks, is_one_rank
from tensornet.tt.rounding import merged_modes, round_checked
from tensornet.tt.target import check_limits
from tensornet.wording import errors_of_caller


def round_layer(weights: LayerWeights, ranks: Optional[Ranks] = None, *,
                eps: Optional[float] = None, max_rank: Optional[int] = None,
                compression: Optional[float] = None,
                parameters: Optional[int] = None) -> LayerWeights:
    """Lowers the ranks of a TT layer; see `tensornet.tt.round`.

    With `ranks`, `eps` and `max_rank` the dense weights are never made; with `compression` or
    `parameters` they are, to choose the ranks. Rows and columns beyond the sizes of a padded layer
    do not count.

    Args:
        weights: `LayerWeights`, for example of `tt_from_variables`.
        ranks: largest ranks, a list as in `weights.ranks`, or one for all bonds. A rank that is
            lower already stays. But one in a list above the largest useful rank of its bond is
            made, with a warning, unless there is an `eps`: zeros fill the cores up.
        eps: largest relative Frobenius error of the weights that the layer stands for.
        max_rank: largest rank of any bond.
        compression: least ratio of the number of dense weights to the number of parameters.
        parameters: largest number of parameters.

    Returns:
        `LayerWeights` of the same modes. `relative_error` is relative to the layer as it was.
        `bond_errors` is empty, except where the last two targets change something.

    Raises:
        ValueError, TypeError: a target is wrong or cannot be met.
    """
    function = 'round_layer'
    check_layer_weights(function, weights)
    if compression is None and parameters is None:
        return _by_ranks(function, weights, ranks, eps, max_rank)
    target = Target(ranks, eps, max_rank, compression, parameters)
    if sum(limit is not None for limit in target) == 1:
        limit = parameter_limit(function, product(weights.dense_shape), parameters, compression)
        if weights.parameters <= limit:
            return weights._replace(relative_error=0.0, bond_errors=np.zeros(0))
    with errors_of_caller({}, f'{function}: '):
        rounded = from_dense(weights.layer, to_dense(weights), *weights.modes, pad=True,
                             **target._asdict())
    if not is_padded(weights):
        return rounded
    parameters = parameter_limit(function, product(weights.dense_shape), parameters, compression)
    whole = weights._replace(dense_shape=weights.padded_shape)
    other = from_dense(weights.layer, to_dense(whole), *weights.modes, parameters=parameters)
    rounded, other = [layer._replace(relative_error=layer_error(layer, weights))
                      for layer in (rounded, from_cores(weights, other.train))]
    return rounded if rounded.relative_error < other.relative_error else other


def grow_layer(weights: LayerWeights, ranks: Ranks, noise: float = 0.,
               seed: Optional[int] = None) -> LayerWeights:
    """Raises the ranks of a TT layer. It still computes the same.

    The cores are filled up with zeros. But where the new entries on both sides of a bond are zeros,
    so are their gradients, and training never uses the new ranks. With `noise` the new columns of
    each core are random, and only the new rows of the next core are zeros. The first step of
    training then changes these rows, and the following steps the new columns as well.

    Args:
        weights: `LayerWeights`, for example of `tt_from_variables`.
        ranks: a list as in `weights.ranks`; or one rank for all bonds, capped at the largest
            useful rank of each bond. A bond that has a higher rank keeps it.
        noise: standard deviation of the new columns, relative to the root mean square of the core.
        seed: integer seed of the noise, from 0 to 2^32 - 1; None draws other noise each time.

    Returns:
        `LayerWeights` of the same modes.

    Raises:
        ValueError, TypeError: an argument is wrong.
    """
    function = 'grow_layer'
    check_layer_weights(function, weights)
    noise = check_nonnegative(function, 'noise', noise, '0.1')
    seed = check_seed(function, seed)
    cores = weights.train
    old = [1] + [core.shape[-1] for core in cores]
    new = [max(before, after)
           for before, after in zip(old, ranks_of_bonds(function, ranks, weights))]
    random = np.random.RandomState(seed)
    grown = [_grown(core, left, right, noise, random)
             for core, left, right in zip(cores, new, new[1:])]
    return from_cores(weights, grown)


def ranks_of_bonds(function, ranks, weights):
    """Returns the argument `ranks` as those of all bonds of the tensor train, ends included.

    Args:
        function: name of the public function, for the messages.
        ranks: as for `grow_layer`.
        weights: `LayerWeights`.

    Raises:
        ValueError, TypeError: they are not ranks of such a layer.
    """
    if is_one_rank(ranks):
        rank = check_integer(function, 'ranks', ranks)
        return common_ranks(rank, merged_modes(weights.train))
    ranks = check_integers(function, 'ranks', ranks)
    left_out = [1] * format_of(weights.layer).first_bond
    if len(ranks) != len(weights.ranks) or ranks[-1] != 1 or (not left_out and ranks[0] != 1):
        raise ValueError(
            f'{function}: `ranks` must be {len(weights.ranks)} ranks like those of the layer, '
            f'{weights.ranks}, but they are {ranks}; list all of them, or pass one for all bonds')
    return left_out + ranks


def change_modes(weights: LayerWeights, inp_modes: Modes, out_modes: Modes,
                 ranks: Optional[Ranks] = None, *, eps: Optional[float] = None,
                 max_rank: Optional[int] = None, compression: Optional[float] = None,
                 parameters: Optional[int] = None, pad: bool = False) -> LayerWeights:
    """Decomposes the weights of a TT layer in other modes.

    The dense weights are computed on the way. Without a target the result is exact up to rounding.

    Args:
        weights: `LayerWeights` of 'tt', 'tt_embedding' or 'tt_conv', for example of
            `tt_from_variables`.
        inp_modes, out_modes: the new modes; there may be more or fewer of them.
        ranks, eps, max_rank, compression, parameters, pad: as for `tt_from_dense`.

    Returns:
        `LayerWeights` of the same sizes; `relative_error` is relative to the layer as it was.

    Raises:
        ValueError, TypeError: modes or target do not fit, or the layer is a 'tt_conv_direct', whose
            modes are the sizes of its kernel.
    """
    check_layer_weights('change_modes', weights)
    if not format_of(weights.layer).takes_modes:
        raise ValueError(f'change_modes: the modes of `{weights.layer}` are the sizes of its '
                         'kernel; make a `tt_conv` of it with `tt_conv_from_dense`')
    target = Target(ranks, eps, max_rank, compression, parameters)
    if not any(value is not None for value in target):
        target = target._replace(eps=0.)
    check_finite_cores('change_modes', widened(weights).train)
    dense = to_dense(weights)
    with warnings.catch_warnings(), errors_of_caller(MODE_WORDS, 'change_modes: '):
        # The weights were not dense before.
        warnings.simplefilter('ignore', GrowthWarning)
        changed = from_dense(weights.layer, dense, inp_modes, out_modes, pad, **target._asdict())
    if changed.parameters > weights.parameters:
        warn_of_growth('change_modes', target.eps, changed.parameters,
                       f'the layer has {weights.parameters}; leave it as it is')
    if not is_padded(changed):
        return changed
    return changed._replace(relative_error=measured_error(changed, dense))


def _by_ranks(function, weights, ranks, eps, max_rank):
    cores = check_finite_cores(function, weights.train)
    limits = check_limits(function, merged_modes(cores), ranks, eps, max_rank,
                          first_bond=format_of(weights.layer).first_bond)
    if not is_padded(weights):
        return _rounded(function, weights, cores, limits)
    # What is behind the sizes has a part of the norm and of the ranks. Zeros may need lower ranks
    # than the elements that are there, or higher ones.
    live = live_part(cores, weights)
    rounded = _rounded(function, weights, live, limits)
    if eps is not None:
        size = tt.norm(cores)
        limits = limits._replace(eps=limits.eps * (min(1., tt.norm(live) / size) if size else 1.))
    other = _rounded(function, weights, cores, limits)
    exact = other.relative_error <= 8 * len(cores) * np.finfo(cores[0].dtype).eps
    if exact or eps is not None and ranks is None and max_rank is None:
        return rounded if rounded.parameters < other.parameters else other
    return rounded if rounded.relative_error < other.relative_error else other


def _rounded(function, weights, cores, limits):
    rounded = from_cores(weights, round_checked(function, cores, limits))
    return spread_norm(rounded)._replace(relative_error=layer_error(rounded, weights))


def _grown(core, left, right, noise, random):
    old_left, old_right = core.shape[0], core.shape[-1]
    grown = np.zeros((left,) + core.shape[1:-1] + (right,), core.dtype)
    if noise:
        scale = noise * np.sqrt(np.mean(np.square(core, dtype=np.float64)))
        columns = grown[:old_left, ..., old_right:]
        columns[...] = random.normal(size=columns.shape) * scale
    grown[:old_left, ..., :old_right] = core
    return grown
