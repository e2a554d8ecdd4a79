"""Alternating least squares of the cores of a TT-matrix, in the norm of a second moment."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import tt
from tensornet.tt.core_environments import multiplied
from tensornet.tt.orthogonalization import orthogonalize
from tensornet.tt.weighted_fit import Problem, sweep_cores
from tests.tt.dense import contract_matrix

SHAPES = [
    ('one_core', [6], [5], 1),
    ('low_rank', [6, 1], [1, 5], 2),
    ('three_cores', [2, 3, 4], [3, 2, 2], 3),
    ('rows_alone', [3, 2, 2], [1, 2, 3], 2),
    ('four_cores', [2, 2, 3, 2], [2, 3, 1, 2], 4),
]


def _problem(seed, rows, columns, counting=None):
    random = np.random.RandomState(seed)
    inputs = random.normal(size=[3 * rows, rows]) * random.gamma(0.3, size=rows)
    moment = inputs.T @ inputs / len(inputs)
    return Problem(random.normal(size=[rows, columns]), moment, counting or columns)


def _start(matrix, left_modes, right_modes, rank):
    cores = tt.decompose_matrix(matrix, left_modes, right_modes, rank).cores
    merged, exponent = orthogonalize([core.reshape(len(core), -1, core.shape[-1])
                                      for core in cores])
    merged[0] = np.ldexp(merged[0], exponent)
    return [core.reshape(old.shape) for core, old in zip(merged, cores)]


def _objective(problem, matrix):
    """Independent of the code under test: the trace, written down with all its indices."""
    error = (problem.matrix - matrix)[:, :problem.columns]
    return np.einsum('ik,ij,jk', error, problem.moment, error)


class WeightedFitTest(unittest.TestCase):

    @parameterized.expand(SHAPES)
    def test_product(self, _, left_modes, right_modes, rank):
        matrix = np.random.RandomState(0).normal(size=[np.prod(left_modes), np.prod(right_modes)])
        cores = _start(matrix, left_modes, right_modes, rank)
        np.testing.assert_allclose(multiplied(cores), contract_matrix(cores), atol=1e-12)

    @parameterized.expand([(name + str(system) + str(counting), left, right, rank, system, counting)
                           for name, left, right, rank in SHAPES
                           for system in (2048, 7) for counting in (None, 3)])
    def test_objective_never_rises(self, _, left_modes, right_modes, rank, system, counting):
        rows, columns = np.prod(left_modes), np.prod(right_modes)
        for seed in (1, 2):
            problem = _problem(seed, rows, columns, counting)
            cores = _start(problem.matrix, left_modes, right_modes, rank)
            values = [_objective(problem, contract_matrix(cores))]
            for _ in range(4):
                cores = sweep_cores(cores, problem, system)
                values.append(_objective(problem, contract_matrix(cores)))
            slack = 1e-9 * abs(values[0]) + 1e-12
            self.assertTrue(all(after <= before + slack
                                for before, after in zip(values, values[1:])), values)
            if rank > 1:
                self.assertLess(values[-1], 0.9 * values[0])

    @parameterized.expand(SHAPES)
    def test_stationary_in_each_core(self, _, left_modes, right_modes, rank):
        # Where sweeps end, no small change of a core lowers the objective to first order.
        problem = _problem(3, np.prod(left_modes), np.prod(right_modes))
        cores = _start(problem.matrix, left_modes, right_modes, rank)
        for _ in range(3):
            cores = sweep_cores(cores, problem)
        base, random = _objective(problem, contract_matrix(cores)), np.random.RandomState(4)
        # The first core is the one that was changed last.
        for _ in range(5):
            moved = [cores[0] + 1e-4 * random.normal(size=cores[0].shape)] + cores[1:]
            self.assertGreaterEqual(_objective(problem, contract_matrix(moved)),
                                    base * (1 - 1e-9) - 1e-12)

    def test_two_cores_reach_the_weighted_optimum(self):
        # Of a product of two matrices it is known: the SVD of C^(1/2) W.
        problem = _problem(5, 8, 7)
        values, vectors = np.linalg.eigh(problem.moment)
        root = (vectors * np.sqrt(values)) @ vectors.T
        tail = np.linalg.svd(root @ problem.matrix, compute_uv=False)[3:]
        cores = _start(problem.matrix, [8, 1], [1, 7], 3)
        for _ in range(100):
            cores = sweep_cores(cores, problem)
        self.assertAlmostEqual(np.sum(tail**2), _objective(problem, contract_matrix(cores)), 8)

    def test_system_of_equations_of_one_core(self):
        # One step of a middle core is the least squares solution of all its numbers at once.
        problem = _problem(6, 12, 12)
        cores = _start(problem.matrix, [3, 2, 2], [2, 3, 2], 3)
        unit = np.zeros(cores[0].size)
        columns = []
        root = np.linalg.cholesky(problem.moment).T
        for index in range(cores[0].size):
            unit[:] = 0
            unit[index] = 1
            columns.append((root @ contract_matrix([unit.reshape(cores[0].shape)] + cores[1:]))
                           .ravel())
        best = np.linalg.lstsq(np.array(columns).T, (root @ problem.matrix).ravel(), rcond=None)[0]
        swept = sweep_cores(cores, problem)
        self.assertLessEqual(_objective(problem, contract_matrix(swept)), _objective(
            problem, contract_matrix([best.reshape(cores[0].shape)] + cores[1:])) + 1e-12)

    def test_ranks_that_others_do_not_admit(self):
        problem = _problem(7, 6, 6)
        cores = _start(problem.matrix, [2, 3], [2, 3], 4)
        cores = [np.concatenate([cores[0], np.zeros_like(cores[0])], axis=-1),
                 np.concatenate([cores[1], np.zeros_like(cores[1])], axis=0)]
        swept = sweep_cores(cores, problem)
        self.assertEqual([1, 4, 1], tt.ranks(swept).tolist())
        self.assertLess(_objective(problem, contract_matrix(swept)), 1e-12)


if __name__ == '__main__':
    unittest.main()
