"""What looking up rows is estimated to cost, against counts of operations and elements."""

import itertools
import math
import unittest

from parameterized import parameterized

from tensornet.contraction import Machine, cpu, row_plan
from tensornet.contraction.row_cost import UNIQUE, expected_distinct, row_join_kind
from tensornet.contraction.row_joins import RowJoin
from tensornet.contraction.step_operations import BATCHED, SMALL

# Rows of modes 2, 4 and 3 in a table of 5 * 3 * 7 rows.
SHAPE = [5, 3, 7], [2, 4, 3], [1, 6, 8, 1]
IDS, ROW = 50, 2 * 4 * 3
# How many slices there are of each core, and the elements of one.
COUNTS, SLICES = (5, 3, 7), (2 * 6, 6 * 4 * 8, 8 * 3)
# By order of the bonds: rows, bond and columns of each product, and the cores whose slices are
# right factors and have a bond to their right.
PRODUCTS = {(1, 2): ([(2, 6, 4 * 8), (2 * 4, 8, 3)], [1]),
            (2, 1): ([(6 * 4, 8, 3), (2, 6, 4 * 3)], [])}
# Only operations count in its times.
OPERATIONS = Machine(*[math.inf] * 4, 1, 0, 0, 0, 1, math.inf, 0, 0, 0, *[math.inf] * 3)
CASES = list(itertools.product(PRODUCTS, (False, True), (False, True)))


def _planned(order, training, unique, **options):
    return row_plan(*SHAPE, IDS, groups=[1, 1, 1], order=order, unique=unique, training=training,
                    **options)


class RowCostTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_arithmetic(self, order, training, unique):
        """Products, three more of each in training, and the sums over the ids of a slice."""
        planned = _planned(order, training, unique)
        products, _ = PRODUCTS[order]
        flops = sum(2 * planned.count * rows * bond * columns for rows, bond, columns in products)
        if training:
            flops = 4 * flops + planned.count * sum(SLICES) + (IDS * ROW if unique else 0)
        self.assertEqual(flops, planned.cost.flops)

    @parameterized.expand(CASES)
    def test_elements_that_are_moved(self, order, training, unique):
        planned = _planned(order, training, unique, dtype='float64')
        products, reordered = PRODUCTS[order]
        count, slices = planned.count, planned.count * sum(SLICES)
        passes = 2 if training else 1
        moved = passes * 2 * slices
        moved += passes * 2 * sum(COUNTS[core] * SLICES[core] for core in reordered)
        moved += passes**2 * count * sum(
            rows * bond + bond * columns + rows * columns for rows, bond, columns in products)
        if training:
            moved += 2 * slices + sum(map(int.__mul__, COUNTS, SLICES))
        if unique:
            moved += (2 + (3 if training else 0)) * IDS * ROW
        self.assertEqual(8 * moved, planned.cost.bytes)

    @parameterized.expand(CASES)
    def test_number_of_operations(self, order, training, unique):
        planned = _planned(order, training, unique, machine=OPERATIONS)
        _, reordered = PRODUCTS[order]
        expected = (3 * 3 + 4 * 2 + 2 * len(reordered) + (3 if unique else 0) if training else
                    3 + 2 + len(reordered) + (2 if unique else 0))
        self.assertAlmostEqual(expected + (UNIQUE * IDS if unique else 0), planned.cost.seconds)

    def test_constants_are_stored_in_the_order_that_is_wanted(self):
        cost = [_planned((1, 2), False, False, constant_bytes=constant_bytes).cost.bytes
                for constant_bytes in (None, 10**6)]
        self.assertEqual(2 * 4 * COUNTS[1] * SLICES[1], cost[0] - cost[1])

    def test_equal_ids(self):
        self.assertEqual(IDS, _planned((1, 2), False, False).count)
        # Of 105 rows 105 * (1 - (104 / 105)^50) are expected in 50 draws.
        self.assertEqual(40, _planned((1, 2), False, True).count)

    @parameterized.expand([(1, 1, 1), (50, 1, 1), (1, 7, 1), (2, 1, 1), (2, 2, 2), (3, 2, 2),
                           (50, 105, 40), (10, 10**9, 10), (10**9, 10, 10), (100, 10000, 100)])
    def test_distinct_ids(self, count, size, expected):
        # Each id is missed by all draws with the probability (1 - 1 / size)^count.
        self.assertEqual(expected, max(1, round(size - size * (1 - 1 / size)**count)))
        self.assertEqual(expected, expected_distinct(count, size))

    @parameterized.expand([((16, 16, 16), SMALL), ((1, 2**12, 1), SMALL), ((17, 16, 16), BATCHED),
                           ((32, 32, 32), BATCHED)])
    def test_kind(self, sizes, expected):
        self.assertEqual(expected, row_join_kind(RowJoin(0, 1, *sizes)))

    def test_merged_cores_are_joined_once_for_all_ids(self):
        merged = [row_plan(*SHAPE, ids, groups=[2, 1], order=[1], unique=False, training=False,
                           machine=cpu('float32')).cost for ids in (10, 20)]
        # Of one slice [1, 8, 8] and one [8, 3, 1] for each id.
        each = 2 * 8 * 8 * 3
        self.assertEqual(10 * each, merged[1].flops - merged[0].flops)
        # All 15 pairs of slices, [2, 6] x [6, 4 * 8] each.
        self.assertEqual(15 * 2 * 2 * 6 * 32, merged[0].flops - 10 * each)


if __name__ == '__main__':
    unittest.main()
