"""Orthogonalisation of a train."""
import numpy as np


def orthogonalize(cores):
    """Makes all cores but the first right-orthogonal, without changing the tensor.

    Each core then has orthonormal rows as a matrix `[r_{k-1}, n_k r_k]`, so the first core carries
    the norm. Ranks above what the modes right of a bond admit are lowered to that.
    Cost: about `2 n r^3` multiply-adds for each core (Oseledets 2011, algorithm 2).

    Args:
        cores: list of d arrays `[r_{k-1}, n_k, r_k]`.

    Returns:
        List of d float64 arrays.
    """
    cores = [core.astype(np.float64) for core in cores]
    for k in range(len(cores) - 1, 0, -1):
        rank, mode, next_rank = cores[k].shape
        rows, triangle = np.linalg.qr(cores[k].reshape(rank, -1).T)
        cores[k] = rows.T.reshape(-1, mode, next_rank)
        cores[k - 1] = cores[k - 1] @ triangle.T
    return cores
