"""One of the many tensor trains of a tensor: orthogonal, or with bonds like those of another one.

Any invertible matrix and its inverse can be put on a bond, so the cores of two tensors that hardly
differ may have nothing in common. Averages of cores, as moving averages take them, make sense only
where the bonds agree.
"""
import numpy as np

from tensornet.tt.cores import check_finite_cores, merge_modes
from tensornet.tt.scaling import balance, normalized


def orthogonalize(cores):
    """Makes all cores but the first right-orthogonal, without changing the tensor.

    Each core then has orthonormal rows as a matrix `[r_{k-1}, n_k r_k]`, so the first core carries
    the norm. Ranks above what the modes right of a bond admit are lowered to that.
    Cost: about `2 n r^3` multiply-adds for each core (Oseledets 2011, algorithm 2).

    Args:
        cores: list of d arrays `[r_{k-1}, n_k, r_k]`.

    Returns:
        cores: list of d float64 arrays, of which the first has elements of ordinary size.
        exponent: the tensor train is that of the returned cores times `2**exponent`.
    """
    cores, exponent = balance([core.astype(np.float64) for core in cores])
    for k in range(len(cores) - 1, 0, -1):
        rank, mode, next_rank = cores[k].shape
        rows, triangle = np.linalg.qr(cores[k].reshape(rank, -1).T)
        cores[k] = rows.T.reshape(-1, mode, next_rank)
        # Of many cores the products may still drift away from 1.
        cores[k - 1], shift = normalized(cores[k - 1] @ triangle.T)
        exponent += shift
    return cores, exponent


def left_orthogonal(cores):
    """Returns cores of the same tensor of which all but the last have orthonormal columns.

    Args:
        cores: list of d arrays `[r_{k-1}, ..., r_k]`. A rank above what the modes left of its bond
            admit is lowered to that.

    Returns:
        List of d float64 arrays of the same number of dimensions.
    """
    cores = check_finite_cores('left_orthogonal', cores)
    mirrored = [core.transpose(2, 1, 0) for core in merge_modes(cores)[::-1]]
    mirrored, exponent = orthogonalize(mirrored)
    mirrored[0] = np.ldexp(mirrored[0], exponent)
    return [core.transpose(2, 1, 0).reshape((core.shape[2],) + old.shape[1:-1] + (core.shape[0],))
            for core, old in zip(mirrored[::-1], cores)]


def align(cores, target):
    """Returns the cores of the same tensor whose bonds are most like those of a tensor train.

    From left to right each bond is turned by the orthogonal matrix that brings what is left of it
    closest to that of the target (the orthogonal Procrustes problem).

    Args:
        cores: list of d arrays `[r_{k-1}, ..., r_k]`, of ranks at most those of the target.
        target: a tensor train with the same modes that `left_orthogonal` made, whose cores may be
            scaled.

    Returns:
        List of d float64 arrays with the ranks of the target, all but the last of its scale.
    """
    shapes = [core.shape[1:-1] for core in target]
    target = merge_modes(check_finite_cores('align', target))
    turned = merge_modes(left_orthogonal(cores))
    overlap, carried = np.ones([1, 1]), 1.
    for k in range(len(turned) - 1):
        partial = np.tensordot(overlap, turned[k], axes=1)
        overlap = np.tensordot(target[k].astype(np.float64), partial, axes=[(0, 1), (0, 1)])
        left, _, right = np.linalg.svd(overlap, full_matrices=False)
        rotation = left @ right
        # All columns of an orthogonal core have the same norm, but for those that are zero.
        scale = np.sqrt(np.square(target[k], dtype=np.float64).sum(axis=(0, 1)).max()) or 1.
        overlap = overlap @ rotation.T
        turned[k] = np.tensordot(turned[k], rotation.T, axes=1) * scale
        turned[k + 1] = np.tensordot(rotation, turned[k + 1], axes=1)
        carried /= scale
        # Only the direction of the overlap counts.
        overlap /= np.linalg.norm(overlap) or 1.
    turned[-1] = turned[-1] * carried
    return [core.reshape((len(core),) + shape + (core.shape[-1],))
            for core, shape in zip(turned, shapes)]
