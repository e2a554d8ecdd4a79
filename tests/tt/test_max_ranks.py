"""Largest useful ranks."""

import itertools
import unittest

import numpy as np
from parameterized import parameterized

from tensornet import tt


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
