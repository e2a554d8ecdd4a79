"""The TT-SVD of tensors and matrices, with its cores in a list or in one flat array."""

from __future__ import annotations

from typing import Optional

import numpy as np

from tensornet.annotations import ArrayLike, Modes, Ranks
from tensornet.tt.arguments import (
    check_array,
    check_integers,
    check_matrix_shape,
    check_mode_pairs,
    check_size,
    product,
)
from tensornet.tt.axes import permuted
from tensornet.tt.cores import Decomposition, fill_ranks
from tensornet.tt.flat import flatten_in_range
from tensornet.tt.scaling import scale, unscaled
from tensornet.tt.sweep import sweep
from tensornet.tt.target import check_limits


def decompose(tensor: ArrayLike, modes: Modes, ranks: Optional[Ranks] = None, *,
              eps: Optional[float] = None, max_rank: Optional[int] = None) -> Decomposition:
    """Decomposes a tensor into a tensor train by TT-SVD (Oseledets 2011, algorithm 1).

    The error is at most `sqrt(d - 1)` times that of the best tensor train of the same ranks (1.002
    times that where a bond with unfoldings of more than a thousand rows gets a low rank). At least
    one of `ranks`, `eps` and `max_rank` is needed:

    - `ranks` alone: exactly these ranks. Those larger than any tensor with these modes needs are
      filled up with zeros, with a warning.
    - `eps`: a relative Frobenius error of the whole approximation that is kept to, with ranks
      that are the smallest one after another: each bond in turn gets an even share of what the
      bonds before it left of the error, and the least rank that keeps to 0.998 of it. This is
      guaranteed, up to the rounding of the dtype: an `eps` below 4 units in the last place (5e-7
      for float32, 9e-16 for float64), or d / 2 for more than 8 cores, counts as that. Large float64
      tensors of like elements, whose sums round alike, may be off by a hundred such units.
    - `max_rank`: no rank above it; alone, the ranks are as large as it and the modes allow.
    - together: `ranks` and `max_rank` are limits that `eps` may stay below but not exceed, so
      where they bind the error is larger than `eps`; `relative_error` tells.

    Large tensors are read in blocks. The memory needed in addition to `tensor` is the first
    remainder, at most the size of `tensor`, and a few float64 matrices with as many rows and
    columns as the smaller side of an unfolding. Integers, and tensors of extreme magnitude or in
    another order of memory, are copied. `tensornet.tt.truncated_svd` describes the methods of
    each step and their accuracy.

    Args:
        tensor: array with `prod(modes)` real elements, in row-major order of the modes.
        modes: mode sizes, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, capped
            at the largest useful rank of each bond.
        eps: relative error, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        `Decomposition(cores, bond_errors, relative_error)`; core k is `[r_{k-1}, n_k, r_k]`, in
        float64 for float64 and integer input, else in float32.

    Raises:
        ValueError, TypeError: an argument is wrong, or `tensor` holds NaN or infinity.
    """
    modes = check_integers('decompose', 'modes', modes)
    limits = check_limits('decompose', modes, ranks, eps, max_rank)
    return decompose_checked('decompose', 'tensor', tensor, modes, limits)


def decompose_matrix(matrix: ArrayLike, left_modes: Modes, right_modes: Modes,
                     ranks: Optional[Ranks] = None, *, eps: Optional[float] = None,
                     max_rank: Optional[int] = None) -> Decomposition:
    """Decomposes a matrix into a TT-matrix (Novikov et al. 2015, section 3.1).

    Row index `(l_1, ..., l_d)` and column index `(q_1, ..., q_d)`, both row-major, are regrouped
    to the tensor with modes `(l_k, q_k)`, which is decomposed as by `decompose`; that function
    says what `ranks`, `eps` and `max_rank` mean. Regrouping copies the matrix once.

    Args:
        matrix: [prod(left_modes), prod(right_modes)].
        left_modes: modes of the rows, [d].
        right_modes: modes of the columns, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, capped
            at the largest useful rank of each bond.
        eps: relative error, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        `Decomposition(cores, bond_errors, relative_error)`; core k is
        `[r_{k-1}, left_k, right_k, r_k]`.

    Raises:
        ValueError, TypeError: an argument is wrong, or `matrix` holds NaN or infinity.
    """
    function = 'decompose_matrix'
    left_modes, right_modes = check_mode_pairs(function, left_modes, right_modes)
    limits = check_limits(function, _merged(left_modes, right_modes), ranks, eps, max_rank)
    return _decompose_matrix(function, 'matrix', matrix, left_modes, right_modes, limits)


