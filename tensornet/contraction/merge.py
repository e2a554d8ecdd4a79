"""Merging neighbouring cores of a TT-matrix into one."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.steps import LEFT, RIGHT, product

# The order of the merged core's axes that each kind of step multiplies by.
AXES = {LEFT: 'out right left inp', RIGHT: 'left out inp right'}
LAST_AXES = 'out left inp right'


def merge(cores, step, inp_modes, out_modes, ranks):
    """Builds the matrix `[rows, depth]` of a step from the stored cores.

    Args:
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        step: the contraction, which names its cores and the order of the axes.
        inp_modes, out_modes, ranks: of the TT-matrix.

    Returns:
        Tensor `[rows, depth]`: `[(o, r_b), (r_a, i)]` from the left, `[(r_a, o), (i, r_b)]` from
        the right, `[o, (r_a, i, r_b)]` for the last, where `r_a` and `r_b` are the bonds to the
        left and right of the group.
    """
    if not step.needs_merging:
        return cores[step.first]
    merged = merge_range(cores, step.first, step.last, inp_modes, out_modes, ranks,
                         AXES.get(step.side, LAST_AXES))
    return tf.reshape(merged, [step.rows, step.depth])


def merge_range(cores, first, last, inp_modes, out_modes, ranks, axes):
    """Merges the cores first..last-1.

    Args:
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        first, last: range of the cores, counted from 0.
        inp_modes, out_modes, ranks: of the TT-matrix.
        axes: the order of the result's axes: 'left' and 'right' for the bonds of the group,
            'inp' and 'out' for all its modes, separated by blanks.

    Returns:
        Tensor of `2 * (last - first) + 2` axes.
    """
    if last - first == 1:
        merged = tf.reshape(cores[first], [out_modes[first], ranks[last], ranks[first],
                                           inp_modes[first]])
        positions = {'out': [0], 'right': [1], 'left': [2], 'inp': [3]}
    else:
        merged = _merge_interleaved(cores, first, last, inp_modes, out_modes, ranks)
        end = 2 * (last - first) + 1
        positions = {'left': [0], 'inp': list(range(1, end, 2)), 'out': list(range(2, end + 1, 2)),
                     'right': [end]}
    order = [position for axis in axes.split() for position in positions[axis]]
    return merged if order == sorted(order) else tf.transpose(merged, order)


def _merge_interleaved(cores, first, last, inp_modes, out_modes, ranks):
    """Multiplies the cores of a group; the axes are `r_a, i, o, i, o, ..., r_b`."""
    merged = None
    sizes = [ranks[first]]
    for k in range(first, last):
        core = tf.reshape(cores[k], [out_modes[k], ranks[k + 1], ranks[k], inp_modes[k]])
        core = tf.transpose(core, [2, 3, 0, 1])
        if merged is None:
            merged = core
        else:
            merged = tf.matmul(tf.reshape(merged, [product(sizes), ranks[k]]),
                               tf.reshape(core, [ranks[k], -1]))
        sizes += [inp_modes[k], out_modes[k]]
    return tf.reshape(merged, sizes + [ranks[last]])
