"""TT-SVD of a matrix, as one flat array."""
from tensornet.tt.decompose_matrix import decompose_matrix_checked
from tensornet.tt.flat import flatten


def matrix_svd(X, left_modes, right_modes, ranks=None, *,  # noqa: N803
               eps=None, max_rank=None):
    """Decomposes a matrix into a TT-matrix and returns its cores one after another.

    `decompose_matrix` does the same and returns the cores as a list, with the error of each bond.

    Args:
        X: [prod(left_modes), prod(right_modes)].
        left_modes: modes of the rows, [d].
        right_modes: modes of the columns, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends.
        eps: relative Frobenius error of the whole approximation, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        float32 array [sum of r_{k-1} left_k right_k r_k]: the cores
        `[r_{k-1}, (left_k, right_k), r_k]`, row-major.

    Raises:
        ValueError, TypeError: an argument is wrong, or `X` holds NaN or infinity.
    """
    return flatten(decompose_matrix_checked('matrix_svd', 'X', X, left_modes, right_modes, ranks,
                                            eps, max_rank).cores)