def svd(X: ArrayLike, modes: Modes, ranks: Optional[Ranks] = None, *,  # noqa: N803
        eps: Optional[float] = None, max_rank: Optional[int] = None) -> np.ndarray:
    """Decomposes a tensor into a tensor train and returns its cores one after another.

    `decompose` does the same and returns the cores as a list, with the error of each bond; it
    says what `ranks`, `eps` and `max_rank` mean.

    Args:
        X: array with `prod(modes)` real elements, in row-major order of the modes.
        modes: mode sizes, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, capped
            at the largest useful rank of each bond.
        eps: relative Frobenius error of the whole approximation, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        float32 array [sum of r_{k-1} n_k r_k]: the cores `[r_{k-1}, n_k, r_k]`, row-major.

    Raises:
        ValueError, TypeError: an argument is wrong, `X` holds NaN or infinity, or is of a
            magnitude that even the product of all cores does not reach in float32.
    """
    modes = check_integers('svd', 'modes', modes)
    limits = check_limits('svd', modes, ranks, eps, max_rank)
    return flatten_in_range('svd', decompose_checked('svd', 'X', X, modes, limits))


def matrix_svd(X: ArrayLike, left_modes: Modes, right_modes: Modes,  # noqa: N803
               ranks: Optional[Ranks] = None, *, eps: Optional[float] = None,
               max_rank: Optional[int] = None) -> np.ndarray:
    """Decomposes a matrix into a TT-matrix and returns its cores one after another.

    `decompose_matrix` does the same and returns the cores as a list, with the error of each bond.

    Args:
        X: [prod(left_modes), prod(right_modes)]; or an array of any other number of dimensions
            that holds the matrix in row-major order, such as `left_modes + right_modes`.
        left_modes: modes of the rows, [d].
        right_modes: modes of the columns, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, capped
            at the largest useful rank of each bond.
        eps: relative Frobenius error of the whole approximation, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        float32 array [sum of r_{k-1} left_k right_k r_k]: the cores
        `[r_{k-1}, (left_k, right_k), r_k]`, row-major.

    Raises:
        ValueError, TypeError: an argument is wrong, `X` holds NaN or infinity, or is of a
            magnitude that even the product of all cores does not reach in float32.
    """
    function = 'matrix_svd'
    left_modes, right_modes = check_mode_pairs(function, left_modes, right_modes)
    limits = check_limits(function, _merged(left_modes, right_modes), ranks, eps, max_rank)
    matrix = check_array(function, 'X', X)
    shape = product(left_modes), product(right_modes)
    if matrix.ndim != 2 and matrix.size == product(shape):
        matrix = matrix.reshape(shape)
    return flatten_in_range(function, _decompose_matrix(
        function, 'X', matrix, left_modes, right_modes, limits))


def decompose_checked(function, name, tensor, modes, limits):
    """Same as `decompose` for checked modes; messages name `function` and its argument `name`.

    `limits` are the `RankLimits` of what is wanted.
    """
    tensor = check_array(function, name, tensor)
    check_size(function, name, tensor, modes)
    tensor = np.ascontiguousarray(tensor).reshape(-1)
    tensor, exponent, energy = scale(function, name, tensor)
    (cores, bond_errors, relative_error), carrier = sweep(tensor, energy, modes, limits.largest,
                                                          limits.eps)
    cores = unscaled(function, cores, carrier, exponent, tensor.dtype)
    if limits.eps is None:
        cores = fill_ranks(cores, limits.ranks)
    return Decomposition(cores, bond_errors, relative_error)


def regroup(function, name, matrix, left_modes, right_modes):
    """Matrix as a tensor [left_1, right_1, ..., left_d, right_d] without the axes of size 1."""
    matrix = check_array(function, name, matrix)
    check_matrix_shape(function, name, matrix, left_modes, right_modes)
    cores = len(left_modes)
    return permuted(matrix, left_modes + right_modes,
                    [axis for k in range(cores) for axis in (k, cores + k)])


def _decompose_matrix(function, name, matrix, left_modes, right_modes, limits):
    """Same as `decompose_matrix` for checked modes and `RankLimits`."""
    tensor = regroup(function, name, matrix, left_modes, right_modes)
    decomposition = decompose_checked(function, name, tensor, _merged(left_modes, right_modes),
                                      limits)
    cores = [core.reshape(len(core), left, right, -1)
             for core, left, right in zip(decomposition.cores, left_modes, right_modes)]
    return Decomposition(cores, decomposition.bond_errors, decomposition.relative_error)


def _merged(left_modes, right_modes):
    return [left * right for left, right in zip(left_modes, right_modes)]
