"""`decompose` and `decompose_matrix`: layout, error bounds, targets, dtypes."""

import unittest
import warnings

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tests.tt.dense import contract, contract_matrix, decaying, random_train, relative_error, tails

MODES = (5, 4, 6, 3, 4)
DTYPES = (np.float32, np.float64)
# What rounding may add to a relative error.
ROUNDING = {np.float32: 2e-6, np.float64: 2e-14}


class Warned:
    """What becomes an array with a warning."""

    def __array__(self, dtype=None, copy=None):
        warnings.warn('it takes long', DeprecationWarning, stacklevel=2)
        return np.ones([4, 6], np.float32)


class InputTest(unittest.TestCase):

    def test_a_warning_of_its_conversion_is_no_error(self):
        self.assertEqual([1, 1, 1], tt.decompose(Warned(), [4, 6], eps=0.1).ranks.tolist())


class RanksTest(unittest.TestCase):

    @parameterized.expand([(dtype,) for dtype in DTYPES])
    def test_full_ranks_are_exact(self, dtype):
        tensor = decaying(0, MODES, 0.5, dtype)
        result = tt.decompose(tensor, MODES, tt.max_ranks(MODES))
        self.assertEqual(tt.max_ranks(MODES).tolist(), result.ranks.tolist())
        self.assertEqual({np.dtype(dtype)}, {core.dtype for core in result.cores})
        self.assertLess(relative_error(contract(result.cores), tensor), ROUNDING[dtype])
        self.assertLess(result.relative_error, ROUNDING[dtype])

    @parameterized.expand([(seed, decay) for seed in range(3) for decay in (0, 2, 8)])
    def test_error_is_within_the_bounds_of_the_theory(self, seed, decay):
        tensor = decaying(seed, MODES, decay)
        ranks = [1, 3, 5, 4, 2, 1]
        result = tt.decompose(tensor, MODES, ranks)
        error = relative_error(contract(result.cores), tensor)
        best = [cut[rank - 1] for cut, rank in zip(tails(tensor), ranks[1:])]
        self.assertGreaterEqual(error, max(best) * (1 - 1e-12))
        self.assertLessEqual(error, np.linalg.norm(best) * (1 + 1e-12))

    @parameterized.expand([(dtype,) for dtype in DTYPES])
    def test_reported_errors_are_the_true_ones(self, dtype):
        tensor = decaying(1, MODES, 2, dtype)
        result = tt.decompose(tensor, MODES, [1, 3, 5, 4, 2, 1])
        error = relative_error(contract(result.cores), tensor)
        self.assertAlmostEqual(error, result.relative_error, delta=ROUNDING[dtype])
        self.assertEqual((4,), result.bond_errors.shape)
        self.assertAlmostEqual(np.linalg.norm(result.bond_errors), result.relative_error)

    def test_only_the_cut_bond_has_an_error(self):
        ranks = tt.max_ranks(MODES)
        ranks[3] = 2
        tensor = decaying(2, MODES, 1)
        errors = tt.decompose(tensor, MODES, ranks).bond_errors
        self.assertAlmostEqual(tails(tensor)[2][1], errors[2], delta=1e-13)
        np.testing.assert_allclose(errors[[0, 1, 3]], 0, atol=1e-13)

    def test_cores_but_the_last_are_left_orthogonal(self):
        cores = tt.decompose(decaying(3, MODES, 1), MODES, [1, 3, 5, 4, 2, 1]).cores
        for core in cores[:-1]:
            columns = core.reshape(-1, core.shape[-1])
            np.testing.assert_allclose(columns.T @ columns, np.eye(core.shape[-1]), atol=1e-12)

    def test_a_rank_above_what_the_right_neighbour_carries_is_kept(self):
        tensor = decaying(4, (8, 2, 8), 1)
        result = tt.decompose(tensor, (8, 2, 8), [1, 8, 2, 1])
        self.assertEqual([1, 8, 2, 1], result.ranks.tolist())
        error = relative_error(contract(result.cores), tensor)
        self.assertAlmostEqual(tails(tensor)[1][1], error, delta=1e-12)

    def test_max_rank_caps_the_ranks_of_the_tensor(self):
        tensor = decaying(5, MODES, 1)
        self.assertEqual([1, 5, 7, 7, 4, 1], tt.decompose(tensor, MODES, max_rank=7).ranks.tolist())
        result = tt.decompose(tensor, MODES, [1, 5, 9, 2, 2, 1], max_rank=4)
        self.assertEqual([1, 4, 4, 2, 2, 1], result.ranks.tolist())

    def test_input_is_never_changed_nor_shared(self):
        for modes in ((6, 10), (60,)):
            tensor = decaying(6, modes, 1)
            before = tensor.copy()
            cores = tt.decompose(tensor, modes, max_rank=6).cores
            for core in cores:
                core[...] = 7
            np.testing.assert_array_equal(before, tensor)


