"""Trains of one tensor: orthogonal ones, and those whose bonds match another train."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tensornet.tt.orthogonalization import align, left_orthogonal


def train(modes, ranks, seed=0):
    random = np.random.RandomState(seed)
    return [random.normal(size=(left,) + mode + (right,))
            for left, mode, right in zip(ranks, modes, ranks[1:])]


CASES = [
    ('vector', [(4,), (3,), (5,)], [1, 3, 4, 1]),
    ('matrix', [(2, 2), (3, 1), (2, 4), (2, 2)], [1, 3, 5, 4, 1]),
    ('one_core', [(4, 3)], [1, 1]),
    ('rank_one', [(2, 2), (3, 3)], [1, 1, 1])]


def product(cores):
    return tt.full_matrix(cores) if cores[0].ndim == 4 else tt.full(cores)


class LeftOrthogonalTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_same_tensor_and_orthonormal_columns(self, _, modes, ranks):
        cores = train(modes, ranks)
        made = left_orthogonal(cores)
        self.assertEqual([core.shape for core in cores], [core.shape for core in made])
        np.testing.assert_allclose(product(made), product(cores), atol=1e-12)
        for core in made[:-1]:
            unfolding = core.reshape(-1, core.shape[-1])
            np.testing.assert_allclose(unfolding.T @ unfolding, np.eye(core.shape[-1]), atol=1e-13)

    def test_ranks_above_what_is_useful_are_lowered(self):
        cores = train([(2,), (3,), (4,)], [1, 5, 4, 1])
        made = left_orthogonal(cores)
        self.assertEqual([(1, 2, 2), (2, 3, 4), (4, 4, 1)], [core.shape for core in made])
        np.testing.assert_allclose(tt.full(made), tt.full(cores), atol=1e-12)


class AlignTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_another_train_of_the_target_becomes_the_target(self, _, modes, ranks):
        target = left_orthogonal(train(modes, ranks))
        # Powers of two, as they are put into cores to share a norm.
        target = [core * 2.**k for k, core in enumerate(target, start=-1)]
        gauges = [np.random.RandomState(k).normal(size=[rank, rank])
                  for k, rank in enumerate(ranks[1:-1])]
        other = [core.copy() for core in target]
        for k, gauge in enumerate(gauges):
            other[k] = np.tensordot(other[k], gauge, axes=1)
            other[k + 1] = np.tensordot(np.linalg.inv(gauge), other[k + 1], axes=1)
        for core, expected in zip(align(other, target), target):
            np.testing.assert_allclose(core, expected, atol=1e-10)

    @parameterized.expand([(1e-2,), (1e-4,), (1e-6,)])
    def test_neighbours_stay_neighbours(self, distance):
        modes, ranks = [(2, 3), (3, 2), (4, 2)], [1, 4, 5, 1]
        cores = train(modes, ranks)
        near = [core + distance * other for core, other in zip(cores, train(modes, ranks, 1))]
        target = left_orthogonal(cores)
        aligned = align(near, target)
        np.testing.assert_allclose(product(aligned), product(near), atol=1e-10)
        apart = max(np.abs(core - other).max() for core, other in zip(aligned, target))
        self.assertLess(apart, 100 * distance)

    def test_fewer_ranks_are_put_among_those_of_the_target(self):
        modes = [(4,), (3,), (5,)]
        target = left_orthogonal(train(modes, [1, 4, 5, 1]))
        cores = train(modes, [1, 2, 3, 1], 1)
        aligned = align(cores, target)
        self.assertEqual([core.shape for core in target], [core.shape for core in aligned])
        np.testing.assert_allclose(tt.full(aligned), tt.full(cores), atol=1e-12)

    def test_zeros(self):
        target = left_orthogonal(train([(4,), (3,)], [1, 2, 1]))
        aligned = align([np.zeros([1, 4, 2]), np.zeros([2, 3, 1])], target)
        np.testing.assert_array_equal(0, tt.full(aligned))


if __name__ == '__main__':
    unittest.main()
