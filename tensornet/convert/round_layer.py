"""Lower ranks for a TT layer."""
from tensornet import tt
from tensornet.convert.layer_formats import from_cores, from_dense, to_dense
from tensornet.convert.spread_norm import spread_norm
from tensornet.convert.train_error import train_error


def round_layer(weights, ranks=None, *, eps=None, max_rank=None, compression=None,
                parameters=None):
    """Lowers the ranks of a TT layer; see `tensornet.tt.round`.

    With `ranks`, `eps` and `max_rank` the dense weights are never made. `compression` and
    `parameters` choose ranks by them.

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
    if compression is not None or parameters is not None:
        target = {'ranks': ranks, 'eps': eps, 'max_rank': max_rank, 'compression': compression,
                  'parameters': parameters}
        padded = weights._replace(dense_shape=weights.padded_shape)
        return from_dense(weights.layer, to_dense(padded), *weights.modes,
                          **target)._replace(dense_shape=weights.dense_shape)
    if weights.layer == 'tt_conv' and isinstance(ranks, (list, tuple)):
        ranks = [1] + list(ranks)
    cores = tt.round(weights.train, ranks, eps=eps, max_rank=max_rank)
    rounded = from_cores(weights, cores)
    error = train_error(rounded.train, weights.train)
    return spread_norm(rounded)._replace(relative_error=error)
