"""Lower ranks for a TT layer."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Optional

import numpy as np

from tensornet import tt
from tensornet.annotations import Ranks
from tensornet.convert.layer_error import layer_error
from tensornet.convert.layer_formats import from_cores, from_dense, to_dense
from tensornet.convert.live_part import is_padded, live_part
from tensornet.convert.spread_norm import spread_norm
from tensornet.tt.arguments import check_integers, product
from tensornet.tt.rank_argument import is_one_rank

if TYPE_CHECKING:
    from tensornet.convert.layer_weights import LayerWeights


def round_layer(weights: LayerWeights, ranks: Optional[Ranks] = None, *,
                eps: Optional[float] = None, max_rank: Optional[int] = None,
                compression: Optional[float] = None,
                parameters: Optional[int] = None) -> LayerWeights:
    """Lowers the ranks of a TT layer; see `tensornet.tt.round`.

    With `ranks`, `eps` and `max_rank` the dense weights are never made. `compression` and
    `parameters` choose ranks by them. Rows and columns behind the sizes of a padded layer count
    nowhere.

    Args:
        weights: `LayerWeights`, for example of `tt_from_variables`.
        ranks: largest ranks, a list as in `weights.ranks`; one that is lower already stays.
        eps: largest relative Frobenius error of the weights that the layer stands for.
        max_rank: largest rank of any bond.
        compression: least ratio of the dense number of weights to that of the cores.
        parameters: largest number of parameters.

    Returns:
        `LayerWeights` of the same modes. `relative_error` is relative to the layer as it was;
        `bond_errors` is empty but for the last two targets.

    Raises:
        ValueError, TypeError: a target is wrong or cannot be met.
    """
    if compression is None and parameters is None:
        return _by_ranks(weights, ranks, eps, max_rank)
    target = {'ranks': ranks, 'eps': eps, 'max_rank': max_rank, 'compression': compression,
              'parameters': parameters, 'pad': True}
    rounded = from_dense(weights.layer, to_dense(weights), *weights.modes, **target)
    if not is_padded(weights):
        return rounded
    if parameters is None:
        parameters = math.floor(product(weights.dense_shape) / compression)
    whole = weights._replace(dense_shape=weights.padded_shape)
    other = from_dense(weights.layer, to_dense(whole), *weights.modes, parameters=parameters)
    rounded, other = [layer._replace(relative_error=layer_error(layer, weights))
                      for layer in (rounded, from_cores(weights, other.train))]
    return rounded if rounded.relative_error < other.relative_error else other


def _by_ranks(weights, ranks, eps, max_rank):
    if weights.layer == 'tt_conv' and ranks is not None and not is_one_rank(ranks):
        ranks = [1] + check_integers('round_layer', 'ranks', ranks)
    train = weights.train
    if not is_padded(weights):
        return _rounded(weights, train, ranks, eps, max_rank)
    # What is behind the sizes takes part of the norm, and its place part of the ranks: either zeros
    # or the numbers that are there may take fewer.
    live = live_part(train, weights)
    rounded = _rounded(weights, live, ranks, eps, max_rank)
    if eps is not None:
        size = tt.norm(train)
        eps *= min(1., tt.norm(live) / size) if size else 1.
    with warnings.catch_warnings():
        # What is to be said of the ranks has been said.
        warnings.simplefilter('ignore', UserWarning)
        other = _rounded(weights, train, ranks, eps, max_rank)
    exact = other.relative_error <= 8 * len(train) * np.finfo(train[0].dtype).eps
    if exact or eps is not None and ranks is None and max_rank is None:
        return rounded if rounded.parameters < other.parameters else other
    return rounded if rounded.relative_error < other.relative_error else other


def _rounded(weights, train, ranks, eps, max_rank):
    rounded = from_cores(weights, tt.round(train, ranks, eps=eps, max_rank=max_rank))
    return spread_norm(rounded)._replace(relative_error=layer_error(rounded, weights))
