"""Orthogonalisation of a train."""
import numpy as np

from tensornet.tt.scaling import balance, normalized


def orthogonalize(cores):
    """Makes all cores but the first right-orthogonal, without changing the tensor.

    Each core then has orthonormal rows as a matrix `[r_{k-1}, n_k r_k]`, so the first core carries
    the norm. Ranks above what the modes right of a bond admit are lowered to that.
    Cost: about `2 n r^3` multiply-adds for each core (Oseledets 2011, algorithm 2).

    Args:
        cores: list of d arrays `[r_{k-1}, n_k, r_k]`.

    Returns:
        cores: list of d float64 arrays, of which the first has entries of ordinary size.
        exponent: the train is that of the returned cores times `2**exponent`.
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
