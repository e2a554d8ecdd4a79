"""The argument `ranks`: one number for all bonds, and ranks beyond what any tensor needs."""

import itertools
import unittest
import warnings

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tests.tt.dense import contract, contract_matrix, decaying, random_train, relative_error, tails

MODES = (4, 4, 4)
MATRIX = decaying(0, (8, 8), 1)
PAIRS = (2, 2, 2), (2, 2, 2)


def _warnings(function, *arguments, **keywords):
    """Returns the result of a call and the texts of its warnings, which all point here."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        result = function(*arguments, **keywords)
    assert {warning.filename for warning in caught} <= {__file__}
    return result, [str(warning.message) for warning in caught]


class OneRankTest(unittest.TestCase):

    @parameterized.expand([(rank,) for rank in (1, 3, 4, 7, 100, np.int64(3), np.uint8(200), 3.0)])
    def test_it_is_that_of_all_bonds_where_it_is_useful(self, rank):
        expected = [1] + [min(int(rank), most) for most in tt.max_ranks(MODES)[1:-1]] + [1]
        tensor = decaying(1, MODES, 1)
        found, texts = _warnings(tt.decompose, tensor, MODES, rank)
        self.assertEqual(expected, found.ranks.tolist())
        listed = tt.decompose(tensor, MODES, expected)
        for core, other in zip(found.cores, listed.cores):
            np.testing.assert_array_equal(other, core)
        matrix, more = _warnings(tt.decompose_matrix, MATRIX, *PAIRS, ranks=rank)
        self.assertEqual(expected, matrix.ranks.tolist())
        self.assertEqual([], texts + more)

    def test_in_flat_arrays(self):
        tensor = decaying(2, MODES, 1)
        flat = tt.svd(tensor, MODES, 3)
        for one, listed in ((tt.unflatten(flat, MODES, 3), tt.unflatten(flat, MODES, [1, 3, 3, 1])),
                            ([tt.full(flat, MODES, 3)], [tt.full(flat, MODES, [1, 3, 3, 1])])):
            for array, other in zip(one, listed):
                np.testing.assert_array_equal(other, array)
        flat = tt.matrix_svd(MATRIX, *PAIRS, ranks=100)
        self.assertEqual([1, 4, 4, 1], tt.ranks(tt.unflatten_matrix(flat, *PAIRS, 100)).tolist())
        self.assertLess(relative_error(tt.full_matrix(flat, *PAIRS, 100), MATRIX), 1e-5)

    def test_of_a_single_core(self):
        self.assertEqual([1, 1], tt.decompose(np.ones(5), [5], 8).ranks.tolist())

    def test_many_small_modes(self):
        cores = random_train(3, [2] * 40, [1] + [5] * 39 + [1])
        ranks = tt.ranks(tt.round(cores, 2)).tolist()
        self.assertEqual([1] + [2] * 39 + [1], ranks)

    def test_is_a_limit_beside_eps(self):
        tensor = decaying(4, MODES, 1)
        self.assertEqual([1, 2, 2, 1], tt.decompose(tensor, MODES, 2, eps=1e-6).ranks.tolist())
        self.assertEqual([1, 1, 1, 1], tt.decompose(tensor, MODES, 2, eps=0.99).ranks.tolist())


class UselessRanksTest(unittest.TestCase):

    @parameterized.expand([([1, 40, 40, 1],), ([1, 5, 4, 1],), ([1, 4, 9, 1],), ([1, 2, 40, 1],),
                           ([1, 40, 1, 1],)])
    def test_zeros_fill_them_up(self, ranks):
        for dtype in (np.float32, np.float64):
            tensor = decaying(5, MODES, 1, dtype)
            useful = np.minimum(ranks, tt.max_ranks(MODES))
            found, (text,) = _warnings(tt.decompose, tensor, MODES, ranks)
            self.assertEqual(ranks, found.ranks.tolist())
            self.assertEqual({np.dtype(dtype)}, {core.dtype for core in found.cores})
            expected = tt.decompose(tensor, MODES, useful)
            for filled, core in zip(found.cores, expected.cores):
                left, _, right = core.shape
                np.testing.assert_array_equal(core, filled[:left, :, :right])
                self.assertEqual(np.count_nonzero(core), np.count_nonzero(filled))
            self.assertEqual(expected.relative_error, found.relative_error)
            wrong = next(k for k in range(4) if ranks[k] > useful[k])
            self.assertTrue(text.startswith(
                f'decompose: some TT-ranks are larger than useful: ranks[{wrong}] is '
                f'{ranks[wrong]}, but the maximum of that bond is 4'), text)
            self.assertTrue(text.endswith(f'ranks={useful.tolist()} can do the same with fewer '
                                          'parameters'), text)

    def test_a_rank_that_its_neighbours_do_not_reach(self):
        """It is of use to other tensors of these modes, so there is no warning."""
        tensor = decaying(6, (2, 2, 2, 2), 0.5)
        for ranks, bond in (([1, 1, 4, 2, 1], 1), ([1, 2, 4, 1, 1], 3)):
            found, texts = _warnings(tt.decompose, tensor, (2,) * 4, ranks)
            self.assertEqual(ranks, found.ranks.tolist())
            self.assertEqual([], texts)
            error = relative_error(contract(found.cores), tensor)
            self.assertAlmostEqual(tails(tensor)[bond - 1][0], error, delta=1e-12)

    def test_of_a_matrix(self):
        for function in (lambda: tt.decompose_matrix(MATRIX, *PAIRS, ranks=[1, 40, 6, 1]).cores,
                         lambda: tt.unflatten_matrix(tt.matrix_svd(
                             MATRIX, *PAIRS, ranks=[1, 40, 6, 1]), *PAIRS, [1, 40, 6, 1])):
            cores, texts = _warnings(function)
            self.assertEqual([1, 40, 6, 1], tt.ranks(cores).tolist())
            self.assertLess(relative_error(contract_matrix(cores), MATRIX), 1e-6)
            self.assertEqual(1, len(texts))

    def test_they_are_no_limit_to_eps(self):
        found, texts = _warnings(tt.decompose, decaying(7, MODES, 1), MODES, [1, 40, 2, 1],
                                 eps=1e-9)
        self.assertEqual([1, 4, 2, 1], found.ranks.tolist())
        self.assertEqual([], texts)

    def test_max_rank_lowers_them(self):
        found, texts = _warnings(tt.decompose, decaying(7, MODES, 1), MODES, [1, 40, 2, 1],
                                 max_rank=3)
        self.assertEqual([1, 3, 2, 1], found.ranks.tolist())
        self.assertEqual([], texts)

    def test_of_zeros(self):
        found, _ = _warnings(tt.decompose, np.zeros(64), MODES, [1, 9, 9, 1])
        self.assertEqual([1, 9, 9, 1], found.ranks.tolist())
        np.testing.assert_array_equal(0, contract(found.cores))


class RoundTest(unittest.TestCase):

    @parameterized.expand([
        ('as_they_are', [1, 40, 40, 1], [1, 40, 40, 1], [1, 40, 40, 1]),
        ('lower_ones_above_the_maximum', [1, 40, 40, 1], [1, 20, 5, 1], [1, 20, 5, 1]),
        ('one_of_two', [1, 40, 40, 1], [1, 40, 3, 1], [1, 40, 3, 1]),
        ('none_above_the_maximum', [1, 40, 40, 1], [1, 4, 3, 1], [1, 4, 3, 1]),
        ('of_a_train_of_useful_ranks', [1, 4, 4, 1], [1, 40, 40, 1], [1, 40, 40, 1]),
        ('one_number', [1, 40, 40, 1], 40, [1, 4, 4, 1]),
        ('one_low_number', [1, 40, 40, 1], 2, [1, 2, 2, 1]),
        ('one_number_is_a_limit', [1, 2, 2, 1], 3, [1, 2, 2, 1]),
    ])
    def test_ranks(self, _, before, ranks, after):
        cores = random_train(8, MODES, before)
        rounded, texts = _warnings(tt.round, cores, ranks)
        self.assertEqual(after, tt.ranks(rounded).tolist())
        self.assertEqual(int(max(after) > 4), len(texts))
        if min(after[1:3]) >= 4:
            self.assertLess(relative_error(contract(rounded), contract(cores)), 1e-13)

    def test_matrix(self):
        cores, _ = _warnings(
            lambda: tt.decompose_matrix(MATRIX, *PAIRS, ranks=[1, 9, 9, 1]).cores)
        rounded, (text,) = _warnings(tt.round, cores, tt.ranks(cores))
        self.assertEqual([core.shape for core in cores], [core.shape for core in rounded])
        self.assertLess(relative_error(contract_matrix(rounded), MATRIX), 1e-13)
        self.assertRegex(text, r'^round: some TT-ranks are larger than useful: ranks\[1\] is 9, ')

    def test_not_with_eps(self):
        cores = random_train(9, MODES, [1, 40, 40, 1])
        rounded, texts = _warnings(tt.round, cores, [1, 40, 40, 1], eps=1e-9)
        self.assertEqual([1, 4, 4, 1], tt.ranks(rounded).tolist())
        self.assertEqual([], texts)


class MaxRanksTest(unittest.TestCase):

    @parameterized.expand([
        ([7], [1, 1]),
        ([4, 5, 3, 6], [1, 4, 18, 6, 1]),
        ([1, 1, 1], [1, 1, 1, 1]),
        ([2, 100, 3], [1, 2, 3, 1]),
        ([8, 28, 32, 32, 28, 16], [1, 8, 224, 7168, 448, 16, 1]),
    ])
    def test_known_values(self, modes, expected):
        self.assertEqual(expected, tt.max_ranks(modes).tolist())

    def test_a_random_tensor_has_these_ranks(self):
        for modes in itertools.product((1, 2, 3), repeat=4):
            tensor = np.random.RandomState(0).standard_normal(modes)
            ranks = [np.linalg.matrix_rank(tensor.reshape(int(np.prod(modes[:k])), -1))
                     for k in range(1, 4)]
            self.assertEqual([1] + ranks + [1], tt.max_ranks(modes).tolist(), msg=modes)

    def test_modes_may_be_tuples_arrays_and_integral_floats(self):
        for modes in ((4, 6, 2), np.array([4, 6, 2], np.int8), [4.0, 6.0, np.float32(2)]):
            self.assertEqual([1, 4, 2, 1], tt.max_ranks(modes).tolist())

    def test_huge_sizes_do_not_overflow(self):
        ranks = tt.max_ranks([2] * 128)
        self.assertEqual(2**30, ranks[30])
        self.assertEqual(np.iinfo(np.int32).max, ranks[64])
