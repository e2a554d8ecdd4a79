"""TT-SVD of a tensor, as one flat array."""
from tensornet.tt.arguments import check_modes
from tensornet.tt.decompose import decompose_checked
from tensornet.tt.flat import flatten_in_range


def svd(X, modes, ranks=None, *, eps=None, max_rank=None):  # noqa: N803
    """Decomposes a tensor into a tensor train and returns its cores one after another.

    `decompose` does the same and returns the cores as a list, with the error of each bond; it
    says what `ranks`, `eps` and `max_rank` mean.

    Args:
        X: array with `prod(modes)` real elements, in row-major order of the modes.
        modes: mode sizes, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, which the
            largest useful one of a bond limits.
        eps: relative Frobenius error of the whole approximation, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        float32 array [sum of r_{k-1} n_k r_k]: the cores `[r_{k-1}, n_k, r_k]`, row-major.

    Raises:
        ValueError, TypeError: an argument is wrong, `X` holds NaN or infinity, or is of a size
            that even the product of all cores does not reach in float32.
    """
    modes = check_modes('svd', 'modes', modes)
    return flatten_in_range('svd', decompose_checked('svd', 'X', X, modes, ranks, eps, max_rank))
