"""Randomized range finder: the dominant left subspace of a large matrix from a few products.

Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53 (2011), algorithm
4.4, with Rayleigh-Ritz on the sketch and a stopping rule in place of a fixed number of iterations.
The generator has a seed of its own: results repeat, and no global state is read or written.
"""
import numpy as np

# Relative to the squared norm: below it the energy that a float32 sketch captures is not known
# well enough to decide on a rank.
SMALLEST_TOLERANCE = 1e-5
# Part of the tolerance that is used; the rest covers the rounding of the captured energy.
_MARGIN = 0.99
_OVERSAMPLING = 10
_FIRST_SKETCH = 32
_MOST_ITERATIONS = 6
# The iteration stops when it gains less than this part of the energy that is still missing.
_STAGNATION = 0.01


def range_of_rank(matrix, rank, tolerance, squared_norm):
    """Basis of a nearly optimal subspace of the given dimension, or less where that suffices.

    Subspace iterations go on until one of them lowers the squared error by less than 1 %. The
    error is then typically within 1 % of the optimum; the caller measures it.

    Args:
        matrix: [m, n].
        rank: largest dimension, r <= m.
        tolerance: squared Frobenius error that may be left; None for all `rank` dimensions.
        squared_norm: squared Frobenius norm of `matrix`.

    Returns:
        [m, r] with orthonormal columns, in the dtype of `matrix`.
    """
    size = min(rank + _OVERSAMPLING, len(matrix))
    vectors, energies = _ritz_vectors(matrix, size, rank, squared_norm)
    if tolerance is not None:
        rank = min(rank, _sufficient_rank(energies, tolerance, squared_norm))
    return vectors[:, :rank]


def range_within(matrix, max_rank, tolerance, squared_norm):
    """Basis of a subspace that leaves at most `tolerance`, found by doubling the sketch.

    Args:
        matrix: [m, n].
        max_rank: largest dimension, at most m.
        tolerance: squared Frobenius error that may be left, at least `SMALLEST_TOLERANCE` of the
            squared norm.
        squared_norm: squared Frobenius norm of `matrix`.

    Returns:
        [m, r] with orthonormal columns, in the dtype of `matrix`; None as soon as the energies
        found say that `max_rank` dimensions do not suffice.
    """
    size = _FIRST_SKETCH
    while True:
        size = min(size, max_rank)
        vectors, energies = _ritz_vectors(matrix, size, size, squared_norm)
        missing = squared_norm - energies.sum() - _MARGIN * tolerance
        if missing <= 0:
            return vectors[:, :_sufficient_rank(energies, tolerance, squared_norm)]
        # Directions still to come carry no more energy than those found.
        if missing > (max_rank - size) * energies[size // 2]:
            return None
        size *= 2


def _sufficient_rank(energies, tolerance, squared_norm):
    """Smallest number of leading energies that leave at most `tolerance`; all if none does."""
    captured = np.cumsum(energies)
    needed = squared_norm - _MARGIN * tolerance
    return min(int(np.searchsorted(captured, needed)) + 1, len(energies))


def _ritz_vectors(matrix, size, wanted, squared_norm):
    """Orthonormal vectors [m, size] by descending energy `|matrix.T @ vector|^2`, and energies.

    `wanted` is how many leading vectors must have converged.
    """
    sketch = np.random.RandomState(0).standard_normal((matrix.shape[1], size))
    basis = _orthonormal(matrix @ sketch.astype(matrix.dtype))
    floor = np.finfo(matrix.dtype).eps * squared_norm
    captured, projection = -np.inf, None
    for iteration in range(_MOST_ITERATIONS):
        if iteration > 0:
            basis = _orthonormal(matrix @ projection.T)
        projection = basis.T @ matrix
        wide = projection.astype(np.float64)
        energies, rotation = np.linalg.eigh(wide @ wide.T)
        energies, rotation = np.maximum(energies[::-1], 0), rotation[:, ::-1]
        before, captured = captured, energies[:wanted].sum()
        if captured - before <= _STAGNATION * (squared_norm - captured) + floor:
            break
    return basis @ rotation.astype(matrix.dtype), energies


def _orthonormal(columns):
    return np.linalg.qr(columns)[0].astype(columns.dtype)
