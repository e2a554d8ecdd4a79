"""TT-SVD of a matrix, as one flat array."""
from tensornet.tt.arguments import check_array, check_mode_pairs, product
from tensornet.tt.decompose_matrix import decompose_matrix_checked
from tensornet.tt.flat import flatten_in_range


def matrix_svd(X, left_modes, right_modes, ranks=None, *,  # noqa: N803
               eps=None, max_rank=None):
    """Decomposes a matrix into a TT-matrix and returns its cores one after another.

    `decompose_matrix` does the same and returns the cores as a list, with the error of each bond.

    Args:
        X: [prod(left_modes), prod(right_modes)]; or an array of any other number of dimensions
            that holds the matrix in row-major order, such as `left_modes + right_modes`.
        left_modes: modes of the rows, [d].
        right_modes: modes of the columns, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, which the
            largest useful one of a bond limits.
        eps: relative Frobenius error of the whole approximation, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        float32 array [sum of r_{k-1} left_k right_k r_k]: the cores
        `[r_{k-1}, (left_k, right_k), r_k]`, row-major.

    Raises:
        ValueError, TypeError: an argument is wrong, `X` holds NaN or infinity, or is of a size
            that even the product of all cores does not reach in float32.
    """
    function = 'matrix_svd'
    left_modes, right_modes = check_mode_pairs(function, left_modes, right_modes)
    matrix = check_array(function, 'X', X)
    shape = product(left_modes), product(right_modes)
    if matrix.ndim != 2 and matrix.size == product(shape):
        matrix = matrix.reshape(shape)
    return flatten_in_range(function, decompose_matrix_checked(
        function, 'X', matrix, left_modes, right_modes, ranks, eps, max_rank))
