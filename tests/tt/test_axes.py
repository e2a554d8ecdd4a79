"""More modes than an array has axes."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import convert, tt

MATRIX = np.random.RandomState(0).normal(size=[8, 6])


def split(size, position, cores):
    """Modes of which all but two are ones."""
    modes = [1] * cores
    modes[position], modes[-1] = size // 2, 2
    return modes


class ManyModesTest(unittest.TestCase):

    @parameterized.expand([(cores,) for cores in (3, 16, 17, 33, 65)])
    def test_matrices(self, cores):
        modes = split(8, 1, cores), split(6, cores - 2, cores)
        exact = tt.decompose_matrix(MATRIX, *modes, eps=0)
        np.testing.assert_allclose(MATRIX, tt.full_matrix(exact.cores), atol=1e-14)
        flat = tt.matrix_svd(MATRIX, *modes, max_rank=9)
        np.testing.assert_allclose(MATRIX, tt.full_matrix(flat, *modes, 9), atol=1e-5)
        selection = tt.select_matrix_ranks(MATRIX, *modes, eps=0.3)
        cut = tt.decompose_matrix(MATRIX, *modes, selection.ranks)
        self.assertAlmostEqual(
            np.linalg.norm(tt.full_matrix(cut.cores) - MATRIX) / np.linalg.norm(MATRIX),
            cut.relative_error, 12)

    @parameterized.expand([(cores,) for cores in (3, 17, 33, 65)])
    def test_padded_layers(self, cores):
        modes = split(8, 1, cores), split(6, cores - 2, cores)
        for make in (convert.tt_from_dense, convert.tt_embedding_from_dense):
            weights = make(MATRIX[:7, :5], *modes, eps=0, pad=True)
            self.assertLess(convert.round_layer(weights, eps=1e-9).relative_error, 1e-12)
        kernel = MATRIX[:7, :5].reshape([1, 1, 7, 5])
        weights = convert.tt_conv_from_dense(kernel, *modes, eps=0, pad=True)
        dense = convert.tt_conv_to_dense(weights.filters, weights.cores, *modes, kernel.shape)
        np.testing.assert_allclose(kernel, dense, atol=1e-13)

    def test_a_tensor_that_no_array_holds(self):
        cores = tt.decompose(MATRIX, [8, 6] + [1] * 70, eps=0).cores
        with self.assertRaisesRegex(ValueError, '^full: the 72 modes of `cores` must be .*; merge '
                                                'cores, or use `full_matrix`'):
            tt.full(cores)
        column = tt.full_matrix([core[:, :, np.newaxis] for core in cores])
        np.testing.assert_allclose(MATRIX.reshape(48, 1), column, atol=1e-14)


if __name__ == '__main__':
    unittest.main()
