"""What modes and TT-ranks say of the cores."""

import unittest

import numpy as np

from tensornet.contraction.tt_matrix_shape import TTMatrixShape
from tests.contraction.tt_reference import random_cores

MODES = [2, 3, 1], [3, 1, 4], [1, 5, 2, 1]


class TTMatrixShapeTest(unittest.TestCase):

    def test_any_sequences_become_tuples(self):
        expected = (2, 3, 1), (3, 1, 4), (1, 5, 2, 1)
        self.assertEqual(expected, TTMatrixShape.of(*MODES))
        self.assertEqual(expected, TTMatrixShape.of(*map(np.array, MODES)))
        self.assertEqual(1, len({TTMatrixShape.of(*MODES), expected}))

    def test_sizes(self):
        shape = TTMatrixShape.of(*MODES)
        self.assertEqual((3, 6, 12), (shape.d, shape.inp_size, shape.out_size))
        self.assertEqual([6, 3, 4], shape.modes)

    def test_cores(self):
        shape = TTMatrixShape.of(*MODES)
        cores = random_cores(*MODES, np.random.RandomState(0))
        self.assertEqual([list(core.shape) for core in cores], shape.core_shapes)
        self.assertEqual([core.size for core in cores], shape.core_sizes)

    def test_in_words(self):
        self.assertEqual('modes [2, 3, 1] -> [3, 1, 4] and ranks [1, 5, 2, 1]',
                         str(TTMatrixShape.of(*MODES)))


if __name__ == '__main__':
    unittest.main()
