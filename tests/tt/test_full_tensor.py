"""From cores or a flat array back to the tensor or matrix, and cutting flat arrays into cores."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tests.tt.dense import contract, contract_matrix, random_train

MODES, RANKS = (4, 6, 6), [1, 3, 5, 1]
LEFT, RIGHT = (2, 3, 2), (2, 2, 3)


def _matrix_cores(dtype=np.float64):
    return [core.reshape(len(core), left, right, -1)
            for core, left, right in zip(random_train(0, MODES, RANKS, dtype), LEFT, RIGHT)]


class FullTest(unittest.TestCase):

    @parameterized.expand([(np.float32, 1e-5), (np.float64, 1e-12)])
    def test_tensor(self, dtype, tolerance):
        cores = random_train(0, MODES, RANKS, dtype)
        tensor = tt.full(cores)
        self.assertEqual((MODES, np.dtype(dtype)), (tensor.shape, tensor.dtype))
        np.testing.assert_allclose(tensor, contract(cores), rtol=tolerance, atol=tolerance)

    @parameterized.expand([(np.float32, 1e-5), (np.float64, 1e-12)])
    def test_matrix(self, dtype, tolerance):
        cores = _matrix_cores(dtype)
        matrix = tt.full_matrix(cores)
        self.assertEqual(((12, 12), np.dtype(dtype)), (matrix.shape, matrix.dtype))
        np.testing.assert_allclose(matrix, contract_matrix(cores), rtol=tolerance, atol=tolerance)

    @parameterized.expand([(d,) for d in range(1, 6)])
    def test_any_number_of_cores(self, d):
        modes, ranks = (4, 3, 5, 2, 3)[:d], [1] + [3, 4, 2, 3][:d - 1] + [1]
        cores = random_train(0, modes, ranks, np.float64)
        np.testing.assert_allclose(contract(cores), tt.full(cores), atol=1e-12)
        matrix_cores = [core[:, :, np.newaxis] for core in cores]
        np.testing.assert_allclose(contract_matrix(matrix_cores), tt.full_matrix(matrix_cores),
                                   atol=1e-12)

    def test_cores_of_the_other_kind(self):
        with self.assertRaisesRegex(ValueError, r'^full: `cores` must be \[r_\{k-1\}, n_k, r_k\], '
                                    r'but .* shape \[1, 2, 2, 3\]; use `full_matrix`$'):
            tt.full(_matrix_cores())
        with self.assertRaisesRegex(ValueError, r'^full_matrix: `cores` must be .* has shape '
                                    r'\[1, 4, 3\]; split .* or use `full`$'):
            tt.full_matrix(random_train(0, MODES, RANKS, np.float64))

    @parameterized.expand([
        ('cores', lambda values: tt.full([values.reshape(1, 12, 1)])),
        ('flat', lambda values: tt.full(values, [12], [1, 1])),
        ('matrix', lambda values: tt.full_matrix([values.reshape(1, 3, 4, 1)])),
        ('flat_matrix', lambda values: tt.full_matrix(values, [3], [4], [1, 1]))])
    def test_a_single_core_is_copied(self, _, make):
        values = np.arange(12.)
        result = make(values)
        np.testing.assert_array_equal(values, result.ravel())
        self.assertFalse(np.shares_memory(values, result))

    @parameterized.expand([(np.float32, ', or convert them to float64$'), (np.float64, '$')])
    def test_elements_that_their_type_does_not_hold(self, dtype, remedy):
        cores = [np.full([1, 2, 1], np.finfo(dtype).max / 2, dtype)] * 2
        with self.assertRaisesRegex(ValueError, 'full: the elements must fit '
                                    f'{np.dtype(dtype).name}, .*; scale the cores{remedy}'):
            tt.full(cores)

    @parameterized.expand([(np.float32, True), (np.float64, True), (np.float16, False),
                           (int, False)])
    def test_cut_cores_are_views_where_the_type_stays(self, dtype, is_view):
        flat = np.ones(20, dtype)
        for cut in (tt.unflatten(flat, [4, 6], [1, 2, 1]),
                    tt.unflatten_matrix(flat, [2, 2], [2, 3], [1, 2, 1])):
            self.assertEqual([is_view] * 2, [np.shares_memory(core, flat) for core in cut])

    def test_single_entry_of_a_matrix(self):
        first, second, third = _matrix_cores()
        entry = first[:, 1, 0] @ second[:, 2, 1] @ third[:, 0, 2]
        row, column = np.ravel_multi_index((1, 2, 0), LEFT), np.ravel_multi_index((0, 1, 2), RIGHT)
        self.assertAlmostEqual(entry[0, 0], tt.full_matrix([first, second, third])[row, column])

    def test_flat_array(self):
        cores = random_train(0, MODES, RANKS, np.float32)
        flat = tt.flatten(cores)
        self.assertEqual((np.dtype(np.float32), 1), (flat.dtype, flat.ndim))
        np.testing.assert_array_equal(tt.full(cores), tt.full(flat, MODES, RANKS))
        np.testing.assert_array_equal(tt.full_matrix(_matrix_cores(np.float32)),
                                      tt.full_matrix(flat, LEFT, RIGHT, RANKS))

    def test_cores_are_cut_where_they_were_joined(self):
        cores = _matrix_cores(np.float32)
        for core, again in zip(cores, tt.unflatten_matrix(tt.flatten(cores), LEFT, RIGHT, RANKS)):
            np.testing.assert_array_equal(core, again)
        cores = random_train(0, MODES, RANKS, np.float32)
        for core, again in zip(cores, tt.unflatten(tt.flatten(cores), MODES, RANKS)):
            np.testing.assert_array_equal(core, again)

    def test_inverse_of_svd(self):
        matrix = np.random.RandomState(0).standard_normal((12, 12)).astype(np.float32)
        ranks = tt.max_ranks(MODES)
        flat = tt.matrix_svd(matrix, LEFT, RIGHT, ranks)
        np.testing.assert_allclose(tt.full_matrix(flat, LEFT, RIGHT, ranks), matrix, atol=1e-5)
        flat = tt.svd(matrix, MODES, ranks)
        np.testing.assert_allclose(tt.full(flat, MODES, ranks).ravel(), matrix.ravel(), atol=1e-5)


class TrainTest(unittest.TestCase):

    def test_norm(self):
        cores = random_train(1, MODES, RANKS)
        self.assertAlmostEqual(np.linalg.norm(contract(cores)), tt.norm(cores))
        self.assertAlmostEqual(np.linalg.norm(contract_matrix(_matrix_cores())),
                               tt.norm(_matrix_cores()))

    def test_norm_where_large_cores_cancel(self):
        # x + y - x as a train of rank 3, with y a billion times smaller than x.
        big, small = random_train(2, (3, 4), [1, 1, 1]), random_train(3, (3, 4), [1, 1, 1])
        big[0] = big[0] * 1e9
        first = np.concatenate([big[0], small[0], -big[0]], axis=2)
        second = np.concatenate([big[1], small[1], big[1]], axis=0)
        expected = np.linalg.norm(contract(small))
        self.assertAlmostEqual(1, tt.norm([first, second]) / expected, delta=1e-6)

    def test_storage_and_ranks(self):
        cores = random_train(1, MODES, RANKS)
        self.assertEqual(4 * 3 + 3 * 6 * 5 + 5 * 6, tt.storage(cores))
        self.assertEqual(RANKS, tt.ranks(cores).tolist())
        self.assertEqual(np.int32, tt.ranks(cores).dtype)
        self.assertEqual(tt.storage(cores), tt.storage(_matrix_cores()))
