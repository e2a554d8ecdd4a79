"""From a tensor train back to the tensor or the matrix."""

from __future__ import annotations

import functools
from typing import Optional, Union

import numpy as np

from tensornet.annotations import Cores, Modes, Ranks
from tensornet.tt.arguments import product, shown
from tensornet.tt.axes import permuted
from tensornet.tt.cores import check_cores, check_finite_cores, merge_modes
from tensornet.tt.flat import cut_matrix, cut_tensor
from tensornet.tt.scaling import balance, is_ordinary, magnitude, normalized


def full(cores: Union[Cores, np.ndarray], modes: Optional[Modes] = None,
         ranks: Optional[Ranks] = None) -> np.ndarray:
    """Multiplies a tensor train out to the full tensor; the inverse of `decompose` and `svd`.

    Cost: at most `prod(modes) max_k(r_k)` multiply-adds for each bond.

    Args:
        cores: list of d arrays `[r_{k-1}, n_k, r_k]`; or a flat array as returned by `svd`, with
            `modes` and `ranks`.
        modes: mode sizes, [d]; only with a flat array.
        ranks: TT-ranks, [d + 1], or one rank for all bonds; only with a flat array.

    Returns:
        Array [n_1, ..., n_d], float32 if all cores are floats of at most 32 bits, else float64.

    Raises:
        ValueError, TypeError: an argument is wrong, or the cores do not make a tensor train.
    """
    if _is_flat('full', cores, modes=modes, ranks=ranks):
        cores = cut_tensor('full', 'cores', cores, modes, ranks)
    cores = check_finite_cores('full', cores)
    if cores[0].ndim == 4:
        raise ValueError('full: `cores` must be [r_{k-1}, n_k, r_k], but they are those of a '
                         f'matrix, the first of shape {list(cores[0].shape)}; use `full_matrix`')
    tensor = _multiply('full', cores)
    try:
        return tensor.reshape([core.shape[1] for core in cores])
    except ValueError as error:
        raise ValueError(
            f'full: the {len(cores)} modes of `cores` must be axes of an array, which are too many '
            f'({error}); merge cores, or use `full_matrix` for cores [r_{{k-1}}, n_k, 1, r_k]'
        ) from error


def full_matrix(cores: Union[Cores, np.ndarray], left_modes: Optional[Modes] = None,
                right_modes: Optional[Modes] = None,
                ranks: Optional[Ranks] = None) -> np.ndarray:
    """Multiplies a TT-matrix out to the full matrix; inverse of `decompose_matrix`, `matrix_svd`.

    Args:
        cores: list of d arrays `[r_{k-1}, left_k, right_k, r_k]`; or a flat array as returned by
            `matrix_svd`, with all of the other arguments.
        left_modes: modes of the rows, [d]; only with a flat array.
        right_modes: modes of the columns, [d]; only with a flat array.
        ranks: TT-ranks, [d + 1], or one rank for all bonds; only with a flat array.

    Returns:
        Array [prod(left_modes), prod(right_modes)], float32 if all cores are floats of at most 32
        bits, else float64.

    Raises:
        ValueError, TypeError: an argument is wrong, or the cores do not make a tensor train.
    """
    if _is_flat('full_matrix', cores, left_modes=left_modes, right_modes=right_modes, ranks=ranks):
        cores = cut_matrix('full_matrix', 'cores', cores, left_modes, right_modes, ranks)
    cores = check_finite_cores('full_matrix', cores)
    if cores[0].ndim == 3:
        raise ValueError(
            'full_matrix: `cores` must be [r_{k-1}, left_k, right_k, r_k], but the first has '
            f'shape {list(cores[0].shape)}; split the modes of each core, or use `full`')
    shape = [size for core in cores for size in core.shape[1:3]]
    tensor = permuted(_multiply('full_matrix', merge_modes(cores)), shape,
                      [*range(0, len(shape), 2), *range(1, len(shape), 2)])
    return tensor.reshape(product(shape[0::2]), product(shape[1::2]))


def _is_flat(function, cores, **layout):
    """Whether `cores` is a flat array; its layout must be given then, and only then."""
    flat = isinstance(cores, np.ndarray)
    if not flat:
        check_cores(function, cores)
    for name, value in layout.items():
        if flat and value is None:
            raise ValueError(f'{function}: `{name}` is needed to cut the flat array `cores` of '
                             f'shape {list(cores.shape)} into cores; pass it')
        if not flat and value is not None:
            raise ValueError(f'{function}: `{name}` is read off a list of `cores`, but it is '
                             f'{shown(value)}; leave it out')
    return flat


def _multiply(function, cores):
    """Product of cores `[r_{k-1}, n_k, r_k]`, [prod(n_k), 1]."""
    if is_ordinary(cores):
        # A single core would share its memory with the result.
        return functools.reduce(_next_product, cores) if len(cores) > 1 else cores[0].copy()
    cores, exponent = balance(cores)
    state = cores[0]
    for core in cores[1:]:
        state, shift = normalized(_next_product(state, core))
        exponent += shift
    if magnitude(state) + exponent > np.finfo(state.dtype).maxexp:
        remedy = ', or convert them to float64' if state.dtype == np.float32 else ''
        raise ValueError(
            f'{function}: the elements must fit {state.dtype.name}, but the largest is about '
            f'2^{exponent}; scale the cores{remedy}')
    return np.ldexp(state, exponent)


def _next_product(state, core):
    """[rows, r] or the first core, and the next core, as [rows * n, r']."""
    state = state.reshape(-1, len(core))
    return (state @ core.reshape(len(core), -1)).reshape(-1, core.shape[-1])
