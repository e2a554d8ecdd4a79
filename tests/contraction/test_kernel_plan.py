"""How a dense kernel is built, against counts of the arithmetic."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet.contraction import Setting, TTMatrixShape, cpu
from tensornet.contraction.kernel_plan import kernel_cost, kernel_plan

SETTING = Setting(1, False, 'float32', cpu('float32'))


def _merging(sizes, ranks):
    """Multiply-adds of merging cores `[r_{k-1}, n_k, r_k]`, from the right."""
    return sum(ranks[k] * sizes[k] * ranks[k + 1] * int(np.prod(sizes[k + 1:])) * ranks[-1]
               for k in range(len(sizes) - 1))


def _multiplications(shape, window, half):
    """All multiply-adds of a kernel with so many cores in the left half."""
    sizes, ranks = shape.modes, shape.ranks
    count = _merging(sizes[:half], ranks[:half + 1])
    if half == shape.d:
        return count + window * ranks[0] * int(np.prod(sizes))
    count += _merging(sizes[half:], ranks[half:])
    whole, left = int(np.prod(sizes)), int(np.prod(sizes[:half]))
    if window <= ranks[0]:
        return count + window * ranks[0] * left * ranks[half] + window * ranks[half] * whole
    return count + ranks[0] * ranks[half] * whole + window * ranks[0] * whole


class KernelPlanTest(unittest.TestCase):

    @parameterized.expand([(window,) for window in (1, 4, 9, 25, 400)])
    def test_the_halves_take_the_least_arithmetic(self, window):
        random = np.random.RandomState(window)
        halves = set()
        for _ in range(60):
            d = random.randint(2, 6)
            modes = [tuple(map(int, random.randint(1, 7, d))) for _ in range(2)]
            ranks = tuple(map(int, random.randint(1, 20, d))) + (1,)
            shape = TTMatrixShape(*modes, ranks)
            planned = kernel_plan(shape, window, SETTING)
            counts = [_multiplications(shape, window, half) for half in range(1, d)]
            self.assertEqual(min(counts), counts[planned.half - 1], (shape, counts))
            self.assertEqual((planned.half - 1, d - planned.half - 1),
                             (len(planned.left_joins), len(planned.right_joins)))
            halves.add((d, planned.half))
        self.assertGreater(len(halves), 6)

    @parameterized.expand([(window, training) for window in (1, 9, 400)
                           for training in (False, True)])
    def test_the_cost_counts_what_is_multiplied(self, window, training):
        """In training twice more, for the gradients, and the sums where a factor met several."""
        random = np.random.RandomState(window)
        setting = SETTING._replace(training=training)
        for _ in range(40):
            d = random.randint(1, 6)
            modes = [tuple(map(int, random.randint(1, 7, d))) for _ in range(2)]
            shape = TTMatrixShape(*modes, tuple(map(int, random.randint(1, 20, d))) + (1,))
            planned = kernel_plan(shape, window, setting)
            flops = 2 * _multiplications(shape, window, planned.half)
            cost = kernel_cost(planned, shape, window, setting)
            if training:
                self.assertGreaterEqual(cost.flops, 3 * flops)
                self.assertLessEqual(cost.flops, 6 * flops)
            else:
                self.assertEqual(flops, cost.flops, (shape, planned))
            held = setting._replace(constant_bytes=10**9)
            self.assertEqual((0, 0, 0), kernel_cost(planned, shape, window, held))

    @parameterized.expand([(9, 9, True), (9, 10, True), (9, 8, False), (1, 1, True)])
    def test_the_filters_go_where_there_are_fewer_elements(self, window, filters, is_early):
        shape = TTMatrixShape((4, 4), (4, 4), (filters, 5, 1))
        self.assertEqual(is_early, kernel_plan(shape, window, SETTING).filters_early)

    def test_one_core_is_the_left_half(self):
        planned = kernel_plan(TTMatrixShape((4,), (5,), (3, 1)), 9, SETTING)
        self.assertEqual((1, (), ()), (planned.half, planned.left_joins, planned.right_joins))


if __name__ == '__main__':
    unittest.main()
