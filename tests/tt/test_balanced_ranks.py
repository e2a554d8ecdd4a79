"""Ranks that their neighbours can carry, against all ranks there are."""

import itertools
import unittest

from parameterized import parameterized

from tensornet.tt.arguments import admitted_ranks
from tensornet.tt.balanced_ranks import (
    affordable_ranks,
    is_balanced,
    largest,
    lowered,
    raised,
    tt_size,
)

MODES = [([2, 3, 2, 2],), ([3, 1, 4, 2],), ([1, 5, 2],), ([2, 2, 1, 3],), ([4],)]


def all_ranks(modes, bounds):
    for inner in itertools.product(*[range(1, bound + 1) for bound in bounds[1:-1]]):
        yield [1, *inner, 1]


def carried(modes, ranks):
    """Whether no rank is larger than its neighbours times the modes between."""
    return all(right <= left * mode and left <= mode * right
               for left, mode, right in zip(ranks[:-1], modes, ranks[1:]))


class BalancedRanksTest(unittest.TestCase):

    @parameterized.expand(MODES)
    def test_against_all_balanced_ranks(self, modes):
        bounds = admitted_ranks(modes)
        balanced = [ranks for ranks in all_ranks(modes, bounds) if carried(modes, ranks)]
        for ranks in all_ranks(modes, bounds):
            self.assertEqual(ranks in balanced, is_balanced(modes, ranks), ranks)
            below = [other for other in balanced
                     if all(one <= limit for one, limit in zip(other, ranks))]
            self.assertEqual([max(column) for column in zip(*below)], lowered(modes, ranks))
            above = [other for other in balanced
                     if all(one >= limit for one, limit in zip(other, ranks))]
            self.assertEqual([min(column) for column in zip(*above)], raised(modes, ranks))

    @parameterized.expand(MODES)
    def test_affordable_ranks(self, modes):
        bounds = admitted_ranks(modes)
        balanced = [ranks for ranks in all_ranks(modes, bounds) if carried(modes, ranks)]
        for size in range(sum(modes), tt_size(modes, bounds) + 2):
            fitting = [ranks for ranks in balanced if tt_size(modes, ranks) <= size]
            self.assertEqual([max(column) for column in zip(*fitting)],
                             affordable_ranks(modes, bounds, size))

    def test_size(self):
        self.assertEqual(2 * 4 + 4 * 3 * 5 + 5 * 6, tt_size([2, 3, 6], [1, 4, 5, 1]))

    @parameterized.expand([(most, bound) for most in (1, 2, 7, 8) for bound in range(10)])
    def test_largest(self, most, bound):
        self.assertEqual(max(min(most, bound), 1), largest(most, lambda value: value <= bound))


if __name__ == '__main__':
    unittest.main()
