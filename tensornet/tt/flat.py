"""The flat array of `svd` and `matrix_svd`, and the cores in it."""

from __future__ import annotations

from typing import List

import numpy as np

from tensornet.annotations import ArrayLike, Cores, Modes, Ranks
from tensornet.tt.arguments import check_array, check_integers, check_mode_pairs, product
from tensornet.tt.cores import check_cores
from tensornet.tt.rank_argument import check_ranks
from tensornet.tt.scaling import unscaled


def flatten(cores: Cores) -> np.ndarray:
    """Writes the cores of a tensor train one after another, each row-major.

    Args:
        cores: list of d arrays `[r_{k-1}, n_k, r_k]` or `[r_{k-1}, left_k, right_k, r_k]`.

    Returns:
        float32 array [sum of the sizes of the cores].

    Raises:
        ValueError, TypeError: the cores do not make a tensor train, or are finite but not in
            float32.
    """
    cores = check_cores('flatten', cores)
    with np.errstate(over='ignore', under='ignore'):
        narrow = [core.reshape(-1).astype(np.float32, copy=False) for core in cores]
    for k, (core, kept) in enumerate(zip(cores, narrow)):
        if np.isinf(kept).any() and not np.isinf(core).any() or core.any() and not kept.any():
            raise ValueError(
                f'flatten: `cores[{k}]` must be of a magnitude that float32 holds, but its largest '
                f'element is {np.abs(core).max():g}; move a factor into the other cores')
    return np.concatenate(narrow)


def flatten_in_range(function, decomposition):
    """Flat array of cores that `decompose` made, of like magnitudes where float32 demands it."""
    return flatten(unscaled(function, decomposition.cores, 0, 0, np.float32))


def unflatten(flat: ArrayLike, modes: Modes, ranks: Ranks) -> List[np.ndarray]:
    """Cuts a flat array into the cores of a tensor.

    Args:
        flat: array [sum of r_{k-1} n_k r_k], as returned by `svd`.
        modes: mode sizes, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, capped
            at the largest useful rank of each bond.

    Returns:
        List of d arrays, core k `[r_{k-1}, n_k, r_k]`: views of `flat` where it is float32 or
        float64.

    Raises:
        ValueError, TypeError: an argument is wrong, or the length does not fit.
    """
    return cut_tensor('unflatten', 'flat', flat, modes, ranks)


def unflatten_matrix(flat: ArrayLike, left_modes: Modes, right_modes: Modes,
                     ranks: Ranks) -> List[np.ndarray]:
    """Cuts a flat array into the cores of a matrix.

    Args:
        flat: array [sum of r_{k-1} left_k right_k r_k], as returned by `matrix_svd`.
        left_modes: modes of the rows, [d].
        right_modes: modes of the columns, [d].
        ranks: TT-ranks, [d + 1], with ones at both ends; or one rank for all bonds, capped
            at the largest useful rank of each bond.

    Returns:
        List of d arrays, core k `[r_{k-1}, left_k, right_k, r_k]`: views of `flat` where it is
        float32 or float64.

    Raises:
        ValueError, TypeError: an argument is wrong, or the length does not fit.
    """
    return cut_matrix('unflatten_matrix', 'flat', flat, left_modes, right_modes, ranks)


def cut_tensor(function, name, flat, modes, ranks):
    """Same as `unflatten`; messages name `function` and its argument `name`."""
    modes = check_integers(function, 'modes', modes)
    return _cut(function, name, flat, [(mode,) for mode in modes], ranks)


def cut_matrix(function, name, flat, left_modes, right_modes, ranks):
    """Same as `unflatten_matrix`; messages name `function` and its argument `name`."""
    left_modes, right_modes = check_mode_pairs(function, left_modes, right_modes)
    return _cut(function, name, flat, list(zip(left_modes, right_modes)), ranks)


def _cut(function, name, flat, modes, ranks):
    flat = check_array(function, name, flat)
    ranks = check_ranks(function, ranks, [product(mode) for mode in modes])
    shapes = [(ranks[k],) + mode + (ranks[k + 1],) for k, mode in enumerate(modes)]
    sizes = [product(shape) for shape in shapes]
    if flat.ndim != 1 or flat.size != sum(sizes):
        raise ValueError(
            f'{function}: `{name}` must be a 1-D array of {sum(sizes)} elements for cores of '
            f'shapes {[list(shape) for shape in shapes]}, but its shape is {list(flat.shape)}; '
            f'pass the modes and ranks it was made with')
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes)]
