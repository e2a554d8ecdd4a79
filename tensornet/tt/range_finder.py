"""Randomized range finder: the dominant left subspace of a large matrix A from thin products.

Block Krylov method (Musco and Musco, "Randomized Block Krylov Methods for Stronger and Faster
Approximate Singular Value Decomposition", NIPS 2015): the vectors of largest energy are taken from
the whole space that `A A^T` makes of a random block. Each new block is orthonormalised against all
before it, as Halko, Martinsson, Tropp (SIAM Review 53, 2011, algorithm 4.4) do with each iterate.
On the flat spectra of noise this takes a third of the products of their subspace iteration.
A singular value that is there more often than a block has columns is found only as often as that,
so where values crowd the search starts anew from another random block before it ends.
The generator has a seed of its own: results repeat, and no global state is read or written.
"""
import numpy as np

from tensornet.tt.blocks import squared_residual

# Part of the least possible error by which that of a factor may exceed it.
EXCESS = 0.002
# Relative to the squared norm: below it the energies of float32 products do not decide on a rank.
SMALLEST_TOLERANCE = 1e-5
# The iteration stops when it expects to gain less than this part of the squared error; a fifth of
# what `EXCESS` allows, since the expectation is an estimate.
_STAGNATION = 2 * EXCESS / 5
# Ratio of two gains that is assumed at most, so that the expected sum of the gains is finite.
_SLOWEST = 0.8
# The space is judged whenever it has grown by this factor.
_GROWTH = 1.25
# Energies crowd where as many as a block has columns differ by less than this part of the largest.
_CROWD = 1e-2
# The blocks, from a random one on, after which it counts that nothing has been gained.
_FRESH_BLOCKS = 5
_LEAST_BLOCK = 10
_PASSES = 3
# The space takes up to half of the dimensions; beyond, the exact methods are no slower.
_LARGEST_PART = 2
# Relative to the squared norm: what is left out is known from energies down to here, and must be
# measured below.
_MEASURED = {'float32': 1e-4, 'float64': 1e-11}
# Errors of fewer units in the last place are rounding.
_ROUNDING = 4


