"""A dense layer as the product of two matrices, by a truncated singular value decomposition."""

from experiments.vgg.fully_connected import FIRST, SECOND
from tensornet import convert
from tensornet.tt.parameter_limit import parameter_limit

_FUNCTION = 'low_rank_from_dense'


class LowRankWeights(convert.LayerWeights):
    """The weights of a `fully_connected.LowRank`, with the attributes of `LayerWeights`.

    `variables` are the two matrices, `[in, rank]` and `[rank, out]`; `ranks` is `[rank]`.
    """
    __slots__ = ()

    @property
    def modes(self):
        """The sizes of the layer, as two lists."""
        return [self.dense_shape[0]], [self.dense_shape[1]]


def low_rank_from_dense(weights, *, max_rank=None, eps=None, compression=None):
    """Splits dense weights into two matrices whose product is near them.

    The two are a TT-matrix of two cores, one with all inputs and one with all outputs, so that
    `convert.tt_from_dense` finds them: without a copy of the weights, and without all their
    singular vectors where the rank is low.

    Args:
        weights: array `[in, out]`.
        max_rank: the rank, which min(in, out) limits.
        eps: largest relative Frobenius error of the weights, in [0, 1).
        compression: least ratio of the dense number of weights to that of the two matrices; not
            together with `max_rank` or `eps`.

    Returns:
        `LowRankWeights`.

    Raises:
        ValueError, TypeError: an argument is wrong, the weights hold NaN or infinity, or the
            compression cannot be met.
    """
    inp_size, out_size = weights.shape
    if compression is not None:
        others = [f'`{name}`' for name, value in (('max_rank', max_rank), ('eps', eps))
                  if value is not None]
        if others:
            raise ValueError(
                f'{_FUNCTION}: `compression` decides the rank alone, but {" and ".join(others)} '
                'were given too; pass only one of `max_rank`, `eps` and `compression`')
        max_rank = _rank_of(inp_size, out_size, compression)
    train = convert.tt_from_dense(weights, [inp_size, 1], [1, out_size], max_rank=max_rank,
                                  eps=eps)
    first, second = train.cores
    variables = {f'{FIRST}/weights': first.T, f'{SECOND}/weights': second.T}
    rank = train.ranks[1]
    return LowRankWeights('low_rank', {'rank': rank}, variables, [rank], train.bond_errors,
                          train.relative_error, train.dense_shape)


def _rank_of(inp_size, out_size, compression):
    """The largest rank of a compression."""
    least, dense = inp_size + out_size, inp_size * out_size
    rank = parameter_limit(_FUNCTION, dense, None, compression) // least
    if not rank:
        raise ValueError(
            f'{_FUNCTION}: `compression` {compression!r} cannot be met: a matrix rank of 1 takes '
            f'{least} parameters, a compression of {dense / least:.6g}; ask for no more')
    return rank
