"""The three original functions give the numbers of the original library.

Singular vectors are unique up to their sign, and LAPACK changed its signs in version 3.10. A core
is therefore compared after the signs of its columns are made those of the recorded one, and the
sign of each column is carried over to the next core.
"""

import os
import unittest

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tests.tt.dense import contract, contract_matrix, relative_error

FIXTURE = os.path.join(os.path.dirname(os.path.dirname(__file__)), 'fixtures', 'golden', 'svd.npz')
TOLERANCE = 1e-5

with np.load(FIXTURE, allow_pickle=False) as _file:
    GOLDEN = dict(_file)


def _with_signs_of(flat, recorded, modes, ranks):
    """Cores in `flat` with the signs of those in `recorded`; the tensor stays the same."""
    signs = np.ones(1)
    aligned = []
    for core, other in zip(tt.unflatten(flat, modes, ranks), tt.unflatten(recorded, modes, ranks)):
        core = core * signs[:, np.newaxis, np.newaxis]
        signs = np.sign((core * other).sum(axis=(0, 1)))
        aligned.append(core * signs)
    return np.concatenate([core.ravel() for core in aligned])


class GoldenTest(unittest.TestCase):

    def _assert_same(self, flat, recorded, modes, ranks):
        self.assertEqual(np.float32, flat.dtype)
        self.assertEqual(recorded.shape, flat.shape)
        aligned = _with_signs_of(flat, recorded, modes, ranks)
        error = np.abs(aligned - recorded).max() / np.abs(recorded).max()
        self.assertLess(error, TOLERANCE)

    @parameterized.expand(['a', 'b', 'c'])
    def test_max_ranks(self, name):
        ranks = tt.max_ranks(np.array(GOLDEN[f'svd_{name}_x'].shape))
        self.assertEqual(np.int32, ranks.dtype)
        np.testing.assert_array_equal(GOLDEN[f'svd_{name}_max_ranks'], ranks)

    @parameterized.expand([(name, kind) for name in 'abc' for kind in ('full', 'trunc')])
    def test_svd(self, name, kind):
        tensor = GOLDEN[f'svd_{name}_x']
        ranks = GOLDEN[f"svd_{name}_{'max_ranks' if kind == 'full' else 'ranks3'}"]
        modes = np.array(tensor.shape)
        flat = tt.svd(tensor, modes, ranks)
        recorded = GOLDEN[f'svd_{name}_{kind}']
        self._assert_same(flat, recorded, modes, ranks)
        restored = contract(tt.unflatten(flat, modes, ranks))
        expected = contract(tt.unflatten(recorded, modes, ranks))
        self.assertLess(relative_error(restored, expected), TOLERANCE)
        if kind == 'full':
            self.assertLess(relative_error(restored, tensor), TOLERANCE)

    def test_matrix_svd(self):
        left, right = GOLDEN['matrix_left_modes'], GOLDEN['matrix_right_modes']
        matrix, ranks = GOLDEN['matrix_x'], GOLDEN['matrix_ranks']
        flat = tt.matrix_svd(matrix, left, right, ranks)
        self._assert_same(flat, GOLDEN['matrix_cores'], left * right, ranks)
        restored = contract_matrix(tt.unflatten_matrix(flat, left, right, ranks))
        self.assertLess(relative_error(restored, matrix), TOLERANCE)
