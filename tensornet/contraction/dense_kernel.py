"""The dense kernel of a convolution from the cores of its TT formats."""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from tensornet.annotations import Modes, Ranks, TensorCores
from tensornet.contraction.core_arguments import (
    check_cores,
    check_filters,
    check_shape,
    check_shapes,
)
from tensornet.contraction.kernel_plan import kernel_plan
from tensornet.contraction.machine import cpu
from tensornet.contraction.merge import merge_range
from tensornet.contraction.plan_arguments import checked_shape
from tensornet.contraction.precision import matrix_product
from tensornet.contraction.setting import Setting
from tensornet.tt.arguments import check_integers, product
from tensornet.tt.rank_argument import check_ranks


def kernel(filters: tf.Tensor, cores: TensorCores, inp_modes: Modes, out_modes: Modes,
           ranks: Ranks) -> tf.Tensor:
    """Builds `K[y, x, (c), (o)] = sum_a filters[y, x, 0, a] M_a[(c), (o)]` (arXiv 1611.03214).

    The cores are merged into two halves, one product joins these, and one transpose brings the
    modes of input and output together. The filters are multiplied in before that where the window
    is smaller than their number, and after it otherwise, so that the transpose has the fewest
    elements to move.

    Args:
        filters: tensor `[height, width, 1, r_0]`.
        cores: list of d tensors, the TT-matrix `M`; the shape of core k is
            `[o_k * r_k, r_{k-1} * i_k]`.
        inp_modes, out_modes: lists of d integers `i_k` and `o_k`.
        ranks: list of d+1 integers `r_k`, of which the last is 1; or one rank for all bonds, capped
            at the largest useful rank of each bond.

    Returns:
        Tensor `[height, width, prod(inp_modes), prod(out_modes)]`.

    Raises:
        ValueError, TypeError: modes and ranks do not fit together, or the filters or a core have
            another shape.

    Cost: `2 * prod(inp_modes) * prod(out_modes) * r * min(height * width, r_0)` operations and a
    little more, where `r` is the TT-rank between the halves.
    """
    filters = tf.convert_to_tensor(filters)
    check_shape('kernel', 'filters', filters, [None, None, 1, None],
                'pass filters [height, width, 1, r_0]')
    window = filters.shape.as_list()[:2]
    shape = checked_shape('kernel', inp_modes, out_modes, ranks, product(window))
    check_filters('kernel', filters, window, shape.ranks[0])
    cores = check_cores('kernel', cores, shape)
    dtype = filters.dtype.base_dtype.name
    setting = Setting(1, False, dtype, cpu(dtype))
    return planned_kernel(filters, cores, shape, kernel_plan(shape, product(window), setting))


def planned_kernel(filters, cores, shape, plan):
    """Builds the dense kernel as `kernel` does, for a `TTMatrixShape` and a `KernelPlan`."""
    height, width = filters.shape.as_list()[:2]
    (_, out_modes, ranks), d, half = shape, shape.d, plan.half
    filters = tf.reshape(filters, [height * width, ranks[0]])

    with tf.name_scope('merge_left'):
        matrix = merge_range(cores, 0, half, plan.left_joins, shape, 'left inp out right')
    if plan.filters_early:
        matrix = matrix_product(filters, tf.reshape(matrix, [ranks[0], -1]))
    if half < d:
        with tf.name_scope('merge_right'):
            right = merge_range(cores, half, d, plan.right_joins, shape, 'left inp out right')
        matrix = matrix_product(tf.reshape(matrix, [-1, ranks[half]]),
                                tf.reshape(right, [ranks[half], -1]))
        matrix = tf.reshape(matrix, [-1, product(out_modes[:half]), product(shape.inp_modes[half:]),
                                     product(out_modes[half:])])
        matrix = tf.transpose(matrix, [0, 2, 1, 3])
    if not plan.filters_early:
        matrix = matrix_product(filters, tf.reshape(matrix, [ranks[0], -1]))
    return tf.reshape(matrix, [height, width, shape.inp_size, shape.out_size])


def direct_kernel(cores: TensorCores, modes: Modes, ranks: Ranks) -> tf.Tensor:
    """Builds `K[y, x, c, o] = G_1[y] G_2[x] G_3[c] G_4[o]`, the naive TT format of a kernel.

    Args:
        cores: list of 4 tensors; the shape of core k is `[r_{k-1}, m_k * r_k]`.
        modes: list of 4 integers `m_k`: height, width, input channels, output channels.
        ranks: list of 5 integers `r_k`, of which the first and the last are 1; or one rank for all
            bonds, capped at the largest useful rank of each bond.

    Returns:
        Tensor `modes`.

    Raises:
        ValueError, TypeError: modes and ranks do not fit together, or a core has another shape.
    """
    modes = check_integers('direct_kernel', 'modes', modes)
    bonds = check_ranks('direct_kernel', ranks, modes)
    cores = check_shapes(
        'direct_kernel', 'cores', cores,
        [[left, mode * right] for left, mode, right in zip(bonds, modes, bonds[1:])],
        'pass cores of these modes and ranks')
    out = tf.reshape(cores[0], [-1, bonds[1]])
    for core, rank in zip(cores[1:], bonds[2:]):
        out = tf.reshape(matrix_product(out, core), [-1, rank])
    return tf.reshape(out, modes)
