"""Each method of a single cut.

The sizes from which on a method is used are lowered, so that the tests take seconds; the numbers
they are lowered from are tested by themselves.
"""

import unittest
from unittest import mock

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tensornet.tt import truncated_svd as methods
from tests.tt.dense import contract, decaying, relative_error, with_spectrum

GEOMETRIC = 2.0**-np.arange(40)
HARMONIC = 1 / np.arange(1, 257)
FLAT_TAIL = np.concatenate([[10, 9, 8, 7, 6], np.full(507, 0.1)])
# More often than a block has columns: exactly, and but for a millionth.
CROWDED = {
    'levels': np.repeat([5., 3., 1.], [40, 60, 412]),
    'blocks': np.repeat(np.linspace(3, 1, 16), 32),
    'almost': np.repeat([2., 1., 0.4], [50, 50, 412]) * (1 + 1e-6 * np.cos(np.arange(512))),
}
SIZES = {'_SMALL_WORK': 1 << 16, '_RANDOMIZED_ROWS': 512}


def _lower_sizes(test):
    """Lowers the sizes for the time of a test."""
    patch = mock.patch.multiple(methods, **SIZES)
    patch.start()
    test.addCleanup(patch.stop)


class SizesTest(unittest.TestCase):

    @parameterized.expand([
        ('golden', (20, 144), True), ('large', (128, 1024), True), ('tall', (1024, 8), True),
        ('long', (8, 1 << 16), False), ('square', (400, 400), False),
    ])
    def test_small_unfoldings_are_given_to_lapack(self, _, shape, small):
        self.assertEqual(small, methods.is_small(np.broadcast_to(np.float32(0), shape)))


def _cut(matrix, max_rank=None, tolerance=None):
    """The cut, and its true error relative to the norm."""
    energy = float((matrix.astype(np.float64)**2).sum())
    factor, rest, cut = methods.truncated_svd(
        matrix, max_rank or min(matrix.shape),
        None if tolerance is None else tolerance**2 * energy, energy)
    error = relative_error(factor.astype(np.float64) @ rest.astype(np.float64), matrix)
    return factor, rest, np.sqrt(cut / energy), error


def _best(values, rank):
    return np.sqrt((values[rank:]**2).sum() / (values**2).sum())