def dominant_range(matrix, max_rank, tolerance, squared_norm, binding):
    """Basis of the dominant left subspace of a matrix.

    The error exceeds the least possible one of its rank by at most `EXCESS` of it, and the rank is
    at most the least that keeps within an error smaller by `EXCESS`; both up to rounding.
    Where singular values crowd within some percent, the rank for a tolerance is now and then a
    little larger.

    Args:
        matrix: [m, n], whose squares neither overflow nor vanish in its dtype.
        max_rank: largest dimension r, at most m / 8 or so.
        tolerance: squared Frobenius error that may be left, at least `SMALLEST_TOLERANCE` of the
            squared norm; None for `max_rank` dimensions whatever they leave.
        squared_norm: squared Frobenius norm of `matrix`.
        binding: whether `max_rank` dimensions are wanted where they do not reach `tolerance`.

    Returns:
        factor: [m, r] with orthonormal columns, in the dtype of `matrix`; or None where it takes
            too large a space, or more than `max_rank` dimensions that are not wanted.
        cut: squared Frobenius error of the projection, measured.
    """
    rows = len(matrix)
    block = min(max(_LEAST_BLOCK, max_rank // 4), max(16, rows // 64))
    space = _KrylovSpace(matrix, block)
    judge = _Judge(tolerance, squared_norm)
    next_size = 2 * block if tolerance is not None else max_rank + _LEAST_BLOCK
    # The rank at which the search has last started anew, None when it has gained since.
    confirmed = None
    while space.size + block <= rows // _LARGEST_PART:
        space.grow()
        if space.size < next_size:
            continue
        next_size = _GROWTH * space.size
        rotation, energies = space.ritz_vectors()
        rank = judge.least_rank(energies)
        if rank > max_rank and not binding and judge.is_hopeless(energies, max_rank):
            break
        rank = min(rank, max_rank)
        if rank >= space.size:
            judge.note(energies)
            continue
        if judge.is_noise(energies, rank, matrix.dtype):
            factor = space.leading(space.accurate_rotation(), rank)
            cut = squared_residual(factor, matrix)
            if judge.is_settled(cut, matrix.dtype):
                return factor, cut
        elif not judge.has_converged(energies, rank):
            confirmed = None
        elif _crowd(energies[:rank], block) and confirmed != rank:
            confirmed = rank
            space.start_anew()
            next_size = space.size + _FRESH_BLOCKS * block
        else:
            factor, cut = _within(space, rotation, rank, max_rank, tolerance, matrix)
            wanted = binding or tolerance is None or cut <= tolerance
            return (factor, cut) if wanted else (None, None)
        judge.note(energies)
    return None, None


def _crowd(energies, block):
    """Whether as many energies as a block has columns are almost equal."""
    last = energies[block - 1:]
    first = energies[:len(last)]
    return bool(np.any(first - last <= _CROWD * first))


def _within(space, rotation, rank, max_rank, tolerance, matrix):
    """Leading vectors and what they leave, one more where rounding hid that it is too much."""
    while True:
        factor = space.leading(rotation, rank)
        cut = squared_residual(factor, matrix)
        if tolerance is None or cut <= tolerance or rank == min(max_rank, space.size):
            return factor, cut
        rank += 1


class _KrylovSpace:
    """Growing orthonormal basis of a block Krylov space and the energies in it.

    Args:
        matrix: [m, n].
        block: number of vectors that each step adds.
    """

    def __init__(self, matrix, block):
        self._matrix = matrix
        self._random = np.random.RandomState(0)
        self._block = block
        # The basis is kept in float64; products with the matrix are in its dtype.
        self._basis = np.zeros((len(matrix), 0))
        self._projections = []
        self._gram = np.zeros((0, 0))
        self._is_fresh = True

    @property
    def size(self):
        """Dimension of the space."""
        return self._basis.shape[1]

    def start_anew(self):
        """Has the next block be the image of a random one."""
        self._is_fresh = True

    def grow(self):
        """Adds the image of the last block, or of a random one."""
        matrix = self._matrix
        if not self._is_fresh:
            image = matrix @ self._projections[-1].T
        else:
            image = matrix @ self._random.standard_normal(
                (matrix.shape[1], self._block)).astype(matrix.dtype)
        self._is_fresh = False
        new = self._orthonormal(image.astype(np.float64))
        projection = new.T.astype(matrix.dtype) @ matrix
        wide = projection.astype(np.float64)
        beside = [wide @ earlier.astype(np.float64).T for earlier in self._projections]
        beside = np.concatenate(beside, axis=1) if beside else np.zeros((self._block, 0))
        self._gram = np.block([[self._gram, beside.T], [beside, wide @ wide.T]])
        self._basis = np.concatenate([self._basis, new], axis=1)
        self._projections.append(projection)

    def ritz_vectors(self):
        """Rotation of the basis [size, size] to descending energies, and energies [size]."""
        energies, rotation = np.linalg.eigh(self._gram)
        return rotation[:, ::-1], np.maximum(energies[::-1], 0)

    def accurate_rotation(self):
        """The rotation from a QR decomposition, which also tells energies below rounding."""
        projection = np.concatenate(self._projections).astype(np.float64)
        return np.linalg.svd(np.linalg.qr(projection.T, mode='r').T)[0]

    def leading(self, rotation, rank):
        """The first vectors of the rotated basis, in the dtype of the matrix."""
        return (self._basis @ rotation[:, :rank]).astype(self._matrix.dtype)

    def _orthonormal(self, image):
        """Orthonormal columns, orthogonal to the basis, whose span with the basis holds `image`."""
        # Columns of zeros, and those that the basis holds already, become random ones.
        noise = np.finfo(self._matrix.dtype).eps * self._random.standard_normal(image.shape)
        size = np.abs(image).max()
        image = noise + (image / size if size > 0 else image)
        # What a pass leaves of a column may be little and inexact; the next sees it in full size.
        for _ in range(_PASSES):
            image = np.linalg.qr(image - self._basis @ (self._basis.T @ image))[0]
        return image


class _Judge:
    """Says when a growing space has found its leading vectors.

    Args:
        tolerance: squared error that may be left, or None.
        squared_norm: squared Frobenius norm of the matrix.
    """

    def __init__(self, tolerance, squared_norm):
        self._tolerance = tolerance
        self._squared_norm = squared_norm
        self._captured = []
        self._cut = None

    def note(self, energies):
        """Keeps energies to compare those of a larger space with."""
        self._captured = self._captured[-1:] + [np.cumsum(energies)]

    def least_rank(self, energies):
        """Least rank within the tolerance; infinity if there is none."""
        if self._tolerance is None:
            return np.inf
        enough = np.flatnonzero(np.cumsum(energies) >= self._squared_norm - self._tolerance)
        return int(enough[0]) + 1 if enough.size else np.inf

    def is_hopeless(self, energies, max_rank):
        """Whether `max_rank` vectors will not do, if none has more energy than those found."""
        found = min(max(len(energies) // 4, 1), max_rank)
        most = energies[:found].sum() + (max_rank - found) * energies[found - 1]
        return self._squared_norm - most > self._tolerance

    def is_noise(self, energies, rank, dtype):
        """Whether energies do not tell what `rank` vectors leave, and no tolerance was asked for.
        """
        left = self._squared_norm - energies[:rank].sum()
        return self._tolerance is None and left < _MEASURED[dtype.name] * self._squared_norm

    def is_settled(self, cut, dtype):
        """Whether a measured squared error falls no further, or is rounding."""
        before, self._cut = self._cut, cut
        rounding = (_ROUNDING * float(np.finfo(dtype).eps))**2 * self._squared_norm
        return cut <= rounding or (before is not None and before - cut <= _STAGNATION * cut)

    def has_converged(self, energies, rank):
        """Whether a larger space would neither lower the error of `rank` vectors nor the rank."""
        left = self._squared_norm - energies[:rank].sum()
        reached = self._tolerance is not None and left <= self._tolerance
        if reached and rank == 1:
            return True
        # Where the tolerance is reached, one vector less is in question.
        asked = rank - 1 if reached else rank
        left = self._squared_norm - energies[:asked].sum()
        gain = self._expected_gain(energies, asked)
        return gain <= _STAGNATION * left or (reached and left - gain > self._tolerance)

    def _expected_gain(self, energies, count):
        """Energy that `count` vectors will gain, if the gains go on to fall as they do."""
        captured = [sums[count - 1] for sums in self._captured if len(sums) >= count]
        captured.append(energies[:count].sum())
        if len(captured) < 2:
            return np.inf
        gains = np.diff(captured)
        ratio = _SLOWEST
        if len(gains) > 1 and gains[-2] > 0:
            ratio = min(max(gains[-1] / gains[-2], 0.0), _SLOWEST)
        return max(gains[-1], 0.0) * ratio / (1 - ratio)
