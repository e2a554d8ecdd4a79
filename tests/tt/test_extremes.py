"""A short run of the sweep over dtypes, layouts and magnitudes; see `extremes`."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tests.tt import extremes
from tests.tt.dense import contract, decaying, random_train, relative_error

MODES = (4, 5, 6, 3)


class SweepTest(unittest.TestCase):

    @parameterized.expand([(seed,) for seed in range(0, 160, 40)])
    def test_no_case_disagrees(self, seed):
        self.assertEqual([], list(extremes.run(seed, 40)))

    def test_a_wrong_result_is_noticed(self):
        cores = tt.decompose(decaying(0, MODES, 1), MODES, eps=0.01).cores
        cores[1] = 0.97 * cores[1]
        self.assertGreater(extremes.error(cores, decaying(0, MODES, 1)), 0.02)


class TrainTest(unittest.TestCase):

    @parameterized.expand([(exponent,) for exponent in (-300, -155, 155, 300)])
    def test_rounding_at_any_scale(self, exponent):
        cores = random_train(0, MODES, [1, 4, 12, 3, 1])
        expected = tt.round(cores, eps=0.3)
        scaled = [10.0**exponent * cores[0]] + cores[1:]
        rounded = tt.round(scaled, eps=0.3)
        self.assertEqual(tt.ranks(expected).tolist(), tt.ranks(rounded).tolist())
        self.assertLessEqual(extremes.error(rounded, extremes.contract(scaled)), 0.3)
        self.assertAlmostEqual(1, tt.norm(scaled) / tt.norm(cores) / 10.0**exponent, delta=1e-12)

    def test_cores_that_make_up_for_each_other(self):
        cores = random_train(1, (3,) * 12, [1] + [3] * 11 + [1])
        scaled = [core * 10.0**(200 if k < 6 else -200) for k, core in enumerate(cores)]
        self.assertAlmostEqual(1, tt.norm(scaled) / tt.norm(cores), delta=1e-12)
        np.testing.assert_allclose(tt.full(scaled), contract(cores), rtol=1e-10, atol=1e-12)
        rounded = tt.round(scaled, eps=0.1)
        self.assertLessEqual(relative_error(tt.full(rounded), contract(cores)), 0.1)

    def test_an_index_that_is_large_in_one_core_and_small_in_the_next(self):
        first = np.array([1e250, 1e-250]).reshape(1, 1, 2)
        last = np.array([1e-250, 3e250]).reshape(2, 1, 1)
        self.assertAlmostEqual(4, tt.norm([first, last]), delta=1e-12)
        self.assertAlmostEqual(4, tt.full([first, last]).item(), delta=1e-12)

    @parameterized.expand([(1e-300,), (1e-260,), (0.0,)])
    def test_an_index_that_is_large_and_of_no_weight_later(self, small):
        pair = [np.array([1e-250, 1e250]).reshape(1, 1, 2),
                np.array([7e250, small]).reshape(2, 1, 1)]
        for before in (0, 1, 3):
            train = [np.ones((1, 2, 1))] * before + pair + [np.ones((1, 3, 1))]
            entries = tt.full(train)
            np.testing.assert_allclose(entries, np.full(entries.shape, 7 + 1e250 * small),
                                       rtol=1e-12)
            self.assertAlmostEqual(7 * np.sqrt(entries.size), tt.norm(train), delta=1e-8)
            np.testing.assert_allclose(tt.full(tt.round(train, eps=1e-8)), entries, rtol=1e-7)

    @parameterized.expand([(seed,) for seed in range(10)])
    def test_bonds_scaled_index_by_index(self, seed):
        """What an index is multiplied by in one core, it is divided by in the next."""
        modes, ranks = (3, 4, 2, 3, 2), [1, 3, 5, 4, 2, 1]
        cores = random_train(seed, modes, ranks)
        random = np.random.RandomState(seed)
        shifts = [random.randint(-500, 500, rank) for rank in ranks]
        shifts[0] = shifts[-1] = np.zeros(1, int)
        scaled = [np.ldexp(core, right - left[:, np.newaxis, np.newaxis])
                  for core, left, right in zip(cores, shifts[:-1], shifts[1:])]
        expected = contract(cores)
        np.testing.assert_allclose(tt.full(scaled), expected, atol=1e-12 * np.abs(expected).max())
        self.assertAlmostEqual(1, tt.norm(scaled) / np.linalg.norm(expected), delta=1e-12)
        for eps in (1e-10, 0.3):
            rounded = tt.round(scaled, eps=eps)
            self.assertLessEqual(relative_error(tt.full(rounded), expected), eps)
            self.assertEqual(tt.ranks(tt.round(cores, eps=eps)).tolist(),
                             tt.ranks(rounded).tolist())

    @parameterized.expand([(side, other) for side in (0, 1) for other in (1e-250, 5.0, 1e250)])
    def test_an_index_that_is_zero_on_one_side(self, side, other):
        """It counts for nothing, however large the other side is."""
        pair = [np.array([1e250, 0.0, 2e240]), np.array([1e-250, other, 3e-240])]
        first, last = pair if side == 0 else pair[::-1]
        cores = [first.reshape(1, 1, 3), last.reshape(3, 1, 1)]
        for train in (cores, [np.ones((1, 2, 1))] + cores + [np.ones((1, 2, 1))]):
            entries = tt.full(train)
            np.testing.assert_allclose(entries, np.full(entries.shape, 7.0), rtol=1e-12)
            self.assertAlmostEqual(7 * np.sqrt(entries.size), tt.norm(train), delta=1e-11)
            np.testing.assert_allclose(tt.full(tt.round(train, eps=1e-8)), entries, rtol=1e-7)

    def test_zeros_at_any_scale(self):
        cores = [np.full((1, 2, 2), 1e250), np.zeros((2, 3, 2)), np.full((2, 2, 1), 1e-250)]
        self.assertEqual(0, tt.norm(cores))
        self.assertFalse(tt.full(cores).any())
        self.assertFalse(tt.full(tt.round(cores, eps=0.1)).any())

    def test_a_norm_beyond_float32_is_shared_among_the_cores(self):
        # All entries are in range; as one core's, the norm is not, or just below what float64
        # numbers may round to.
        for scale in np.geomspace(1e36, 3e38, 60):
            tensor = np.full((1000, 2), scale, np.float32)
            cores = tt.decompose(tensor, (1000, 2), ranks=(1, 1, 1)).cores
            rounded = tt.round(cores, eps=0.1)
            self.assertLess(extremes.error(cores, tensor), 5e-7)
            self.assertLess(extremes.error(rounded, tensor), 1e-6)

    def test_what_no_number_can_be(self):
        cores = [core * 1e200 for core in random_train(2, MODES, [1, 2, 3, 2, 1])]
        self.assertEqual(np.inf, tt.norm(cores))
        with self.assertRaisesRegex(ValueError, 'full: the elements must fit float64, .* scale'):
            tt.full(cores)
        # As cores it is an ordinary train.
        self.assertTrue(all(np.isfinite(core).all() for core in tt.round(cores, max_rank=2)))
        self.assertEqual(0, tt.norm([core * 1e-300 for core in cores]) * 1e-300)


class FlatTest(unittest.TestCase):

    @parameterized.expand([(1e100,), (1e-100,)])
    def test_magnitudes_are_shared_among_the_cores_of_float32(self, scale):
        tensor = decaying(3, MODES, 1)
        ranks = tt.max_ranks(MODES)
        cores = tt.unflatten(tt.svd(scale * tensor, MODES, ranks), MODES, ranks)
        self.assertLess(extremes.error(cores, scale * tensor), 1e-6)

    @parameterized.expand([(1e200,), (1e-200,)])
    def test_what_float32_cores_cannot_be_is_refused(self, scale):
        with self.assertRaisesRegex(ValueError, 'matrix_svd: the tensor must be of a magnitude '
                                                'that its cores can have in float32, .*; scale it'):
            tt.matrix_svd(scale * decaying(4, (12, 10), 1), (3, 4), (5, 2), eps=0)
        with self.assertRaisesRegex(ValueError, r'flatten: `cores\[0\]` must be of a magnitude '
                                                'that float32 holds'):
            tt.flatten([np.full((1, 3, 1), scale)])

    def test_flat_and_nd_matrices(self):
        matrix = decaying(5, (6, 6), 1)
        expected = tt.matrix_svd(matrix, (2, 3), (3, 2), max_rank=3)
        for other in (matrix.ravel(), matrix.reshape(2, 3, 3, 2), matrix.tolist()):
            np.testing.assert_array_equal(expected,
                                          tt.matrix_svd(other, (2, 3), (3, 2), max_rank=3))


class RangeTest(unittest.TestCase):

    @parameterized.expand([(np.float32, 1e37), (np.float32, 1e-37), (np.float32, 1e-42),
                           (np.float64, 1e300), (np.float64, 1e-300)])
    def test_large_matrices(self, dtype, scale):
        random = np.random.RandomState(6)
        matrix = random.standard_normal((1024, 3)) @ random.standard_normal((3, 1030))
        matrix += 0.1 * random.standard_normal(matrix.shape)
        matrix = (matrix / np.abs(matrix).max() * scale).astype(dtype)
        wide = matrix.astype(np.longdouble) / scale
        expected = tt.decompose(wide.astype(dtype), matrix.shape, max_rank=3)
        result = tt.decompose(matrix, matrix.shape, max_rank=3)
        self.assertAlmostEqual(expected.relative_error, result.relative_error, delta=1e-6)
        product = result.cores[0][0].astype(np.float64) @ (result.cores[1][..., 0] / scale)
        self.assertAlmostEqual(result.relative_error,
                               relative_error(product, wide.astype(np.float64)), delta=1e-5)
        selection = tt.select_ranks(matrix, matrix.shape, eps=0.2)
        self.assertEqual([1, 3, 1], selection.ranks.tolist())


if __name__ == '__main__':
    unittest.main()
