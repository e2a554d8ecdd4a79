"""Ranks from a target."""

import functools
import itertools
import unittest
from unittest import mock

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tensornet.tt import rank_search, truncated_svd
from tensornet.tt.balanced_ranks import affordable_ranks, lowered, raised, tt_size
from tensornet.tt.cut_tree import CutTree
from tensornet.tt.rank_search import least_error_ranks
from tests.tt import targets
from tests.tt.dense import (
    contract,
    decaying,
    random_train,
    relative_error,
    tails,
    with_spectrum,
)

MODES = (4, 5, 3, 4)


def _all_ranks(modes):
    """All ranks that a sweep can give."""
    largest = tt.max_ranks(modes)
    for inner in itertools.product(*[range(1, rank + 1) for rank in largest[1:-1]]):
        ranks = (1,) + inner + (1,)
        if all(ranks[k + 1] <= ranks[k] * modes[k] and ranks[k] <= ranks[k + 1] * modes[k]
               for k in range(len(modes))):
            yield ranks


def _size(modes, ranks):
    return sum(left * mode * right for left, mode, right in zip(ranks, modes, ranks[1:]))


def _bound(cuts, ranks):
    return np.linalg.norm([cut[rank - 1] for cut, rank in zip(cuts, ranks[1:])])


class SelectRanksTest(unittest.TestCase):

    @parameterized.expand([(seed, decay) for seed in range(2) for decay in (0, 2, 6)])
    def test_budget_is_kept_and_nearly_optimal(self, seed, decay):
        tensor = decaying(seed, MODES, decay)
        choices = [(_size(MODES, ranks), tt.decompose(tensor, MODES, ranks).relative_error)
                   for ranks in _all_ranks(MODES)]
        for budget in (16, 25, 40, 70, 120, 200):
            selection = tt.select_ranks(tensor, MODES, parameters=budget)
            self.assertLessEqual(selection.parameters, budget)
            self.assertEqual(_size(MODES, selection.ranks), selection.parameters)
            self.assertAlmostEqual(240 / selection.parameters, selection.compression)
            best = min(error for size, error in choices if size <= budget)
            self.assertLessEqual(selection.error_bound, 1.1 * best + 1e-7)
            result = tt.decompose(tensor, MODES, selection.ranks)
            self.assertEqual(selection.parameters, tt.storage(result.cores))
            self.assertAlmostEqual(relative_error(contract(result.cores), tensor),
                                   selection.error_bound, delta=1e-7)

    def test_never_worse_than_the_simple_ways(self):
        for name, matrix in targets.random_matrices(1, 64).items():
            for modes in targets.MODE_SETS[64]:
                for compression in (3, 10):
                    result = targets.compare(name, matrix, modes, compression)
                    self.assertEqual([], result.faults, msg=result)

    @parameterized.expand([(modes, decay) for decay in (0, 1, 3) for modes in (
        MODES, (8, 3, 9, 2, 5), (2,) * 7, (12, 3, 12))])
    def test_the_size_is_used_up_even_without_time_for_a_search(self, modes, decay):
        """No rank can be raised any more, and the simple choices are tried in any case."""
        tensor = decaying(4, modes, decay)
        for compression in (2, 3, 5, 8):
            size = int(tensor.size / compression)
            with mock.patch.multiple(rank_search, _WORK=0, _LEAST_WORK=0):
                selection = tt.select_ranks(tensor, modes, parameters=size)
            ranks = selection.ranks.tolist()
            for bond in range(1, len(modes)):
                more = raised(modes, ranks[:bond] + [ranks[bond] + 1] + ranks[bond + 1:])
                if tt_size(modes, more) <= size and lowered(modes, more) == more:
                    error = tt.decompose(tensor, modes, more).relative_error
                    self.assertGreaterEqual(error, selection.error_bound * (1 - 1e-6), ranks)
            common = max(rank for rank in range(1, 60) if tt_size(
                modes, np.minimum(rank, tt.max_ranks(modes)).tolist()) <= size)
            with_common = tt.decompose(tensor, modes, max_rank=common)
            self.assertLessEqual(selection.error_bound, with_common.relative_error * (1 + 1e-6))

    @parameterized.expand([(seed, noise) for seed in range(3) for noise in (1e-3, 0.3, 1.)])
    def test_never_worse_than_eps_for_unequal_ranks(self, seed, noise):
        """Of the bonds that the data need, some take six times the rank of others."""
        random = np.random.RandomState(seed)
        modes, ranks = (6, 5, 7, 4, 6), (1, 6, 3, 12, 2, 1)
        tensor = contract([random.standard_normal(shape)
                           for shape in zip(ranks, modes, ranks[1:])])
        tensor = tensor / tensor.std() + noise * random.standard_normal(modes)
        for compression in (5, 10, 20, 40):
            selection = tt.select_ranks(tensor, modes, compression=compression)
            with mock.patch.multiple(rank_search, _WORK=0, _LEAST_WORK=0, _SHARE_WORK=1e9):
                without_exchanges = tt.select_ranks(tensor, modes, compression=compression)
            with_eps = targets.bisected_eps(functools.partial(tt.decompose, tensor, modes),
                                            int(tensor.size / compression))
            for found in (selection, without_exchanges):
                self.assertLessEqual(found.error_bound, 1.002 * with_eps.relative_error)

    @parameterized.expand([(modes,) for modes in (
        [8, 1, 8], [1, 8, 8], [8, 8, 1], [1, 8, 1, 1, 8, 1], [4, 1, 4, 1, 4])])
    def test_modes_of_one_take_part(self, modes):
        matrix = np.random.RandomState(3).standard_normal((64, 64)).astype(np.float32)
        plain = [mode for mode in modes if mode > 1]
        for compression in (31, 16, 8, 3, 1):
            try:
                expected = tt.select_matrix_ranks(matrix, plain, plain, compression=compression)
            except ValueError:
                continue
            size = matrix.size / compression - (len(modes) - len(plain)) * max(expected.ranks)**2
            selection = tt.select_matrix_ranks(matrix, modes, modes, compression=compression)
            self.assertGreaterEqual(selection.compression, compression)
            result = tt.decompose_matrix(matrix, modes, modes, selection.ranks)
            self.assertEqual(selection.parameters, tt.storage(result.cores))
            if size >= sum(mode**2 for mode in plain):
                bound = tt.select_matrix_ranks(matrix, plain, plain, parameters=int(size))
                self.assertLessEqual(result.relative_error, 1.002 * bound.error_bound)

    @parameterized.expand([(seed, decay, dtype) for seed in range(2) for decay in (0, 2, 6)
                           for dtype in (np.float32, np.float64)])
    def test_error_is_kept_and_nearly_the_smallest(self, seed, decay, dtype):
        tensor = decaying(seed, MODES, decay, dtype)
        cuts = tails(tensor)
        choices = [(_size(MODES, ranks), _bound(cuts, ranks)) for ranks in _all_ranks(MODES)]
        for eps in (0.9, 0.5, 0.2, 0.05, 1e-3):
            selection = tt.select_ranks(tensor, MODES, eps=eps)
            self.assertLessEqual(selection.error_bound, eps)
            smallest = min(size for size, bound in choices if bound <= eps)
            self.assertLessEqual(selection.parameters, 1.25 * smallest)
            cores = tt.decompose(tensor, MODES, selection.ranks).cores
            self.assertLessEqual(relative_error(contract(cores), tensor), eps)

    def test_better_than_one_rank_for_all(self):
        # Bond 1 needs full rank, the others next to none.
        random = np.random.RandomState(0)
        tensor = contract([random.standard_normal((1, 8, 8)), random.standard_normal((8, 8, 2)),
                           random.standard_normal((2, 8, 1))])
        tensor += 1e-3 * random.standard_normal(tensor.shape)
        uniform = tt.decompose(tensor, (8, 8, 8), max_rank=4)
        selection = tt.select_ranks(tensor, (8, 8, 8), parameters=tt.storage(uniform.cores) + 16)
        self.assertEqual([1, 8, 2, 1], selection.ranks.tolist())
        self.assertLess(selection.error_bound, 0.01 * uniform.relative_error)

    def test_compression_is_a_budget(self):
        tensor = decaying(1, MODES, 2)
        by_factor = tt.select_ranks(tensor, MODES, compression=4)
        self.assertGreaterEqual(by_factor.compression, 4)
        by_budget = tt.select_ranks(tensor, MODES, parameters=60)
        self.assertEqual(by_budget.ranks.tolist(), by_factor.ranks.tolist())

    def test_no_parameter_more_than_the_compression_admits(self):
        """Of 64 / 31.5 = 2.03 the next size, 32, would be a compression of 2."""
        tensor = decaying(1, (8, 8), 1)
        self.assertEqual([1, 2, 1], tt.select_ranks(tensor, (8, 8), compression=2).ranks.tolist())
        selection = tt.select_ranks(tensor, (8, 8), compression=64 / 31.5)
        self.assertEqual([1, 1, 1], selection.ranks.tolist())
        with self.assertRaisesRegex(ValueError, 'cannot be met'):
            tt.select_ranks(tensor, (8, 8), compression=64 / 15.5)

    def test_a_large_budget_gives_the_ranks_of_the_data(self):
        tensor = contract(random_train(2, MODES, [1, 2, 3, 2, 1]))
        for target in ({'parameters': 10**6}, {'compression': 0.1}, {'compression': 1e-320},
                       {'compression': np.float16(1e-4)}, {'eps': 0}):
            selection = tt.select_ranks(tensor, MODES, **target)
            self.assertEqual([1, 2, 3, 2, 1], selection.ranks.tolist(), msg=target)

    def test_data_of_low_rank_take_no_more_work_than_their_decomposition(self):
        modes, ranks = [16, 32, 32, 16], [1, 5, 9, 6, 1]
        tensor = contract(random_train(3, modes, ranks)).reshape(-1)
        tensor /= np.linalg.norm(tensor)
        tree = CutTree(tensor, 1., modes, affordable_ranks(
            modes, tt.max_ranks(modes).tolist(), 20000), 20000, noise=1e-26)
        self.assertEqual((ranks, 0), least_error_ranks(tree))
        self.assertLess(tree.work, 2 * tree.decomposition_work(ranks))

    @parameterized.expand([(exponent,) for exponent in range(4, 15)])
    def test_small_errors_are_kept(self, exponent):
        matrix = with_spectrum(0, 8, 8, 10.0**-np.arange(0, 24, 3))
        eps = 2 * 10.0**-exponent
        ranks = tt.select_ranks(matrix, [8, 8], eps=eps).ranks
        self.assertLessEqual(tt.decompose(matrix, [8, 8], ranks).relative_error, eps)
        self.assertEqual([1, -(-exponent // 3), 1], ranks.tolist())

    def test_the_error_is_kept_by_the_randomized_decomposition(self):
        modes = [1024, 1100]
        matrix = np.random.RandomState(1).standard_normal(modes).astype(np.float32)
        cuts = tails(matrix)[0]
        for eps in (0.98, 0.95, 0.9, 0.83):
            selection = tt.select_ranks(matrix, modes, eps=eps)
            result = tt.decompose(matrix, modes, selection.ranks)
            self.assertLessEqual(relative_error(contract(result.cores), matrix),
                                 selection.error_bound)
            self.assertLessEqual(selection.error_bound, eps)
            self.assertLessEqual(selection.ranks[1], 1 + int(np.argmax(cuts <= eps / 1.0021)))

    def test_large_unfoldings(self):
        modes = (6, 12, 8, 16, 5, 4)
        tensor = decaying(0, modes, 6, np.float32)
        with mock.patch.object(truncated_svd, '_SMALL_WORK', 1 << 16):
            selection = tt.select_ranks(tensor, modes, compression=100)
            result = tt.decompose(tensor, modes, selection.ranks)
        self.assertAlmostEqual(result.relative_error, selection.error_bound, delta=1e-6)

    def test_matrix(self):
        matrix = decaying(3, (24, 30), 5)
        selection = tt.select_matrix_ranks(matrix, (4, 6), (5, 6), eps=0.1)
        result = tt.decompose_matrix(matrix, (4, 6), (5, 6), selection.ranks)
        self.assertLessEqual(result.relative_error, 0.1)
        self.assertEqual(720 / selection.parameters, selection.compression)

    def test_single_mode_and_zero_tensor(self):
        self.assertEqual([1, 1], tt.select_ranks(np.ones(5), [5], parameters=5).ranks.tolist())
        selection = tt.select_ranks(np.zeros(MODES), MODES, eps=0.1)
        self.assertEqual(([1, 1, 1, 1, 1], 0), (selection.ranks.tolist(), selection.error_bound))