class TruncatedSvdTest(unittest.TestCase):

    def setUp(self):
        _lower_sizes(self)

    def _assert_uses(self, method, matrix, tolerance, max_rank=None):
        """Checks which method does the work, by what it calls."""
        with mock.patch.object(methods, method, wraps=getattr(methods, method)) as called:
            _cut(matrix, max_rank, tolerance)
        self.assertTrue(called.called, msg=method)

    def test_method_is_chosen_by_shape_and_accuracy(self):
        wide = np.random.RandomState(0).standard_normal((100, 400))
        self._assert_uses('_direct', wide[:10], 0.1)
        self._assert_uses('gram', wide, 0.1)
        self._assert_uses('gram', wide.astype(np.float32), None)
        self._assert_uses('lower_factor', wide, 1e-7)
        self._assert_uses('lower_factor', wide, None)
        large = with_spectrum(0, 512, 540, GEOMETRIC)
        self._assert_uses('dominant_range', large, None, max_rank=9)
        self._assert_uses('dominant_range', large, 0.1)

    @parameterized.expand([(dtype, order) for dtype in (np.float32, np.float64) for order in 'CF'])
    def test_tolerance_is_kept_and_the_rank_is_least(self, dtype, order):
        matrix = np.array(with_spectrum(1, 300, 700, HARMONIC, dtype), order=order)
        self.assertFalse(methods.is_small(matrix))
        for tolerance in (0.3, 0.1, 0.06):
            factor, rest, reported, error = _cut(matrix, tolerance=tolerance)
            self.assertLessEqual(error, tolerance)
            self.assertAlmostEqual(error, reported, delta=1e-6)
            rank = factor.shape[1]
            self.assertLessEqual(_best(HARMONIC, rank), tolerance)
            self.assertGreater(_best(HARMONIC, rank - 1), tolerance)
            self.assertEqual((matrix.dtype, matrix.dtype), (factor.dtype, rest.dtype))
            self.assertEqual(order == 'C', rest.flags.c_contiguous)

    @parameterized.expand([(exponent,) for exponent in range(2, 12)])
    def test_ill_conditioned_spectrum(self, exponent):
        matrix = with_spectrum(2, 100, 900, GEOMETRIC)
        tolerance = 10.0**-exponent
        factor, _, reported, error = _cut(matrix, tolerance=tolerance)
        self.assertLessEqual(error, tolerance)
        self.assertLessEqual(reported, tolerance)
        self.assertEqual(1 + int(np.argmax([_best(GEOMETRIC, rank) <= tolerance
                                            for rank in range(1, 41)])), factor.shape[1])

    @parameterized.expand([(np.float32, 1e-6), (np.float64, 1e-14)])
    def test_factor_is_orthonormal(self, dtype, tolerance):
        for rows, rank in ((100, 40), (512, 40)):
            factor = _cut(with_spectrum(3, rows, 600, GEOMETRIC, dtype), max_rank=rank)[0]
            self.assertEqual((rows, rank), factor.shape)
            np.testing.assert_allclose(factor.T @ factor, np.eye(rank), atol=tolerance)

    @parameterized.expand([('geometric', GEOMETRIC), ('flat tail', FLAT_TAIL)])
    def test_randomized_rank_is_nearly_optimal(self, _, values):
        matrix = with_spectrum(4, 512, 540, values, np.float32)
        for rank in (1, 5, 12):
            factor, _, reported, error = _cut(matrix, max_rank=rank)
            self.assertEqual(rank, factor.shape[1])
            self.assertLess(error, 1.002 * _best(values, rank) + 1e-6)
            self.assertAlmostEqual(error, reported, delta=1e-6)

    @parameterized.expand([(dtype,) for dtype in (np.float32, np.float64)])
    def test_randomized_tolerance_is_kept(self, dtype):
        matrix = with_spectrum(5, 512, 540, HARMONIC, dtype)
        for tolerance in (0.5, 0.2, 0.12):
            factor, _, reported, error = _cut(matrix, tolerance=tolerance)
            self.assertLessEqual(error, tolerance)
            self.assertAlmostEqual(error, reported, delta=1e-6)
            needed = 1 + int(np.argmax([_best(HARMONIC, rank) <= 0.998 * tolerance
                                        for rank in range(1, 256)]))
            self.assertLessEqual(factor.shape[1], needed)

    @parameterized.expand([(dtype,) for dtype in (np.float32, np.float64)])
    def test_randomized_method_keeps_to_what_it_says_on_noise(self, dtype):
        matrix = np.random.RandomState(8).standard_normal((1024, 1100)).astype(dtype)
        values = np.linalg.svd(matrix.astype(np.float64), compute_uv=False)
        for rank in (1, 11, 60):
            self.assertLessEqual(_cut(matrix, max_rank=rank)[3], 1.002 * _best(values, rank))
        for tolerance in (0.98, 0.95, 0.9):
            factor, _, _, error = _cut(matrix, tolerance=tolerance)
            self.assertLessEqual(error, tolerance)
            needed = 1 + int(np.argmax([_best(values, rank) <= 0.998 * tolerance
                                        for rank in range(1, 256)]))
            self.assertLessEqual(factor.shape[1], needed)

    @parameterized.expand([('geometric', GEOMETRIC), ('floor', [1] * 12 + [1e-9] * 400),
                           ('exact', [1, 0.5, 0.25])])
    def test_randomized_method_is_as_exact_as_lapack(self, _, values):
        values = np.array(values, np.float64)
        matrix = with_spectrum(9, 512, 540, values)
        for rank in (3, 12, 30):
            factor, _, reported, error = _cut(matrix, max_rank=rank)
            best = _best(values, rank)
            self.assertLessEqual(error, 1.002 * best + 4e-15)
            self.assertAlmostEqual(error, reported, delta=0.01 * best + 4e-15)
            np.testing.assert_allclose(factor.T @ factor, np.eye(rank), atol=1e-13)

    def test_rows_and_columns_of_zeros(self):
        matrix = np.zeros((512, 540))
        matrix[:20, 30:70] = np.random.RandomState(10).standard_normal((20, 40))
        for rank in (8, 25):
            factor, _, _, error = _cut(matrix, max_rank=rank)
            np.testing.assert_allclose(factor.T @ factor, np.eye(rank), atol=1e-13)
            best = _best(np.linalg.svd(matrix, compute_uv=False), rank)
            self.assertLessEqual(error, 1.002 * best + 4e-15)

    def test_a_flat_spectrum_falls_back_from_the_randomized_method(self):
        matrix = np.random.RandomState(6).standard_normal((512, 540)).astype(np.float32)
        factor, _, _, error = _cut(matrix, tolerance=0.5)
        self.assertLessEqual(error, 0.5)
        values = np.linalg.svd(matrix, compute_uv=False)
        self.assertGreater(_best(values, factor.shape[1] - 1), 0.5)

    @parameterized.expand([(name, dtype, rank) for name in CROWDED
                           for dtype in ('float32', 'float64') for rank in (20, 40, 60)])
    def test_randomized_method_finds_all_of_many_equal_values(self, name, dtype, rank):
        values = CROWDED[name]
        matrix = with_spectrum(9, 512, 540, values, dtype)
        self.assertLess(_cut(matrix, max_rank=rank)[3], 1.002 * _best(values, rank) + 1e-6)
        tolerance = 1.0025 * _best(values, rank)
        factor, _, _, error = _cut(matrix, tolerance=tolerance)
        self.assertLessEqual(error, tolerance)
        self.assertLessEqual(factor.shape[1], rank)

    def test_results_repeat_and_leave_the_global_generator_alone(self):
        matrix = with_spectrum(7, 512, 540, GEOMETRIC, np.float32)
        np.random.seed(5)
        before = np.random.get_state()[1].copy()
        first, second = _cut(matrix, max_rank=6), _cut(matrix, max_rank=6)
        np.testing.assert_array_equal(first[0], second[0])
        np.testing.assert_array_equal(before, np.random.get_state()[1])


