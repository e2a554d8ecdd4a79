"""TT-rounding."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tests.tt.dense import contract, contract_matrix, decaying, random_train, relative_error, tails

MODES = (4, 5, 6, 3)


def _doubled(cores):
    """A tensor train of twice the ranks for the same tensor."""
    first = np.concatenate([cores[0], cores[0]], axis=2) / 2
    last = np.concatenate([cores[-1], cores[-1]], axis=0)
    middle = []
    for core in cores[1:-1]:
        rank, mode, next_rank = core.shape
        block = np.zeros((2 * rank, mode, 2 * next_rank))
        block[:rank, :, :next_rank] = block[rank:, :, next_rank:] = core
        middle.append(block)
    return [first] + middle + [last]


class RoundTest(unittest.TestCase):

    def test_redundant_ranks_go(self):
        cores = random_train(0, MODES, [1, 2, 3, 2, 1])
        rounded = tt.round(_doubled(cores), eps=1e-12)
        self.assertEqual([1, 2, 3, 2, 1], tt.ranks(rounded).tolist())
        self.assertLess(relative_error(contract(rounded), contract(cores)), 1e-12)

    def test_eps_zero_only_removes_what_is_noise(self):
        cores = random_train(1, MODES, [1, 2, 3, 2, 1])
        rounded = tt.round(_doubled(cores), eps=0)
        self.assertLess(relative_error(contract(rounded), contract(cores)), 1e-14)

    @parameterized.expand([(dtype, decay) for dtype in (np.float32, np.float64)
                           for decay in (0, 3, 9)])
    def test_eps_is_a_guarantee(self, dtype, decay):
        tensor = decaying(2, MODES, decay, dtype)
        cores = tt.decompose(tensor, MODES, tt.max_ranks(MODES)).cores
        exact = contract(cores)
        for eps in (0.5, 0.1, 1e-2, 1e-4):
            rounded = tt.round(cores, eps=eps)
            self.assertEqual({np.dtype(dtype)}, {core.dtype for core in rounded})
            self.assertLessEqual(relative_error(contract(rounded), exact), eps)

    def test_error_is_within_the_bounds_of_the_theory(self):
        tensor = decaying(3, MODES, 2)
        ranks = [1, 2, 4, 2, 1]
        rounded = tt.round(tt.decompose(tensor, MODES, eps=0).cores, ranks)
        self.assertEqual(ranks, tt.ranks(rounded).tolist())
        error = relative_error(contract(rounded), tensor)
        best = [cut[rank - 1] for cut, rank in zip(tails(tensor), ranks[1:])]
        self.assertGreaterEqual(error, max(best) * (1 - 1e-12))
        self.assertLessEqual(error, np.linalg.norm(best) * (1 + 1e-12))

    def test_same_ranks_as_decomposing_the_full_tensor(self):
        tensor = decaying(4, MODES, 5)
        cores = tt.decompose(tensor, MODES, eps=0).cores
        for eps in (0.3, 0.03, 0.003):
            self.assertEqual(tt.decompose(tensor, MODES, eps=eps).ranks.tolist(),
                             tt.ranks(tt.round(cores, eps=eps)).tolist())

    def test_ranks_are_never_raised(self):
        cores = random_train(5, MODES, [1, 2, 2, 2, 1])
        rounded = tt.round(cores, tt.max_ranks(MODES))
        self.assertEqual([1, 2, 2, 2, 1], tt.ranks(rounded).tolist())
        self.assertEqual([1, 2, 2, 1, 1], tt.ranks(tt.round(cores, [1, 2, 2, 1, 1])).tolist())
        self.assertEqual([1, 1, 1, 1, 1], tt.ranks(tt.round(cores, max_rank=1)).tolist())

    def test_matrix(self):
        matrix = decaying(6, (30, 24), 4)
        cores = tt.decompose_matrix(matrix, (5, 6), (4, 6), eps=0).cores
        rounded = tt.round(cores, eps=0.05)
        self.assertEqual([(5, 4), (6, 6)], [core.shape[1:3] for core in rounded])
        self.assertLessEqual(relative_error(contract_matrix(rounded), matrix), 0.05)

    def test_input_is_not_changed(self):
        cores = random_train(7, MODES, [1, 2, 3, 2, 1])
        before = [core.copy() for core in cores]
        for core in tt.round(cores, max_rank=2):
            core[...] = 0
        for core, kept in zip(cores, before):
            np.testing.assert_array_equal(kept, core)

    def test_zero_train(self):
        rounded = tt.round([0 * core for core in random_train(8, MODES, [1, 2, 3, 2, 1])], eps=0.1)
        self.assertEqual([1, 1, 1, 1, 1], tt.ranks(rounded).tolist())
        np.testing.assert_array_equal(0, contract(rounded))
