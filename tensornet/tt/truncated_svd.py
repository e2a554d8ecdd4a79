"""One cut of a TT-SVD: the dominant left singular subspace of an unfolding.

Four methods, chosen by shape and wanted accuracy. `norm` is the Frobenius norm of the unfolding,
[m, n]; all of them return a factor with orthonormal columns and project the data on it, so the
error is exactly what the projection cuts, however the factor was found.

    direct      `numpy.linalg.svd` in the dtype of the data, as the original; small unfoldings.
                Accuracy: rounding of the dtype.
    gram        eigenvectors of the Gram matrix in float64; m^2 n + 9 m^3. The cut energy is known
                to m * 2.2e-16 * norm^2, so the error to about 1e-8 norm (m of a few) to
                1e-6 norm (m of thousands); used where that is enough.
    triangular  singular vectors of the triangular factor of a blocked QR in float64;
                3 m^2 n + 20 m^3. Accuracy 1e-15 norm; used for float64 data and for small eps.
    randomized  `range_finder`; a few products with m n r multiply-adds. Its error is measured, to
                the rounding of the dtype; the rank or the error may exceed the optimum by a
                percent or so. Used for low ranks of unfoldings with more than a thousand rows.
"""
import numpy as np

from tensornet.tt.blocks import gram, lower_factor, squared_residual
from tensornet.tt.range_finder import SMALLEST_TOLERANCE, range_of_rank, range_within

_EPS64 = np.finfo(np.float64).eps
# An unfolding of at most so many elements, and elements times its smaller side, is small: LAPACK
# takes some twenty milliseconds. Beyond, the Gram matrix is up to ten times faster.
_SMALL_SIZE = 1 << 18
_SMALL_WORK = 1 << 25
# The randomized method pays where rows are many and the rank is a small part of them.
_RANDOMIZED_ROWS = 1024
_RANDOMIZED_FRACTION = 8


def is_small(matrix):
    """Whether a direct singular value decomposition of `matrix` is cheap."""
    return matrix.size <= _SMALL_SIZE and matrix.size * min(matrix.shape) <= _SMALL_WORK


def gram_suffices(matrix, tolerance, squared_norm):
    """Whether the Gram matrix tells energies well enough; arguments as for `truncated_svd`."""
    if tolerance is None:
        return matrix.dtype == np.float32
    # Its rounding, summed over m energies, must be a small part of what may be cut.
    return tolerance >= 100 * len(matrix) * _EPS64 * squared_norm


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
    factor = _randomized(matrix, max_rank, tolerance, squared_norm)
    cut = None if factor is None else squared_residual(factor, matrix)
    missed = factor is None or (tolerance is not None and cut > tolerance
                                and factor.shape[1] < max_rank)
    if missed:
        vectors, energies = _left_vectors(matrix, tolerance, squared_norm)
        rank = choose_rank(energies, max_rank, tolerance)
        factor, cut = vectors[:, :rank], float(energies[rank:].sum())
    factor = factor.astype(matrix.dtype)
    return factor, project(factor, matrix), cut


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
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    energies = values.astype(np.float64)**2
    rank = choose_rank(energies, max_rank, tolerance)
    return left[:, :rank], values[:rank, np.newaxis] * right[:rank], float(energies[rank:].sum())


def _left_vectors(matrix, tolerance, squared_norm):
    """All left singular vectors, [m, m], and squared singular values, descending."""
    if gram_suffices(matrix, tolerance, squared_norm):
        energies, vectors = np.linalg.eigh(gram(matrix))
        # Each is known to the rounding of the Gram matrix; its upper end keeps the error a bound.
        return vectors[:, ::-1], np.maximum(energies[::-1], 0) + _EPS64 * squared_norm
    vectors, values, _ = np.linalg.svd(lower_factor(matrix))
    return vectors, values**2


def _randomized(matrix, max_rank, tolerance, squared_norm):
    """Factor of the randomized method; None where it does not pay or misses the tolerance."""
    limit = len(matrix) // _RANDOMIZED_FRACTION
    if len(matrix) < _RANDOMIZED_ROWS:
        return None
    if tolerance is not None and tolerance < SMALLEST_TOLERANCE * squared_norm:
        return None
    if max_rank <= limit:
        return range_of_rank(matrix, max_rank, tolerance, squared_norm)
    if tolerance is None:
        return None
    return range_within(matrix, limit, tolerance, squared_norm)
