"""The distance of two trains."""
import numpy as np

from tensornet.tt.tensor_train import norm


def train_error(cores, exact):
    """Relative Frobenius error of a train, without the tensor that it stands for.

    Args:
        cores, exact: lists of d arrays `[r_{k-1}, ..., r_k]` with the same modes.

    Returns:
        Float; 0 where both are zero.
    """
    size = norm([core.astype(np.float64) for core in exact])
    difference = norm(_difference(cores, exact))
    return difference / size if size else difference


def _difference(cores, exact):
    """Cores of the difference, whose ranks are the sums of those of both."""
    last = len(cores) - 1
    joined = []
    for k, (core, other) in enumerate(zip(cores, exact)):
        core, other = core.astype(np.float64), other.astype(np.float64)
        if last == 0:
            return [core - other]
        if k == 0:
            joined.append(np.concatenate([core, -other], axis=-1))
        elif k == last:
            joined.append(np.concatenate([core, other], axis=0))
        else:
            shape = (len(core) + len(other),) + core.shape[1:-1] + (
                core.shape[-1] + other.shape[-1],)
            block = np.zeros(shape)
            block[:len(core), ..., :core.shape[-1]] = core
            block[len(core):, ..., core.shape[-1]:] = other
            joined.append(block)
    return joined