class EpsTest(unittest.TestCase):

    @parameterized.expand([(seed, decay, dtype) for seed in range(3) for decay in (0, 1, 3, 12)
                           for dtype in DTYPES])
    def test_eps_is_a_guarantee(self, seed, decay, dtype):
        tensor = decaying(seed, MODES, decay, dtype)
        for eps in (0.9, 0.5, 0.2, 0.05, 1e-2, 1e-3, 1e-5, 3e-6):
            result = tt.decompose(tensor, MODES, eps=eps)
            self.assertLessEqual(relative_error(contract(result.cores), tensor), eps)
            self.assertLessEqual(result.relative_error, eps)

    @parameterized.expand([(exponent,) for exponent in range(7, 14)])
    def test_small_eps_is_a_guarantee_in_float64(self, exponent):
        tensor = decaying(0, MODES, 25)
        result = tt.decompose(tensor, MODES, eps=10.0**-exponent)
        self.assertLessEqual(relative_error(contract(result.cores), tensor), 10.0**-exponent)

    def test_ranks_are_not_larger_than_needed(self):
        tensor = decaying(0, MODES, 6)
        for eps in (0.3, 0.1, 0.01):
            ranks = tt.decompose(tensor, MODES, eps=eps).ranks
            for bond, cut in enumerate(tails(tensor), 1):
                # With its even share of the error a bond needs this rank; carrying over what
                # other bonds leave only lowers it.
                sufficient = 1 + int(np.argmax(cut <= eps / 2))
                self.assertLessEqual(ranks[bond], sufficient)

    @parameterized.expand([(dtype, eps) for dtype in DTYPES for eps in (0, 1e-6)])
    def test_an_exact_low_rank_is_found(self, dtype, eps):
        cores = random_train(1, MODES, [1, 3, 4, 5, 2, 1])
        tensor = contract(cores).astype(dtype)
        result = tt.decompose(tensor, MODES, eps=eps)
        self.assertEqual([1, 3, 4, 5, 2, 1], result.ranks.tolist())
        self.assertLess(relative_error(contract(result.cores), tensor), ROUNDING[dtype])

    def test_limits_bind_before_eps(self):
        tensor = decaying(0, MODES, 1)
        limits = [1, 2, 8, 3, 2, 1]
        result = tt.decompose(tensor, MODES, limits, eps=1e-3, max_rank=7)
        self.assertEqual([1, 2, 7, 3, 2, 1], result.ranks.tolist())
        self.assertGreater(result.relative_error, 1e-3)
        loose = tt.decompose(tensor, MODES, limits, eps=0.95)
        self.assertTrue((loose.ranks < limits).any())

    def test_zero_tensor(self):
        result = tt.decompose(np.zeros((3, 4, 5)), (3, 4, 5), eps=0.1)
        self.assertEqual([1, 1, 1, 1], result.ranks.tolist())
        self.assertEqual(0, result.relative_error)
        np.testing.assert_array_equal(0, contract(result.cores))
        exact = tt.decompose(np.zeros((3, 4, 5)), (3, 4, 5), [1, 2, 3, 1])
        self.assertEqual(0, exact.relative_error)
        np.testing.assert_array_equal([0, 0], exact.bond_errors)

    @parameterized.expand([(1e-200,), (1e-300,), (1e160,), (1e300,)])
    def test_extreme_magnitudes(self, scale):
        tensor = decaying(0, MODES, 3)
        result = tt.decompose(scale * tensor, MODES, eps=0.01)
        self.assertEqual(tt.decompose(tensor, MODES, eps=0.01).ranks.tolist(),
                         result.ranks.tolist())
        self.assertLessEqual(relative_error(contract(result.cores) / scale, tensor), 0.01)

    @parameterized.expand([
        ('float16', np.float16, np.float32), ('int', np.int64, np.float64),
        ('uint8', np.uint8, np.float64), ('swapped', '>f8', np.float64),
    ])
    def test_other_dtypes(self, _, dtype, expected):
        tensor = np.random.RandomState(0).randint(0, 9, MODES).astype(dtype)
        cores = tt.decompose(tensor, MODES, eps=0).cores
        self.assertEqual({np.dtype(expected)}, {core.dtype for core in cores})
        self.assertLess(relative_error(contract(cores), tensor), 1e-6)

    def test_one_and_unit_modes(self):
        tensor = np.arange(1.0, 7)
        for modes in ((6,), (1, 6, 1), (1, 1, 6), (2, 1, 3)):
            result = tt.decompose(tensor, modes, eps=0)
            np.testing.assert_allclose(contract(result.cores).ravel(), tensor, rtol=1e-12)
        self.assertEqual((0,), tt.decompose(tensor, (6,), eps=0).bond_errors.shape)

    def test_memory_order_of_the_input_does_not_matter(self):
        tensor = decaying(0, MODES, 2)
        expected = tt.svd(tensor, MODES, max_rank=4)
        np.testing.assert_array_equal(expected, tt.svd(np.asfortranarray(tensor), MODES,
                                                       max_rank=4))
        np.testing.assert_array_equal(expected, tt.svd(tensor.ravel(), MODES, max_rank=4))


