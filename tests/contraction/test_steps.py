"""The contractions of a plan, carried out in NumPy."""

import string
import unittest

import numpy as np
from parameterized import parameterized

from tensornet.contraction.steps import (
    LAST,
    LEFT,
    RIGHT,
    Join,
    Products,
    Step,
    make_joins,
    make_step,
    make_steps,
)
from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tensornet.tt.arguments import product
from tests.contraction.enumeration import groups_and_orders
from tests.contraction.tt_reference import random_cores
from tests.references.tt_matrix import tt_matrix

INP_MODES, OUT_MODES, RANKS = (2, 3, 1, 2), (3, 1, 2, 2), (1, 2, 4, 3, 1)


def _merged(cores, step, axes):
    """Returns the matrix of a step; `axes` orders its axes 'o', 'i', and the bonds '<' and '>'."""
    letters = iter(string.ascii_letters)
    bonds = [next(letters) for _ in range(step.last - step.first + 1)]
    inp = [next(letters) for _ in range(step.last - step.first)]
    out = [next(letters) for _ in range(step.last - step.first)]
    result = ''.join({'o': ''.join(out), 'i': ''.join(inp), '<': bonds[0], '>': bonds[-1]}[axis]
                     for axis in axes)
    terms = [o + right + left + i for o, right, left, i in zip(out, bonds[1:], bonds, inp)]
    tensors = [cores[k].reshape([OUT_MODES[k], RANKS[k + 1], RANKS[k], INP_MODES[k]])
               for k in range(step.first, step.last)]
    return np.einsum(','.join(terms) + '->' + result, *tensors).reshape([step.rows, step.depth])


