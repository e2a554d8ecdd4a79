"""One of the many trains of a tensor: orthogonal, or with bonds like those of another train.

Any invertible matrix and its inverse may stand on a bond, so the cores of two tensors that hardly
differ may have nothing in common. Means of cores, which moving averages take, mean something only
where the bonds agree.
"""
import numpy as np

from tensornet.tt.cores import check_finite_cores, merge_modes
from tensornet.tt.orthogonalize import orthogonalize


def left_orthogonal(cores):
    """Returns a train of the same tensor of which all cores but the last have orthonormal columns.

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
    """Returns the train of the same tensor whose bonds are most like those of another train.

    From left to right each bond is turned by the orthogonal matrix that brings what is left of it
    closest to that of the target (the orthogonal Procrustes problem).

    Args:
        cores: list of d arrays `[r_{k-1}, ..., r_k]`, of ranks at most those of the target.
        target: a train with the same modes that `left_orthogonal` made, whose cores may be scaled.

    Returns:
        List of d float64 arrays with the ranks of the target, all but the last of its scale.
    """
    shapes = [core.shape[1:-1] for core in target]
    target = merge_modes(check_finite_cores('align', target))
    turned = merge_modes(left_orthogonal(cores))
    overlap = np.ones([1, 1])
    for k in range(len(turned) - 1):
        partial = np.tensordot(overlap, turned[k], axes=1)
        overlap = np.tensordot(target[k].astype(np.float64), partial, axes=[(0, 1), (0, 1)])
        left, _, right = np.linalg.svd(overlap, full_matrices=False)
        rotation = left @ right
        # All columns of an orthogonal core are equally long, but for those that are zero.
        scale = np.sqrt(np.square(target[k], dtype=np.float64).sum(axis=(0, 1)).max()) or 1.
        overlap = overlap @ rotation.T
        turned[k] = np.tensordot(turned[k], rotation.T, axes=1) * scale
        turned[k + 1] = np.tensordot(rotation, turned[k + 1], axes=1) / scale
        # Only the direction of the overlap counts.
        overlap /= np.linalg.norm(overlap) or 1.
    return [core.reshape((len(core),) + shape + (core.shape[-1],))
            for core, shape in zip(turned, shapes)]
