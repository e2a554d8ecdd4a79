"""Passes over a large array in blocks, accumulated in float64.

A block is a few megabytes, so none of these functions makes a float64 copy of its whole input.
Matrices are wide, [m, n] with m <= n, in C or Fortran order.
"""
import numpy as np

# Elements of a block where the matrix is narrow: 8 MB in float64.
_BLOCK_SIZE = 1 << 20


def squared_norm(array):
    """Squared Frobenius norm as float; NaN or infinite if an element is."""
    flat = array.reshape(-1)
    total = 0.0
    with np.errstate(over='ignore', invalid='ignore'):
        for start in range(0, flat.size, _BLOCK_SIZE):
            block = flat[start:start + _BLOCK_SIZE].astype(np.float64)
            total += float(np.dot(block, block))
    return total


def first_not_finite(array):
    """Flat index of the first NaN or infinity; None if all elements are finite."""
    flat = array.reshape(-1)
    for start in range(0, flat.size, _BLOCK_SIZE):
        finite = np.isfinite(flat[start:start + _BLOCK_SIZE])
        if not finite.all():
            return start + int(np.argmin(finite))
    return None


def gram(matrix):
    """`matrix @ matrix.T` in float64, [m, m]. Cost: m^2 n multiply-adds."""
    result = np.zeros((len(matrix), len(matrix)))
    # Blocks of a fraction of m columns keep the cost of adding up m x m matrices small.
    for block in _column_blocks(matrix, len(matrix) // 4):
        result += block @ block.T
    return result


def lower_factor(matrix):
    """Factor L of `matrix = L @ Q` with orthonormal rows Q, in float64, [m, m].

    Q is never formed: block after block is folded into the factor by a QR decomposition of
    `[L, block]^T` (sequential TSQR; Demmel, Grigori, Hoemmen, Langou 2012), which is backward
    stable, unlike the Gram matrix. Cost: about 3 m^2 n multiply-adds.
    """
    upper = np.zeros((0, len(matrix)))
    # Blocks of a multiple of m columns keep the cost of folding in the old factor small.
    for block in _column_blocks(matrix, 2 * len(matrix)):
        upper = np.linalg.qr(np.concatenate([upper, block.T]), mode='r')
    return upper.T


def projection(factor, matrix):
    """`factor.T @ matrix`, summed up in float64, in the dtype and memory order of `matrix`."""
    order = 'C' if matrix.flags.c_contiguous else 'F'
    result = np.empty((factor.shape[1], matrix.shape[1]), matrix.dtype, order)
    wide, start = factor.T.astype(np.float64), 0
    for block in _column_blocks(matrix, len(matrix) // 4):
        end = start + block.shape[1]
        result[:, start:end] = wide @ block
        start = end
    return result


def squared_residual(factor, matrix):
    """Squared Frobenius norm of `matrix - factor @ factor.T @ matrix`, for a factor [m, r].

    It is computed from the difference itself, so it is exact to the rounding of `matrix`, where
    the difference of two squared norms would lose half of the digits.
    """
    total = 0.0
    step = max(_BLOCK_SIZE // len(matrix), factor.shape[1], 1)
    for start in range(0, matrix.shape[1], step):
        block = matrix[:, start:start + step]
        total += squared_norm(block - factor @ (factor.T @ block))
    return total


def _column_blocks(matrix, least_columns):
    rows, columns = matrix.shape
    step = max(_BLOCK_SIZE // rows, least_columns, 1)
    for start in range(0, columns, step):
        yield matrix[:, start:start + step].astype(np.float64)
