"""Norm, storage and ranks of a tensor train.

`cores` is a list of d arrays `[r_{k-1}, n_k, r_k]` or `[r_{k-1}, left_k, right_k, r_k]`
everywhere. All functions raise ValueError or TypeError if these do not make a tensor train.
"""

from __future__ import annotations

import numpy as np

from tensornet.annotations import Cores
from tensornet.tt.cores import check_cores, check_finite_cores, merge_modes
from tensornet.tt.orthogonalization import orthogonalize


def norm(cores: Cores) -> float:
    """Returns the Frobenius norm of the full tensor or matrix, as float.

    It is taken from an orthogonalised tensor train in float64, so it is accurate even where large
    cores cancel, and whatever the sizes of the cores; a norm beyond float64 is infinity. NaN and
    infinity in the cores are refused. Cost: about `2 n r^3` multiply-adds for each core.
    """
    cores, exponent = orthogonalize(merge_modes(check_finite_cores('norm', cores)))
    with np.errstate(over='ignore', under='ignore'):
        return float(np.ldexp(np.linalg.norm(cores[0]), exponent))


def storage(cores: Cores) -> int:
    """Returns the number of parameters, the sum of the sizes of the cores, as int."""
    return sum(core.size for core in check_cores('storage', cores))


def ranks(cores: Cores) -> np.ndarray:
    """Returns the TT-ranks, int32 array [d + 1]; the first and the last are 1."""
    cores = check_cores('ranks', cores)
    return np.array([core.shape[0] for core in cores] + [1], dtype=np.int32)
