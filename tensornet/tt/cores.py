"""The cores of a tensor train: checks, their merged form, and what a decomposition returns."""

from __future__ import annotations

from typing import List, NamedTuple

import numpy as np

from tensornet.tt.arguments import check_array


class Decomposition(NamedTuple):
    """A TT decomposition and its error.

    Attributes:
        cores: list of d arrays, [r_{k-1}, n_k, r_k], or [r_{k-1}, left_k, right_k, r_k] for a
            matrix.
        bond_errors: float64 array [d - 1]; Frobenius norm of what was cut at each bond, relative
            to the norm of the tensor.
        relative_error: relative Frobenius error of the whole approximation. Successive cuts are
            orthogonal to each other, so it is the root of the sum of the squared `bond_errors`.
    """

    cores: List[np.ndarray]
    bond_errors: np.ndarray
    relative_error: float

    @property
    def ranks(self) -> np.ndarray:
        """TT-ranks, int32 array [d + 1]."""
        return np.array([core.shape[0] for core in self.cores] + [1], dtype=np.int32)


def check_cores(function, cores):
    """Returns the cores of a tensor train, which must fit together, as float arrays of one dtype.

    Args:
        function: name of the public function, for the messages.
        cores: sequence of d arrays `[r_{k-1}, n_k, r_k]` or `[r_{k-1}, left_k, right_k, r_k]`.
    """
    if isinstance(cores, Decomposition):
        raise TypeError(
            f'{function}: `cores` must be a list of cores, but it is a Decomposition; '
            f'pass its `.cores`')
    if not isinstance(cores, (list, tuple)):
        raise TypeError(
            f'{function}: `cores` must be a list of cores, but it is a {type(cores).__name__}; '
            f'cut a flat array into cores with `unflatten`, and pass values, not variables')
    if not cores:
        raise ValueError(f'{function}: `cores` must hold at least one core, but it is empty; '
                         f'pass the cores of a tensor train')
    cores = [check_array(function, f'cores[{k}]', core) for k, core in enumerate(cores)]
    for k, core in enumerate(cores):
        if core.ndim not in (3, 4) or core.ndim != cores[0].ndim or core.size == 0:
            raise ValueError(
                f'{function}: each core must be [r_{{k-1}}, n_k, r_k], or all of them '
                f'[r_{{k-1}}, left_k, right_k, r_k], but `cores[{k}]` has shape '
                f'{list(core.shape)} after {list(cores[0].shape)}; reshape it')
        before = cores[k - 1].shape[-1] if k > 0 else 1
        if core.shape[0] != before:
            raise ValueError(
                f'{function}: `cores[{k}]` of shape {list(core.shape)} must start with rank '
                f'{before}, where {"the core before it" if k > 0 else "a tensor train"} '
                f'{"ends" if k > 0 else "starts"}; make the ranks of bond {k} agree')
    if cores[-1].shape[-1] != 1:
        raise ValueError(
            f'{function}: the last core must end with rank 1, but `cores[{len(cores) - 1}]` has '
            f'shape {list(cores[-1].shape)}; a tensor train starts and ends with rank 1')
    dtype = np.result_type(*cores)
    return [core.astype(dtype, copy=False) for core in cores]


def check_finite_cores(function, cores):
    """Same as `check_cores`; raises ValueError where a core holds NaN or infinity as well."""
    cores = check_cores(function, cores)
    for k, core in enumerate(cores):
        if not np.isfinite(core).all():
            raise ValueError(f'{function}: `cores[{k}]` must be finite, but it holds NaN or '
                             f'infinity; remove them first')
    return cores


def merge_modes(cores):
    """Checked cores as `[r_{k-1}, n_k, r_k]`, with `n_k = left_k right_k` for those of a matrix."""
    return [core.reshape(core.shape[0], -1, core.shape[-1]) for core in cores]


def fill_ranks(cores, ranks):
    """Fills the cores of a tensor train up with zeros, which changes nothing that they stand for.

    Args:
        cores: list of d arrays `[r_{k-1}, ..., r_k]`.
        ranks: TT-ranks, [d + 1]; a bond that has a larger one keeps it.

    Returns:
        List of d arrays; those that have nothing to be filled are the given ones.
    """
    return [_filled(core, left, right) for core, left, right in zip(cores, ranks, ranks[1:])]


def _filled(core, left, right):
    left, right = max(left, core.shape[0]), max(right, core.shape[-1])
    if (left, right) == (core.shape[0], core.shape[-1]):
        return core
    filled = np.zeros((left,) + core.shape[1:-1] + (right,), core.dtype)
    filled[:core.shape[0], ..., :core.shape[-1]] = core
    return filled
