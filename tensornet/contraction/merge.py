"""Merging neighbouring cores of a TT-matrix into one."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.batched_product import batched_product
from tensornet.contraction.step_operations import SMALL
from tensornet.contraction.steps import LAST, LEFT, RIGHT

# The order of the merged core's axes that each kind of step multiplies by; see `merge_range`.
STORED_AXES = 'out right left inp'
AXES = {LEFT: STORED_AXES, RIGHT: 'left out inp right', LAST: 'out left inp right'}


def merge(cores, step, joins, shape):
    """Builds the matrix `[rows, depth]` of a step from the stored cores.

    Args:
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        step: the contraction, which names its cores and the order of the axes.
        joins: kind of each product that merges the cores, see `StepOperations`.
        shape: `TTMatrixShape` of the TT-matrix.

    Returns:
        Tensor `[rows, depth]`: `[(o, r_b), (r_a, i)]` from the left, `[(r_a, o), (i, r_b)]` from
        the right, `[o, (r_a, i, r_b)]` for the last, where `r_a` and `r_b` are the bonds to the
        left and right of the group.
    """
    merged = merge_range(cores, step.first, step.last, joins, shape, AXES[step.side])
    return tf.reshape(merged, [step.rows, step.depth])


def merge_range(cores, first, last, joins, shape, axes=STORED_AXES):
    """Merges the cores first..last-1.

    The stored order of the axes, `[o, r_b, r_a, i]`, is kept by the product

        merged[o, (p, r_c), (r_a, i), j] = left[o, :, (r_a, i)] . right[(p, r_c), :, j]

    over the bond between them, for which no core has to be transposed. Going from the right to the
    left keeps its last axis long.

    Args:
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        first, last: range of the cores, counted from 0.
        joins: kind of each product, from right to left: `last - first - 1` of them.
        shape: `TTMatrixShape` of the TT-matrix.
        axes: the order of the result's axes: 'left' and 'right' for the bonds of the group,
            'inp' and 'out' for all its modes, separated by blanks.

    Returns:
        Tensor of four axes.
    """
    inp_modes, out_modes, ranks = shape
    merged = cores[last - 1]
    inp, out = inp_modes[last - 1], out_modes[last - 1]
    for k, kind in zip(reversed(range(first, last - 1)), joins):
        left = tf.reshape(cores[k], [out_modes[k], 1, ranks[k + 1], ranks[k] * inp_modes[k]])
        right = tf.reshape(merged, [1, out * ranks[last], ranks[k + 1], inp])
        # The stored order makes left[o, 0, s, a] and right[0, p, s, j] of the factors.
        merged = batched_product(left, right, kind == SMALL, transpose_left=True)
        inp, out = inp_modes[k] * inp, out_modes[k] * out
    merged = tf.reshape(merged, [out, ranks[last], ranks[first], inp])
    if axes == STORED_AXES:
        return merged
    stored = STORED_AXES.split()
    return tf.transpose(merged, [stored.index(axis) for axis in axes.split()])

