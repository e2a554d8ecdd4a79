"""Modes for a size: factors as equal as possible, with padding where a size has none."""

from __future__ import annotations

import bisect
import itertools
import math
import numbers
from typing import List, NamedTuple

import numpy as np

from tensornet.tt.arguments import check_integer, shown

MOST_FACTORS = 64
LARGEST_FACTORED = 2**31 - 1
# Up to this many choices of factors are tried. Where there are more, one of the next sizes has a
# good one.
_MOST_CHOICES = 1e5
_WINDOW = 1 << 16
# Around this size modes give few parameters at the ranks that layers have.
_MODE = 8
# Factors up to here are taken as they are; a size with a larger one is padded instead.
_LARGEST_MODE = 16


class Factorization(NamedTuple):
    """Modes of a size, padded if need be.

    Attributes:
        modes: list of d int, ascending.
        size: product of the modes, at least the size asked for; the difference is padding.
    """

    modes: List[int]
    size: int


def factorize(n: int, d: int, *, max_ratio: float = 2) -> Factorization:
    """Splits a size into d factors as equal as possible, padding it where it does not factor well.

    A size factors well if no factor needs to be more than `max_ratio` times another. The smallest
    such size from `n` on is taken; of its factorizations that with the least ratio of largest
    to smallest factor, then that with the least sum. 1000 gives [5, 5, 5, 8] for d = 4, but for
    d = 5 its best is [2, 4, 5, 5, 5], so it is padded to 1024 = 4^5; 2047 = 23 * 89 is padded
    to 2048.

    Padding means zero rows or columns at the end of the dense matrix. Of a tensor train that stands
    for that matrix approximately, only the first `n` rows or columns count; the layers take such an
    `n` as `inp_size`, `out_size`, `inp_ch` or `out_ch`.

    Args:
        n: size, from 1 to 2^31 - 1; the search for a larger one may take hours.
        d: number of factors, from 1 to 64.
        max_ratio: largest allowed ratio of two factors, at least 2 (so that a size below 2^d can
            be made of ones and twos); infinity never pads.

    Returns:
        `Factorization(modes, size)`.

    Raises:
        ValueError, TypeError: an argument is wrong.
    """
    n = check_integer('factorize', 'n', n, maximum=LARGEST_FACTORED)
    d = check_integer('factorize', 'd', d, maximum=MOST_FACTORS)
    if isinstance(max_ratio, (bool, np.bool_)) or not isinstance(max_ratio, numbers.Real):
        raise TypeError(f'factorize: `max_ratio` must be a number, but it is {shown(max_ratio)}; '
                        f'pass a ratio such as 2')
    if not max_ratio >= 2:
        raise ValueError(f'factorize: `max_ratio` must be at least 2, but it is '
                         f'{shown(max_ratio)}; pass 2 or more')
    ratio, _, modes = _most_equal(n, d)
    if ratio <= max_ratio:
        return Factorization(modes, n)
    root = _root(n, d)
    if _choices(root, d, max_ratio) > _MOST_CHOICES:
        return _next_that_factors(n, root, d, max_ratio)
    size, _, _, modes = _smallest(n, root, d, max_ratio)
    return Factorization(modes, size)


def find_modes(inp_size, out_size, cores=None):
    """Chooses input and output modes of a TT-matrix.

    Args:
        inp_size: number of inputs or input channels.
        out_size: number of outputs or output channels.
        cores: number d of cores; None takes as many as modes of 8 would need, at least 2.

    Returns:
        inp_modes: list of d modes, ascending; their product is `inp_size`, or more where that
            does not factor well.
        out_modes: list of d modes of the outputs, descending, so that the products `i_k o_k`,
            which decide the number of parameters, are alike.
    """
    if cores is None:
        cores = max(2, math.ceil(math.log(max(inp_size, out_size), _MODE) - 1e-9))
    return _modes(inp_size, cores), _modes(out_size, cores)[::-1]


def _modes(size, cores):
    exact = factorize(size, cores, max_ratio=math.inf)
    if max(exact.modes) <= _LARGEST_MODE or cores == 1:
        return exact.modes
    return factorize(size, cores).modes


def _root(n, d):
    """Least integer whose d-th power reaches n."""
    root = math.ceil(n**(1 / d))
    # The power is rounded.
    while root > 1 and (root - 1)**d >= n:
        root -= 1
    while root**d < n:
        root += 1
    return root


def _choices(root, d, max_ratio):
    """About how many choices of all factors but two there are."""
    choices = 0.0
    for smallest in range(1, root + 1):
        larger = smallest * (max_ratio - 1)
        ways = 1.0
        for k in range(1, d - 2):
            ways *= (larger + k) / k
        choices += ways
        if choices > _MOST_CHOICES:
            break
    return choices


