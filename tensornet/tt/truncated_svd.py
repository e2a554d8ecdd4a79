"""One cut of a TT-SVD: the dominant left singular subspace of an unfolding.

Four methods, chosen by shape and wanted accuracy. `norm` is the Frobenius norm of the unfolding,
[m, n]; all of them return a factor with orthonormal columns and project the data on it, so the
error is exactly what the projection cuts, however the factor was found.

    direct      `numpy.linalg.svd` and projection in float64; small unfoldings.
                Accuracy: rounding of the dtype of the data.
    gram        eigenvectors of the Gram matrix in float64; m^2 n + 9 m^3. The cut energy is known
                to m * 2.2e-16 * norm^2, so the error to about 1e-8 norm (m of a few) to
                1e-6 norm (m of thousands); used where that is enough.
    triangular  singular vectors of the triangular factor of a blocked QR in float64;
                3 m^2 n + 20 m^3. Accuracy 1e-15 norm; used for float64 data and for small eps.
    randomized  `range_finder`; products of a few times r vectors, each of m n multiply-adds. Its
                error is measured, to the rounding of the dtype, and exceeds the least possible
                by at most a fifth of a percent. Used for low ranks of unfoldings with more than a
                thousand rows.
"""
import numpy as np

from tensornet.tt.blocks import gram, lower_factor, projection, squared_residual
from tensornet.tt.range_finder import EXCESS, SMALLEST_TOLERANCE, dominant_range

_EPS64 = np.finfo(np.float64).eps
# An unfolding is small up to this many elements, and up to this product of elements and its smaller
# side: LAPACK takes some twenty milliseconds. Beyond, the Gram matrix is up to ten times faster.
_SMALL_SIZE = 1 << 18
_SMALL_WORK = 1 << 25
# The randomized method pays where rows are many and the rank is a small part of them.
_RANDOMIZED_ROWS = 1024
_RANDOMIZED_FRACTION = 8
# The rounding of the Gram matrix, summed over all energies in question, may be at most this part of
# what is cut, a thousandth of the error.
_GRAM_PART = 0.002
# Relative to the squared norm: below it the rounding of float32 sums, up to twenty units in the
# last place where elements are alike, is a part of the tolerance.
_TIGHT = 1e-8
# Squared units in the last place: float32 data of exactly low rank leave no less.
_ROUNDING32 = (4 * float(np.finfo(np.float32).eps))**2


def is_small(matrix):
    """Whether a direct singular value decomposition of `matrix` is cheap."""
    return is_small_shape(*matrix.shape)


def is_small_shape(rows, columns):
    """Same as `is_small` for the shape of a matrix."""
    size = rows * columns
    return size <= _SMALL_SIZE and size * min(rows, columns) <= _SMALL_WORK


def gram_suffices(matrix, tolerance, squared_norm):
    """Whether the Gram matrix tells energies well enough; arguments as for `truncated_svd`."""
    if tolerance is None:
        return matrix.dtype == np.float32
    return _GRAM_PART * tolerance >= len(matrix) * _EPS64 * squared_norm


def truncated_svd(matrix, max_rank, tolerance, squared_norm):
    """Splits `matrix` into an orthonormal factor and the rest, `factor @ rest` near `matrix`.

    Args:
        matrix: [m, n] in C or Fortran order, with m <= n unless `is_small(matrix)`.
        max_rank: largest rank, at least 1.
        tolerance: squared Frobenius error that may be cut; None for `max_rank` whatever it cuts.
        squared_norm: squared Frobenius norm of `matrix`.

    Returns:
        factor: [m, r] with orthonormal columns, in the dtype of `matrix`; r is the smallest rank
            that keeps within `tolerance`, at most `max_rank` and min(m, n).
        rest: `factor.T @ matrix`, [r, n], in the memory order of `matrix` (direct: C order).
        cut: squared Frobenius error, as float.
    """
    if is_small(matrix):
        return _direct(matrix, max_rank, tolerance)
    factor, cut = _randomized(matrix, max_rank, tolerance, squared_norm)
    missed = factor is None or (tolerance is not None and cut > tolerance
                                and factor.shape[1] < max_rank)
    if missed:
        factor, cut = _from_all_vectors(matrix, max_rank, tolerance, squared_norm)
    factor = factor.astype(matrix.dtype)
    tight = tolerance is not None and tolerance < _TIGHT * squared_norm
    return factor, (projection if tight else project)(factor, matrix), cut