class MatrixTest(unittest.TestCase):

    @parameterized.expand([
        ('square', (3, 4, 2), (2, 5, 3)), ('tall', (4, 5, 3), (1, 2, 2)), ('one', (6,), (7,)),
    ])
    def test_full_ranks_are_exact(self, _, left, right):
        matrix = np.random.RandomState(0).standard_normal((np.prod(left), np.prod(right)))
        result = tt.decompose_matrix(matrix, left, right, eps=0)
        self.assertEqual(list(zip(left, right)), [core.shape[1:3] for core in result.cores])
        self.assertLess(relative_error(contract_matrix(result.cores), matrix), 1e-13)

    def test_eps_is_a_guarantee(self):
        left, right = (4, 3, 5), (3, 6, 2)
        matrix = decaying(0, left + right, 3).reshape(60, 36)
        for eps in (0.5, 0.1, 0.01, 1e-4):
            result = tt.decompose_matrix(matrix, left, right, eps=eps)
            self.assertLessEqual(relative_error(contract_matrix(result.cores), matrix), eps)

    def test_a_kronecker_product_has_rank_one(self):
        random = np.random.RandomState(0)
        first, second = random.standard_normal((3, 4)), random.standard_normal((5, 2))
        result = tt.decompose_matrix(np.kron(first, second), (3, 5), (4, 2), eps=1e-10)
        self.assertEqual([1, 1, 1], result.ranks.tolist())

    def test_flat_array_holds_the_same_cores(self):
        matrix = np.random.RandomState(0).standard_normal((24, 30))
        result = tt.decompose_matrix(matrix, (4, 6), (5, 6), eps=0.4)
        flat = tt.matrix_svd(matrix, (4, 6), (5, 6), eps=0.4)
        self.assertEqual(np.float32, flat.dtype)
        np.testing.assert_array_equal(
            np.concatenate([core.ravel() for core in result.cores]).astype(np.float32), flat)
