"""What a conversion is to reach: ranks, an error or a size."""
import collections
import math

from tensornet.tt.arguments import check_compression, check_integer, warn
from tensornet.tt.rank_selection import select_ranks
from tensornet.tt.tt_svd import decompose_checked


class Target(collections.namedtuple('Target', [
        'ranks', 'eps', 'max_rank', 'compression', 'parameters'])):
    """The keyword arguments of the conversions; `tt_from_dense` says what each means."""
    __slots__ = ()


class GrowthWarning(UserWarning):
    """A layer that keeps to an error has more parameters than what it was made from."""


def decompose_to(function, tensor, modes, dense_size, target, first_bond=0):
    """Decomposes a tensor into a train that meets a target.

    Args:
        function: name of the public function, for the messages.
        tensor: finite array with `prod(modes)` elements, in row-major order of the modes.
        modes: mode sizes of the train, [n].
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
        size = _largest_size(function, modes, dense_size, target)
        ranks, first_bond = select_ranks(tensor, modes, parameters=size).ranks, 0
    decomposition = decompose_checked(function, 'weights', tensor, modes, ranks, target.eps,
                                      target.max_rank, first_bond)
    size = sum(core.size for core in decomposition.cores)
    if size > dense_size:
        warn_of_growth(function, target.eps, size,
                       f'the dense weights are {dense_size}; leave them dense')
    return decomposition


def warn_of_growth(function, eps, size, instead):
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


def _largest_size(function, modes, dense_size, target):
    given = [name for name, value in target._asdict().items() if value is not None]
    if len(given) > 1:
        raise ValueError(
            f'{function}: `{"` and `".join(given)}` exclude each other; pass `compression` or '
            f'`parameters` alone, or any of `ranks`, `eps` and `max_rank`')
    if target.parameters is not None:
        size = check_integer(function, 'parameters', target.parameters)
    else:
        size = math.floor(dense_size / check_compression(function, target.compression))
    least = sum(modes)
    if size < least:
        raise ValueError(
            f'{function}: `{given[0]}` {getattr(target, given[0])!r} cannot be met: with these '
            f'modes, ranks of 1 take {least} parameters, a compression of '
            f'{dense_size / least:.6g}; ask for no less, or use more and smaller modes')
    return size
