"""Alternating least squares: the cores of a TT-matrix that is near a matrix on given inputs.

For inputs x with the second moment C = E[x x^T], a matrix W and a tensor train T give outputs whose
mean squared difference is tr((W - T)^T C (W - T)). It depends on the inputs through C alone. In one
core, with the others fixed, it is a quadratic function whose Hessian is the same for all indices
of the core's right mode, which the inputs do not touch. Each step minimizes it exactly, so that it
never rises (Holtz, Rohwedder, Schneider, "The alternating linear scheme for tensor optimization in
the tensor train format", SIAM J. Sci. Comput. 34, 2012).
"""
import collections

import numpy as np

from tensornet.tt.core_environments import left_part, projected, right_part

# Largest number of unknowns that share a system of equations; of a core with more of them, blocks
# of its right rank are changed one after another.
_LARGEST_SYSTEM = 2048
# Of the mean of a Hessian's diagonal: where inputs leave a direction open, the core stays.
_DAMPING = 1e-12


class Problem(collections.namedtuple('Problem', ['matrix', 'moment', 'columns'])):
    """What a tensor train is to be near to.

    The objective of a tensor train T is `tr(E^T C E)` with the difference E = W - T, of which only
    the leading columns count.

    Attributes:
        matrix: W, float64 array [rows, columns].
        moment: C, symmetric positive semi-definite float64 array [rows, rows].
        columns: how many columns count.
    """
    __slots__ = ()

    def descent(self, train):
        """C E for a tensor train that is multiplied out, without the columns left out."""
        return self.moment @ (self.matrix - train)[:, :self.columns]


def sweep_cores(cores, problem, system=_LARGEST_SYSTEM):
    """Improves all cores twice, from the left to the right and back.

    Takes about `4 rows^2 columns + rows^2 r^2` multiply-adds for each core, and memory for three
    arrays [rows, rows] in addition to the problem's.

    Args:
        cores: list of d float64 arrays `[r_{k-1}, left_k, right_k, r_k]` of ordinary magnitude, all
            but the first right-orthogonal, as `orthogonalize` makes them.
        problem: `Problem` of prod(left) rows and prod(right) columns.
        system: largest number of unknowns of a system of equations.

    Returns:
        New list of cores of the same kind, whose objective is not larger but for rounding. Ranks
        that others do not admit become smaller.
    """
    cores, last = list(cores), len(cores) - 1
    for k in range(last):
        cores[k] = _improved(cores, k, problem, system)
        _carry_right(cores, k)
    for k in range(last, 0, -1):
        cores[k] = _improved(cores, k, problem, system)
        _carry_left(cores, k)
    cores[0] = _improved(cores, 0, problem, system)
    return cores


def _improved(cores, k, problem, system):
    """Core k that minimizes the objective; in blocks of its right rank where it is large."""
    left, core, right = left_part(cores[:k]), cores[k].copy(), right_part(cores[k + 1:])
    left_rank, rows, columns, right_rank = core.shape
    moment = _split_moment(problem.moment, len(left), rows)
    width = max(1, system // (left_rank * rows))
    for start in range(0, right_rank, width):
        block = slice(start, start + width)
        descent = problem.descent(_expanded(left, core, right))
        gradient = projected(left, right[block], descent, rows, columns)
        hessian = _hessian(left, right[block], moment)
        size = len(hessian)
        hessian.flat[::size + 1] += _DAMPING * np.trace(hessian) / size + np.finfo(float).tiny
        step = np.linalg.solve(hessian, gradient)
        step = step.reshape(left_rank, rows, -1, columns).transpose(0, 1, 3, 2)
        core[..., block] += step
    return core


def _expanded(left, core, right):
    """Matrix of a tensor train in three parts."""
    rank, rows, columns, next_rank = core.shape
    middle = np.tensordot(left, core, 1)
    train = np.tensordot(middle, right, 1).transpose(0, 2, 4, 1, 3, 5)
    return train.reshape(len(left) * rows * right.shape[1], -1)


def _split_moment(moment, left, rows):
    """Moment as [left * left, rows * rows, right * right], the rows split around a core."""
    right = len(moment) // (left * rows)
    split = moment.reshape(left, rows, right, left, rows, right).transpose(0, 3, 1, 4, 2, 5)
    return split.reshape(left * left, rows * rows, right * right)


def _hessian(left, right, moment):
    """Hessian of a core for one column, [left rank * rows * right rank] squared.

    Its sums go over one rank after another, so that the memory does not grow with their squares.
    """
    left_rank, right_rank, rows = left.shape[2], len(right), int(np.sqrt(moment.shape[1]) + 0.5)
    hessian = np.empty([left_rank, left_rank, rows * rows, right_rank, right_rank])
    from_left = moment.shape[2] * left_rank <= moment.shape[0] * right_rank
    if from_left:
        for a in range(left_rank):
            pairs = _left_pairs(left, a).T @ moment.reshape(len(moment), -1)
            pairs = pairs.reshape(left_rank * rows * rows, -1)
            for b in range(right_rank):
                hessian[a, :, :, b] = (pairs @ _right_pairs(right, b)).reshape(
                    left_rank, rows * rows, right_rank)
    else:
        for b in range(right_rank):
            pairs = moment.reshape(-1, moment.shape[2]) @ _right_pairs(right, b)
            pairs = pairs.reshape(len(moment), -1)
            for a in range(left_rank):
                hessian[a, :, :, b] = (_left_pairs(left, a).T @ pairs).reshape(
                    left_rank, rows * rows, right_rank)
    size = left_rank * rows * right_rank
    return hessian.reshape(left_rank, left_rank, rows, rows, right_rank, right_rank).transpose(
        0, 2, 4, 1, 3, 5).reshape(size, size)


def _left_pairs(left, index):
    """Inner products of the rows of one rank index with those of all, [rows * rows, rank]."""
    pairs = np.tensordot(left[:, :, index], left, (1, 1))
    return pairs.reshape(-1, left.shape[2])


def _right_pairs(right, index):
    """The same right of a core, where the rank is the first axis."""
    pairs = np.tensordot(right[index], right, (1, 2))
    return pairs.transpose(0, 2, 1).reshape(-1, len(right))


def _carry_right(cores, k):
    """Makes core k left-orthogonal; the next one takes the rest."""
    core = cores[k]
    orthogonal, rest = np.linalg.qr(core.reshape(-1, core.shape[-1]))
    cores[k] = orthogonal.reshape(core.shape[:-1] + (-1,))
    cores[k + 1] = np.tensordot(rest, cores[k + 1], 1)


def _carry_left(cores, k):
    """Makes core k right-orthogonal; the one before takes the rest."""
    core = cores[k]
    orthogonal, rest = np.linalg.qr(core.reshape(len(core), -1).T)
    cores[k] = orthogonal.T.reshape((-1,) + core.shape[1:])
    cores[k - 1] = np.tensordot(cores[k - 1], rest.T, 1)
