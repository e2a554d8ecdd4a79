"""What an error is to be, so that rounding does not lift the result above what was asked for."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet.tt.target import attainable_eps, check_limits

UNITS = {'float32': 2.0**-23, 'float64': 2.0**-52}


class AttainableTest(unittest.TestCase):

    @parameterized.expand([(dtype, cores, eps) for dtype in sorted(UNITS) for cores in (2, 5, 40)
                           for eps in (1e3, 50)])
    def test_the_rounding_of_all_cores_is_kept_in_reserve(self, dtype, cores, units):
        """Two units and half a unit for each core, which add up to the error as squares do."""
        unit = UNITS[dtype]
        aimed = attainable_eps(units * unit, cores, np.dtype(dtype)) / unit
        self.assertAlmostEqual(units**2, aimed**2 + (2 + cores / 2)**2, delta=1e-6)

    @parameterized.expand([(dtype, cores, units) for dtype in sorted(UNITS)
                           for cores, units in ((1, 4), (8, 4), (9, 4.5), (40, 20))])
    def test_an_error_below_rounding_counts_as_rounding(self, dtype, cores, units):
        for eps in (0.0, 0.1 * UNITS[dtype], UNITS[dtype]):
            self.assertAlmostEqual(
                units, attainable_eps(eps, cores, np.dtype(dtype)) / UNITS[dtype], delta=1e-9)


class RankLimitsTest(unittest.TestCase):

    @parameterized.expand([
        ('all', dict(ranks=None, eps=0.5, max_rank=None), [1, 2, 6, 1], [1, 2, 6, 1]),
        ('list', dict(ranks=[1, 2, 3, 1], eps=None, max_rank=None), [1, 2, 3, 1], [1, 2, 3, 1]),
        ('one', dict(ranks=4, eps=None, max_rank=None), [1, 2, 4, 1], [1, 2, 4, 1]),
        ('bounded', dict(ranks=[1, 2, 5, 1], eps=None, max_rank=3), [1, 2, 3, 1], [1, 2, 3, 1]),
        ('useless', dict(ranks=[1, 3, 7, 1], eps=0.1, max_rank=None), [1, 2, 6, 1], [1, 3, 7, 1]),
    ])
    def test_limits_and_ranks(self, _, arguments, limits, ranks):
        checked = check_limits('f', [2, 3, 7], **arguments)
        self.assertEqual((limits, ranks, arguments['eps']), checked)


if __name__ == '__main__':
    unittest.main()
