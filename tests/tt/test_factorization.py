"""Modes for a size."""

import itertools
import time
import unittest
from unittest import mock

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tensornet.tt import factorization


def _brute_force(n, d, max_ratio):
    """Least (size, ratio, sum, modes) among all ascending d-tuples of a box that is wide enough."""
    best = None
    for modes in itertools.combinations_with_replacement(range(1, n + 2), d):
        key = (int(np.prod(modes)), modes[-1] / modes[0], sum(modes), list(modes))
        if key[0] >= n and key[1] <= max_ratio and (best is None or key < best):
            best = key
    return best[3], best[0]


class FactorizeTest(unittest.TestCase):

    @parameterized.expand([
        (1024, 4, [4, 4, 8, 8], 1024),
        (784, 4, [4, 4, 7, 7], 784),
        (4096, 6, [4] * 6, 4096),
        (3072, 6, [3, 4, 4, 4, 4, 4], 3072),
        (25088, 6, [4, 4, 4, 7, 7, 8], 25088),
        (1000, 3, [10, 10, 10], 1000),
        (1000, 5, [4] * 5, 1024),
        (2047, 4, [4, 8, 8, 8], 2048),
        (4099, 4, [7, 7, 7, 12], 4116),
        (7, 1, [7], 7),
        (1, 3, [1, 1, 1], 1),
        (3, 2, [2, 2], 4),
    ])
    def test_known_values(self, n, d, modes, size):
        self.assertEqual((modes, size), tuple(tt.factorize(n, d)))

    @parameterized.expand([(d, max_ratio) for d in (1, 2, 3) for max_ratio in (2, 3.5, np.inf)])
    def test_against_brute_force(self, d, max_ratio):
        for n in range(1, 28):
            self.assertEqual(_brute_force(n, d, max_ratio),
                             tuple(tt.factorize(n, d, max_ratio=max_ratio)), msg=n)

    @parameterized.expand([(d, max_ratio) for d in (2, 3, 4) for max_ratio in (2, 3.5, 40)])
    def test_both_searches_find_the_same(self, d, max_ratio):
        for n in itertools.chain(range(1, 40), (97, 997, 1000, 2047, 4099, 9973)):
            with mock.patch.object(factorization, '_MOST_CHOICES', np.inf):
                by_choices = tt.factorize(n, d, max_ratio=max_ratio)
            with mock.patch.object(factorization, '_MOST_CHOICES', 0), \
                    mock.patch.object(factorization, '_WINDOW', 64):
                by_sizes = tt.factorize(n, d, max_ratio=max_ratio)
            self.assertEqual(by_choices, by_sizes, msg=n)

    @parameterized.expand([(n, max_ratio) for n in (2**31 - 1, 2095133040, 1999999973)
                           for max_ratio in (2, 5, 1000, np.inf)])
    def test_the_largest_sizes_take_no_longer_than_a_moment(self, n, max_ratio):
        start = time.process_time()
        for d in (2, 3, 6, 20, 64):
            modes, size = tt.factorize(n, d, max_ratio=max_ratio)
            self.assertEqual(size, np.prod(modes, dtype=np.int64))
            self.assertLessEqual(modes[-1], max_ratio * modes[0])
            self.assertGreaterEqual(size, n)
        # Minutes, where all choices of factors are tried.
        self.assertLess(time.process_time() - start, 20)

    def test_more_factors_than_the_size_needs(self):
        self.assertEqual(([1] * 62 + [2, 2], 4), tuple(tt.factorize(3, 64)))
        self.assertEqual(([1] * 64, 1), tuple(tt.factorize(1, 64)))

    def test_modes_multiply_to_the_size_and_keep_the_ratio(self):
        for n, d in itertools.product((97, 1000, 2047, 4099, 65537), range(2, 9)):
            modes, size = tt.factorize(n, d)
            self.assertEqual(size, np.prod(modes))
            self.assertGreaterEqual(size, n)
            self.assertEqual((d, modes), (len(modes), sorted(modes)))
            self.assertLessEqual(modes[-1], 2 * modes[0])

    def test_an_infinite_ratio_never_pads(self):
        self.assertEqual(([1, 1, 4099], 4099), tuple(tt.factorize(4099, 3, max_ratio=np.inf)))
