"""The TT-SVD: a sweep over the bonds that cuts one core after another off a tensor.

Oseledets, "Tensor-Train Decomposition", SIAM J. Sci. Comput. 33 (2011), algorithm 1. What is left
after each cut, the state, is `[r_left, n_lo, ..., n_hi, r_right]`. The original sweeps from the
left; a core may as well be cut off the right end, with orthonormal rows. All cuts are orthogonal
projections, nested in each other, so their squared errors add up exactly whatever the order.
"""
import math

import numpy as np

from tensornet.tt.blocks import squared_norm
from tensornet.tt.cores import Decomposition
from tensornet.tt.target import attainable_eps
from tensornet.tt.truncated_svd import is_small, truncated_svd


def sweep(tensor, energy, modes, max_ranks, eps):
    """Decomposes a tensor into a tensor train.

    Small states are cut from the left, as the original does. Large ones are cut from the end
    with the smaller unfolding, which is then wide and cheap to factorise.

    Args:
        tensor: C-contiguous float32 or float64 array with `prod(modes)` finite elements, of a
            magnitude whose squares neither overflow nor vanish.
        energy: squared Frobenius norm of `tensor`.
        modes: checked modes, [d].
        max_ranks: largest ranks, [d + 1].
        eps: relative error to keep to with the smallest ranks; None for the largest that
            `max_ranks` and the other bonds admit.

    Returns:
        decomposition: a `Decomposition` whose cores are `[r_{k-1}, n_k, r_k]` in the dtype of
            `tensor`.
        carrier: index of the core that is not orthonormal.
    """
    budget = None if eps is None else attainable_eps(eps, len(modes), tensor.dtype)**2 * energy
    first, last = 0, len(modes) - 1
    cores = [None] * len(modes)
    cuts = np.zeros(len(modes) - 1)
    state, state_energy, left_rank, right_rank = tensor, energy, 1, 1
    while first < last:
        rows, columns = left_rank * modes[first], modes[last] * right_rank
        from_left = is_cut_from_left(state, rows, columns)
        if budget is not None and state.dtype == np.float32 and is_small(state.reshape(rows, -1)):
            state = state.astype(np.float64)
        unfolding = state.reshape(rows, -1) if from_left else state.reshape(-1, columns).T
        bond = first + 1 if from_left else last
        tolerance = None if budget is None else budget / (last - first)
        factor, rest, cut = truncated_svd(unfolding, max_ranks[bond], tolerance, state_energy)
        if budget is not None:
            budget = max(budget - cut, 0.0)
        cuts[bond - 1] = cut
        if from_left:
            cores[first] = factor.reshape(left_rank, modes[first], -1)
            state, left_rank, first = rest, factor.shape[1], first + 1
        else:
            cores[last] = factor.T.reshape(-1, modes[last], right_rank)
            state, right_rank, last = rest.T, factor.shape[1], last - 1
        state_energy = squared_norm(state)
    if state is tensor:
        # A single core would share the memory of the input.
        state = tensor.copy()
    cores[first] = state.reshape(left_rank, modes[first], right_rank)
    bond_errors = np.sqrt(cuts / energy) if energy > 0 else cuts
    cores = [np.ascontiguousarray(core, tensor.dtype) for core in cores]
    return Decomposition(cores, bond_errors, math.sqrt(np.square(bond_errors).sum())), first


def is_cut_from_left(state, rows, columns):
    """Whether a state is cut from the left.

    Args:
        state: array of any shape.
        rows: of the unfolding of its first mode.
        columns: of the unfolding of its last mode.
    """
    return rows <= columns or is_small(state.reshape(rows, -1))