def largest_excess(rows, columns):
    """How far the error of each rank of an unfolding may exceed the least possible one.

    Args:
        rows, columns: of the unfolding.

    Returns:
        Array [min(rows, columns)], for ranks from 1 on: a part of the least possible error.
    """
    side = min(rows, columns)
    ranks = np.arange(1, side + 1)
    return np.where([is_randomized(side, rank) for rank in ranks], EXCESS, 0.0)


def is_randomized(side, rank):
    """Whether the randomized method finds a rank of an unfolding with this smaller side."""
    return side >= _RANDOMIZED_ROWS and rank <= side // _RANDOMIZED_FRACTION


def choose_rank(energies, max_rank, tolerance):
    """Smallest rank whose cut keeps within the tolerance, at most `max_rank`, at least 1.

    Args:
        energies: squared singular values, descending.
        max_rank: largest rank.
        tolerance: sum of the squared singular values that may be cut; None for `max_rank`.
    """
    rank = min(max_rank, len(energies))
    if tolerance is None:
        return rank
    cuts = np.cumsum(np.asarray(energies, np.float64)[::-1])
    return max(1, min(rank, len(energies) - int(np.searchsorted(cuts, tolerance, side='right'))))


def project(factor, matrix):
    """`factor.T @ matrix` in the memory order of `matrix`, so that no later reshape copies it."""
    if matrix.flags.c_contiguous:
        return factor.T @ matrix
    return (matrix.T @ factor).T


def _direct(matrix, max_rank, tolerance):
    wide = matrix.astype(np.float64, copy=False)
    left, values, _ = np.linalg.svd(wide, full_matrices=False)
    energies = values**2
    rank = choose_rank(energies, max_rank, tolerance)
    factor = left[:, :rank].astype(matrix.dtype)
    # Sums of like elements, and a factor orthonormal but for rounding, put a projection off by up
    # to a hundred units in the last place, and values times right vectors no less. What is left
    # is projected once more, which leaves a unit.
    exact = factor.astype(np.float64, copy=False)
    rest = exact.T @ wide
    rest += exact.T @ (wide - exact @ rest)
    return factor, rest.astype(matrix.dtype, copy=False), float(energies[rank:].sum())


def _from_all_vectors(matrix, max_rank, tolerance, squared_norm):
    """Factor and cut from a complete decomposition of the smaller side."""
    if gram_suffices(matrix, tolerance, squared_norm):
        energies, vectors = np.linalg.eigh(gram(matrix))
        # Each is known to the rounding of the Gram matrix; its upper end keeps the error a bound.
        energies = np.maximum(energies[::-1], 0) + _EPS64 * squared_norm
        rank = choose_rank(energies, max_rank, tolerance)
        factor, cut = vectors[:, ::-1][:, :rank], float(energies[rank:].sum())
        if rank == len(energies) or len(energies) * _EPS64 * squared_norm <= _GRAM_PART * cut:
            return factor, cut
        # Energies do not tell so little; nor do vectors keep to it, beyond what is rounding anyway.
        cut = squared_residual(factor.astype(matrix.dtype), matrix)
        if tolerance is not None or cut <= _ROUNDING32 * squared_norm:
            return factor, cut
    vectors, values, _ = np.linalg.svd(lower_factor(matrix))
    rank = choose_rank(values**2, max_rank, tolerance)
    return vectors[:, :rank], float((values[rank:]**2).sum())


def _randomized(matrix, max_rank, tolerance, squared_norm):
    """Factor and cut of the randomized method; None where it does not pay or finds none."""
    limit = len(matrix) // _RANDOMIZED_FRACTION
    if not is_randomized(len(matrix), limit if tolerance is not None else max_rank):
        return None, None
    if tolerance is not None and tolerance < SMALLEST_TOLERANCE * squared_norm:
        return None, None
    return dominant_range(matrix, min(max_rank, limit), tolerance, squared_norm,
                          binding=max_rank <= limit)