def _next_that_factors(n, root, d, max_ratio):
    """Tries one size after another: where there are many choices, one of the next will factor."""
    largest = int(min(max_ratio * root, n + _WINDOW))
    primes = _primes(min(largest, int(math.sqrt(n + _WINDOW)) + 1))
    for start in itertools.count(n + 1, _WINDOW):
        sizes = np.arange(start, start + _WINDOW)
        rest = sizes.copy()
        for prime in primes:
            power = prime
            while power < start + _WINDOW:
                rest[-start % power::power] //= prime
                power *= prime
        # What is left is one prime above the root, or 1; most sizes have one that is too large.
        for size in sizes[rest <= largest]:
            ratio, _, modes = _most_equal(int(size), d)
            if ratio <= max_ratio:
                return Factorization(modes, int(size))


def _primes(limit):
    sieve = np.ones(limit + 1, bool)
    sieve[:2] = False
    for k in range(2, int(math.sqrt(limit)) + 1):
        sieve[k * k::k] = False
    return [int(prime) for prime in np.flatnonzero(sieve)]


def _most_equal(n, d):
    """Least (ratio, sum, modes) of d ascending factors whose product is n."""
    divisors = _divisors(n)
    best = (math.inf,)
    for smallest in reversed(divisors):
        if smallest**d <= n:
            best = _extend_exactly([smallest], n // smallest, d - 1, divisors, best)
    return best


def _extend_exactly(modes, left, missing, divisors, best):
    """Best of `best` and of all ways to add to `modes` ascending factors that multiply to `left`.
    """
    if missing == 0:
        return min(best, (modes[-1] / modes[0], sum(modes), modes)) if left == 1 else best
    # With one factor missing there is one choice.
    start = bisect.bisect_left(divisors, left if missing == 1 else modes[-1])
    for mode in divisors[start:]:
        # No larger one gives a ratio as small as the best, nor leaves room for the rest.
        if mode > modes[0] * best[0] or mode**missing > left:
            break
        # Nor do factors within the best ratio reach what is left.
        if left % mode == 0 and left // mode <= (modes[0] * best[0])**(missing - 1):
            best = _extend_exactly(modes + [mode], left // mode, missing - 1, divisors, best)
    return best


def _divisors(n):
    """All divisors of n, ascending; trial division up to the root of n."""
    candidates = np.arange(1, int(math.sqrt(n)) + 1)
    small = [int(divisor) for divisor in candidates[n % candidates == 0]]
    return sorted(set(small + [n // divisor for divisor in small]))


def _smallest(n, root, d, max_ratio):
    """Least (size, ratio, sum, modes) of d ascending factors whose product is n or more."""
    best = (root**d, 1.0, root * d, [root] * d)
    twos = (n - 1).bit_length()
    if twos < d:
        best = min(best, (2**twos, 2.0, d + twos, [1] * (d - twos) + [2] * twos))
    for smallest in range(root, 0, -1):
        best = _extend([smallest], smallest, n, d, smallest * max_ratio, best)
    return best


def _extend(modes, size, n, d, most, best):
    """Best of `best` and of all ways to add to ascending `modes` factors of at most `most`."""
    missing = d - len(modes)
    if missing == 0:
        return best if size < n else min(best, (size, modes[-1] / modes[0], sum(modes), modes))
    if size * most**missing < n:
        return best
    if missing == 1:
        # The least that reaches n is the only one to try.
        mode = max(modes[-1], -(-n // size))
        return _extend(modes + [mode], size * mode, n, d, most, best) if mode <= most else best
    if missing == 2:
        return _extend_by_two(modes, size, n, most, best)
    mode = modes[-1]
    while mode <= most and size * mode**missing <= best[0]:
        best = _extend(modes + [mode], size * mode, n, d, most, best)
        mode += 1
    return best


def _extend_by_two(modes, size, n, most, best):
    """Same as `_extend` for two missing factors, of which NumPy tries all pairs at once."""
    # One more than the root, which is rounded.
    end = min(most, int(math.sqrt(best[0] / size)) + 1)
    first = np.arange(modes[-1], int(end) + 1)
    second = np.maximum(first, -(-n // (size * first)))
    allowed = second <= most
    if not allowed.any():
        return best
    first, second = first[allowed], second[allowed]
    sizes = size * first * second
    # Of equal sizes the least second factor has the least ratio and sum.
    index = np.lexsort((second, sizes))[0]
    pair = [int(first[index]), int(second[index])]
    return min(best, (int(sizes[index]), pair[1] / modes[0], sum(modes) + sum(pair), modes + pair))
