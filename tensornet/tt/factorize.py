"""Modes for a size: factors as equal as possible, with padding where a size has none."""
import collections
import math
import numbers

import numpy as np

from tensornet.tt.arguments import check_integer


class Factorization(collections.namedtuple('Factorization', ['modes', 'size'])):
    """Modes of a size, padded if need be.

    Attributes:
        modes: list of d int, ascending.
        size: product of the modes, at least the size asked for; the difference is padding.
    """
    __slots__ = ()


def factorize(n, d, *, max_ratio=2):
    """Splits a size into d factors as equal as possible, padding it where it does not factor well.

    A size factors well if no factor needs to be more than `max_ratio` times another. The smallest
    such size from `n` on is taken; of its factorizations that with the least ratio of largest
    to smallest factor, then that with the least sum. 1000 gives [5, 5, 5, 8] for d = 4, but for
    d = 5 its best is [2, 4, 5, 5, 5], so it is padded to 1024 = 4^5; 2047 = 23 * 89 is padded
    to 2048.

    Padding means zero rows or columns at the end of the dense matrix, so that the first `n`
    outputs are unchanged.

    Args:
        n: size, at least 1.
        d: number of factors, at least 1.
        max_ratio: largest allowed ratio of two factors, at least 2 (so that a size below 2^d can
            be made of ones and twos); infinity never pads.

    Returns:
        `Factorization(modes, size)`.

    Raises:
        ValueError, TypeError: an argument is wrong.
    """
    n = check_integer('factorize', 'n', n)
    d = check_integer('factorize', 'd', d)
    if isinstance(max_ratio, (bool, np.bool_)) or not isinstance(max_ratio, numbers.Real):
        raise TypeError(f'factorize: `max_ratio` must be a number, but it is {max_ratio!r}; '
                        f'pass a ratio such as 2')
    if not max_ratio >= 2:
        raise ValueError(f'factorize: `max_ratio` must be at least 2, but it is {max_ratio!r}; '
                         f'pass 2 or more')
    size, _, _, modes = _smallest(n, d, max_ratio)
    return Factorization(modes, size)


def _smallest(n, d, max_ratio):
    """Least (size, ratio, sum, modes) of d ascending factors whose product is n or more."""
    root = math.ceil(n**(1 / d))
    # The power is rounded: step to the least integer whose d-th power reaches n.
    while root > 1 and (root - 1)**d >= n:
        root -= 1
    while root**d < n:
        root += 1
    best = (root**d, 1.0, root * d, [root] * d)
    for smallest in range(root, 0, -1):
        best = _extend([smallest], smallest, n, d, smallest * max_ratio, best)
    return best


def _extend(modes, size, n, d, most, best):
    """Best of `best` and of all ways to add to ascending `modes` factors of at most `most`."""
    missing = d - len(modes)
    if missing == 0:
        if size < n:
            return best
        return min(best, (size, modes[-1] / modes[0], sum(modes), modes))
    if size * most**missing < n:
        return best
    # With one factor missing, the least that reaches n is the only one to try.
    mode = max(modes[-1], -(-n // size)) if missing == 1 else modes[-1]
    while mode <= most and size * mode**missing <= best[0]:
        best = _extend(modes + [mode], size * mode, n, d, most, best)
        if missing == 1:
            break
        mode += 1
    return best
