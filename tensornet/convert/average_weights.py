"""Moving averages of converted weights.

An average is converted together with the weights that it follows, so that it can go on following
them. Its cores get the same ranks, and their bonds are rotated to match those of the weights.
"""

from __future__ import annotations

from tensornet.annotations import Arrays
from tensornet.convert.core_magnitudes import spread_norm
from tensornet.convert.layer_format import format_of
from tensornet.convert.layer_formats import from_cores
from tensornet.convert.layer_weights import LayerWeights
from tensornet.tt.cores import fill_ranks
from tensornet.tt.orthogonalization import align, left_orthogonal


def to_follow(weights: LayerWeights) -> LayerWeights:
    """Returns the same layer, of the same ranks, with cores to which averages can be aligned."""
    cores = fill_ranks(left_orthogonal(weights.train),
                       [1] + [core.shape[-1] for core in weights.train])
    return spread_norm(from_cores(weights, _of_type(cores, weights)))


def following(average: LayerWeights, weights: LayerWeights) -> LayerWeights:
    """Returns the weights of an average with its cores aligned to those of the weights.

    Args:
        average: `LayerWeights` with ranks of at most those of `weights`.
        weights: `LayerWeights` that `to_follow` made.
    """
    return from_cores(average, _of_type(align(average.train, weights.train), average))


def trained_variables(weights: LayerWeights) -> Arrays:
    """Returns the variables of `LayerWeights` that have averages: all that are not constant."""
    layer_format = format_of(weights.layer)
    return {name: value for name, value in weights.variables.items()
            if not layer_format.is_constant(name, value.size)}


def _of_type(cores, weights):
    return [core.astype(weights.cores[0].dtype) for core in cores]