class StepsTest(unittest.TestCase):

    @parameterized.expand([(' '.join(map(str, case)), case) for case in
                           [(tuple(groups), tuple(order)) for groups, order
                            in groups_and_orders(4)]])
    def test_the_steps_multiply_by_the_matrix(self, _, case):
        groups, order = case
        random = np.random.RandomState(0)
        cores = random_cores(INP_MODES, OUT_MODES, RANKS, random)
        inp = random.normal(size=[3, product(INP_MODES)])
        axes = {LEFT: 'o><i', RIGHT: '<oi>', LAST: 'o<i>'}
        state = inp
        for step in make_steps(TTMatrixShape(INP_MODES, OUT_MODES, RANKS), groups, order):
            self.assertEqual(state.size, step.entries(3)[0])
            state = state.reshape([3 * step.count, step.depth, step.columns])
            state = np.matmul(_merged(cores, step, axes[step.side]), state)
            self.assertEqual(state.size, step.entries(3)[1])
        expected = inp.dot(tt_matrix(cores, INP_MODES, OUT_MODES, RANKS)[0])
        np.testing.assert_allclose(state.reshape([3, -1]), expected, rtol=0, atol=1e-12)

    def test_sizes_of_each_kind(self):
        def make(*ranges):
            shape = TTMatrixShape((2, 3, 5, 7), (11, 13, 17, 19), (1, 23, 29, 31, 1))
            return make_step(shape, *ranges)

        # The state before the first step is [2, 3, 5, 7], for each sample.
        self.assertEqual(Step(0, 1, LEFT, 1, 11 * 23, 2, 3 * 5 * 7), make(0, 4, 0, 1))
        self.assertEqual(Step(2, 4, RIGHT, 2 * 3, 29 * 17 * 19, 5 * 7, 1), make(0, 4, 2, 4))
        # Core 1 is done: [11, 23, 3, 5, 7].
        self.assertEqual(Step(1, 3, LEFT, 11, 13 * 17 * 31, 23 * 3 * 5, 7), make(1, 4, 1, 3))
        self.assertEqual(Step(3, 4, RIGHT, 11 * 23 * 3 * 5, 31 * 19, 7, 1), make(1, 4, 3, 4))
        self.assertEqual(Step(1, 4, LEFT, 11, 13 * 17 * 19, 23 * 3 * 5 * 7, 1), make(1, 4, 1, 4))
        # Core 4 is done as well: [11, 23, 3, 5, 31, 19].
        self.assertEqual(Step(1, 2, LEFT, 11, 13 * 29, 23 * 3, 5 * 31 * 19), make(1, 3, 1, 2))
        self.assertEqual(Step(2, 3, RIGHT, 11 * 23 * 3, 29 * 17, 5 * 31, 19), make(1, 3, 2, 3))
        self.assertEqual(Step(1, 3, LAST, 11, 13 * 17, 23 * 3 * 5 * 31, 19), make(1, 3, 1, 3))

    def test_numbers_of_a_step(self):
        step = Step(1, 4, RIGHT, count=2, rows=3, depth=5, columns=7)
        self.assertEqual(3, step.cores)
        self.assertEqual((10 * 2 * 5 * 7, 10 * 2 * 3 * 7), step.entries(10))

    def test_products_of_a_step(self):
        step = Step(1, 4, RIGHT, count=2, rows=3, depth=5, columns=7)
        # The matrix [3, 5] meets 20 states [5, 7].
        self.assertEqual(Products(20, 3, 5, 7, lefts=1, rights=20), step.forward(10))
        self.assertEqual(Products(20, 5, 3, 7, lefts=1, rights=20), step.state_gradient(10))
        self.assertEqual(Products(20, 3, 7, 5, lefts=20, rights=20), step.core_gradients(10))
        self.assertEqual(Products(1, 3, 20 * 7, 5, lefts=1, rights=1), step.flat_core_gradient(10))
        for products in (step.forward(10), step.state_gradient(10), step.core_gradients(10),
                         step.flat_core_gradient(10)):
            self.assertEqual(20 * 3 * 5 * 7, products.multiplications)

    def test_products_of_vectors_are_one(self):
        step = Step(1, 4, RIGHT, count=2, rows=3, depth=5, columns=1)
        self.assertEqual(Products(1, 20, 5, 3, lefts=1, rights=1), step.forward(10))
        self.assertEqual(Products(1, 20, 3, 5, lefts=1, rights=1), step.state_gradient(10))

    def test_joins(self):
        shape = TTMatrixShape((2, 3, 5), (7, 11, 13), (1, 17, 19, 1))
        # `[o_2, (r_1, i_2)]` meets `[o_3, i_3]` over r_2, then core 1 what they make over r_1.
        last, first = make_joins(shape, 0, 3)
        self.assertEqual(Join(11, 13 * 1, 17 * 3, 19, 5), last)
        self.assertEqual(Join(7, 11 * 13, 1 * 2, 17, 3 * 5), first)
        self.assertEqual(7 * 11 * 13 * 2 * 3 * 5, first.entries)
        self.assertEqual(Products(7 * 143, 2, 17, 15, lefts=7, rights=143), first.forward)
        # The gradient of a left factor is a sum over the right ones, and the other way round.
        self.assertEqual(Products(7 * 143, 17, 15, 2, lefts=143, rights=7 * 143),
                         first.left_gradients)
        self.assertEqual(Products(7 * 143, 17, 2, 15, lefts=7, rights=7 * 143),
                         first.right_gradients)
        self.assertEqual((), make_joins(shape, 1, 2))

    def test_groups_are_taken_from_the_asked_ends(self):
        for d in (1, 2, 3, 5):
            modes, ranks = (2,) * d, (1,) + (2,) * (d - 1) + (1,)
            for groups, order in groups_and_orders(d):
                steps = make_steps(TTMatrixShape(modes, modes, ranks), groups, order)
                self.assertEqual(len(groups), len(steps))
                for step, side in zip(steps, order):
                    self.assertEqual(side, step.side)
                self.assertEqual(LAST if 'right' in order else LEFT, steps[-1].side)
                covered = sorted((step.first, step.last) for step in steps)
                bounds = np.cumsum([0] + groups)
                self.assertEqual(list(zip(bounds[:-1], bounds[1:])), covered)

    def test_sizes_are_exact_beyond_64_bits(self):
        steps = make_steps(TTMatrixShape((2 ** 20,) * 4, (2 ** 20,) * 4, (1, 2, 2, 2, 1)), [4],
                           [])
        self.assertEqual(2 ** 80, steps[0].rows)
        self.assertEqual(2 ** 160, steps[0].forward(1).multiplications)


class EnumerationTest(unittest.TestCase):
    """What the other tests enumerate plans with."""

    def test_counts(self):
        for d in range(1, 7):
            cases = [(tuple(groups), tuple(order)) for groups, order in groups_and_orders(d)]
            self.assertEqual(3 ** (d - 1), len(set(cases)))
            self.assertEqual(3 ** (d - 1), len(cases))


if __name__ == '__main__':
    unittest.main()
