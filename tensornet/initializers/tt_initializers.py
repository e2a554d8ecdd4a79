"""Initializers of the cores of a tensor train whose product has elements of one variance."""

from tensornet.initializers.orthogonal_core import orthogonal_core


def matrix_core_initializers(inp_modes, out_modes, ranks, variance, seed):
    """Initializers of `mat_core_1..d` or `core_1..d`, `[o_k * r_k, r_{k-1} * i_k]`.

    Args:
        inp_modes, out_modes: lists of d modes `i_k` and `o_k`.
        ranks: list of d+1 TT-ranks `r_k`.
        variance: of each number.
        seed: integer seed of the first, or None.

    Returns:
        List of d initializers.
    """
    return [orthogonal_core([left, i, o, right], [2, 3, 0, 1], [o * right, left * i], variance,
                            None if seed is None else seed + k)
            for k, (i, o, left, right) in enumerate(zip(inp_modes, out_modes, ranks, ranks[1:]))]


def direct_core_initializers(modes, ranks, variance, seed):
    """Initializers of `core_1..4` of `tt_conv_direct`, `[r_{k-1}, m_k * r_k]`.

    Args:
        modes: list of 4 modes `m_k`.
        ranks: list of 5 TT-ranks `r_k`.
        variance: of each number.
        seed: integer seed of the first, or None.

    Returns:
        List of 4 initializers.
    """
    return [orthogonal_core([left, mode, right], [0, 1, 2], [left, mode * right], variance,
                            None if seed is None else seed + k)
            for k, (mode, left, right) in enumerate(zip(modes, ranks, ranks[1:]))]


def filters_initializer(window, rank, variance, seed):
    """Initializer of `filters`, `[window_height, window_width, 1, r_0]`.

    Args:
        window: height and width.
        rank: `r_0`.
        variance: of each number.
        seed: integer seed, or None.
    """
    shape = window + [1, rank]
    return orthogonal_core(shape, [0, 1, 2, 3], shape, variance, seed)
