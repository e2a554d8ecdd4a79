"""TT-SVD of a matrix whose rows and columns are both split into modes."""

from tensornet.tt.arguments import check_array, check_matrix_shape, check_mode_pairs
from tensornet.tt.decompose import decompose_checked
from tensornet.tt.decomposition import Decomposition


def decompose_matrix(matrix, left_modes, right_modes, ranks=None, *, eps=None, max_rank=None):
    """Decomposes a matrix into a TT-matrix (Novikov et al. 2015, section 3.1).

    Row index `(l_1, ..., l_d)` and column index `(q_1, ..., q_d)`, both row-major, are regrouped
    to the tensor with modes `(l_k, q_k)`, which is decomposed as by `decompose`; that function
    says what `ranks`, `eps` and `max_rank` mean. Regrouping copies the matrix once.

    Args:
        matrix: [prod(left_modes), prod(right_modes)].
        left_modes: modes of the rows, [d].
        right_modes: modes of the columns, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, which the
            largest useful one of a bond limits.
        eps: relative error, in [0, 1).
        max_rank: largest rank of any bond.

    Returns:
        `Decomposition(cores, bond_errors, relative_error)`; core k is
        `[r_{k-1}, left_k, right_k, r_k]`.

    Raises:
        ValueError, TypeError: an argument is wrong, or `matrix` holds NaN or infinity.
    """
    return decompose_matrix_checked('decompose_matrix', 'matrix', matrix, left_modes, right_modes,
                                    ranks, eps, max_rank)


def decompose_matrix_checked(function, name, matrix, left_modes, right_modes, ranks, eps,
                             max_rank):
    """Same as `decompose_matrix`; messages name `function` and its argument `name`."""
    left_modes, right_modes = check_mode_pairs(function, left_modes, right_modes)
    tensor = regroup(function, name, matrix, left_modes, right_modes)
    modes = [left * right for left, right in zip(left_modes, right_modes)]
    decomposition = decompose_checked(function, name, tensor, modes, ranks, eps, max_rank)
    cores = [core.reshape(len(core), left, right, -1)
             for core, left, right in zip(decomposition.cores, left_modes, right_modes)]
    return Decomposition(cores, decomposition.bond_errors, decomposition.relative_error)


def regroup(function, name, matrix, left_modes, right_modes):
    """Matrix [prod(left), prod(right)] as a tensor [left_1, right_1, ..., left_d, right_d]."""
    matrix = check_array(function, name, matrix)
    check_matrix_shape(function, name, matrix, left_modes, right_modes)
    cores = len(left_modes)
    tensor = matrix.reshape(left_modes + right_modes)
    return tensor.transpose([axis for k in range(cores) for axis in (k, cores + k)])
