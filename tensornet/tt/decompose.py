"""TT-SVD of a tensor: cores and errors."""
import numpy as np

from tensornet.tt.arguments import check_array, check_modes, check_size
from tensornet.tt.decomposition import Decomposition
from tensornet.tt.fill_ranks import fill_ranks
from tensornet.tt.scaling import scale, unscaled
from tensornet.tt.sweep import sweep
from tensornet.tt.target import check_target


def decompose(tensor, modes, ranks=None, *, eps=None, max_rank=None):
    """Decomposes a tensor into a tensor train by TT-SVD (Oseledets 2011, algorithm 1).

    The error is at most `sqrt(d - 1)` times that of the best train of the same ranks (1.002 times
    that where a bond with unfoldings of more than a thousand rows gets a low rank). At least one
    of `ranks`, `eps` and `max_rank` is needed:

    - `ranks` alone: exactly these ranks. Those larger than any tensor with these modes needs are
      filled up with zeros, with a warning.
    - `eps`: a relative Frobenius error of the whole approximation that is kept to, with ranks
      that are the smallest one after another: each bond in turn gets an even share of what the
      bonds before it left of the error, and the least rank that keeps to 0.998 of it. This is
      guaranteed, up to the rounding of the dtype: an `eps` below 4 units in the last place (5e-7
      for float32, 9e-16 for float64), or d / 2 for more than 8 cores, counts as that. Large float64
      tensors of like numbers, whose sums round alike, may be off by a hundred such units.
    - `max_rank`: no rank above it; alone, the ranks are as large as it and the modes allow.
    - together: `ranks` and `max_rank` are limits that `eps` may stay below but not exceed, so
      where they bind the error is larger than `eps`; `relative_error` tells.

    Large tensors are read in blocks: the memory needed beside `tensor` is the first remainder,
    at most the size of `tensor`. `tensornet.tt.truncated_svd` describes the methods of each step
    and their accuracy.

    Args:
        tensor: array with `prod(modes)` real elements, in row-major order of the modes.
        modes: mode sizes, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, which the
            largest useful one of a bond limits.
        eps: relative error, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        `Decomposition(cores, bond_errors, relative_error)`; core k is `[r_{k-1}, n_k, r_k]`, in
        float64 for float64 and integer input, else in float32.

    Raises:
        ValueError, TypeError: an argument is wrong, or `tensor` holds NaN or infinity.
    """
    modes = check_modes('decompose', 'modes', modes)
    return decompose_checked('decompose', 'tensor', tensor, modes, ranks, eps, max_rank)


def decompose_checked(function, name, tensor, modes, ranks, eps, max_rank, first_bond=0):
    """Same as `decompose` for checked modes; messages name `function` and its argument `name`.

    `first_bond` is 1 where `ranks` leave out the 1 before the first mode, see `check_ranks`.
    """
    tensor = check_array(function, name, tensor)
    check_size(function, name, tensor, modes)
    target = check_target(function, modes, ranks, eps, max_rank, first_bond)
    tensor = np.ascontiguousarray(tensor).reshape(-1)
    tensor, exponent, energy = scale(function, name, tensor)
    (cores, bond_errors, relative_error), carrier = sweep(tensor, energy, modes, target.limits,
                                                          target.eps)
    cores = unscaled(function, cores, carrier, exponent, tensor.dtype)
    if target.eps is None:
        cores = fill_ranks(cores, target.ranks)
    return Decomposition(cores, bond_errors, relative_error)