class RoundingTest(unittest.TestCase):
    """Sums of like numbers, whose roundings do not cancel."""

    @parameterized.expand([
        (f'{np.dtype(dtype).name}_{rows}x{columns}', dtype, rows, columns)
        for dtype in (np.float32, np.float64)
        for rows, columns in ((1000, 2), (2, 1000), (300, 12), (300, 300))])
    def test_small_unfoldings(self, _, dtype, rows, columns):
        matrix = np.ones((rows, columns), dtype)
        for rank in (1, 2):
            factor, rest, _ = methods.truncated_svd(matrix, rank, None, float(matrix.size))
            self.assertLess(_missed(factor, rest, matrix), 2)

    @parameterized.expand([('c', 'C'), ('fortran', 'F')])
    def test_a_tight_tolerance_of_float32(self, _, order):
        matrix = np.ones((600, 4000), np.float32, order)
        factor, rest, _ = methods.truncated_svd(matrix, 600, 1e-12 * matrix.size, matrix.size)
        self.assertEqual(np.float32, rest.dtype)
        self.assertTrue(rest.flags.c_contiguous if order == 'C' else rest.flags.f_contiguous)
        self.assertLess(_missed(factor, rest, matrix), 2)


def _missed(factor, rest, matrix):
    """What the factor could hold of the matrix and the product does not, in relative units."""
    wide = factor.astype(np.longdouble)
    missed = wide.T @ (matrix - wide @ rest.astype(np.longdouble))
    part = np.sqrt(np.sum(missed**2) / matrix.size)
    return float(part) / np.finfo(matrix.dtype).eps


class LargeSweepTest(unittest.TestCase):
    """Sweeps that start on large states, from both ends."""

    MODES = (6, 12, 8, 16, 5, 4)

    def setUp(self):
        _lower_sizes(self)

    @parameterized.expand([(dtype, eps) for dtype in (np.float32, np.float64)
                           for eps in (0.5, 0.05, 1e-3)])
    def test_eps_is_a_guarantee(self, dtype, eps):
        tensor = decaying(0, self.MODES, 6, dtype)
        result = tt.decompose(tensor, self.MODES, eps=eps)
        error = relative_error(contract(result.cores), tensor)
        self.assertLessEqual(error, eps)
        self.assertAlmostEqual(error, result.relative_error, delta=2e-6)

    @parameterized.expand([(dtype,) for dtype in (np.float32, np.float64)])
    def test_ranks_give_the_error_of_the_plain_sweep(self, dtype):
        tensor = decaying(1, self.MODES, 6, dtype)
        ranks = [1, 4, 9, 9, 6, 3, 1]
        large = tt.decompose(tensor, self.MODES, ranks)
        with mock.patch.object(methods, '_SMALL_WORK', 1 << 40):
            plain = tt.decompose(tensor, self.MODES, ranks)
        self.assertEqual(ranks, large.ranks.tolist())
        error = relative_error(contract(large.cores), tensor)
        self.assertAlmostEqual(error, large.relative_error, delta=2e-6)
        self.assertLess(error, 1.1 * plain.relative_error)

    def test_ranks_beyond_a_neighbour_are_filled_with_zeros(self):
        modes, ranks = (8, 2, 64), [1, 8, 2, 1]
        tensor = decaying(2, modes, 2)
        with mock.patch.object(methods, '_SMALL_WORK', 1):
            result = tt.decompose(tensor, modes, ranks)
        self.assertEqual(ranks, result.ranks.tolist())
        plain = tt.decompose(tensor, modes, ranks)
        self.assertAlmostEqual(plain.relative_error,
                               relative_error(contract(result.cores), tensor), delta=1e-12)
