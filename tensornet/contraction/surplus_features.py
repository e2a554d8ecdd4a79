"""Sizes that do not factor: modes that multiply to more features than there are.

The surplus features come after the others. In the input they are zeros, and in the output they are
cut off. So the elements of the matrix there have no effect, and get no gradient.
"""

import tensorflow.compat.v1 as tf


def padded(tensor, size):
    """Puts zeros behind the last axis of a tensor, up to `size`; nothing where it is that long."""
    missing = size - tensor.shape.as_list()[-1]
    if not missing:
        return tensor
    return tf.pad(tensor, [[0, 0]] * (tensor.shape.ndims - 1) + [[0, missing]])


def cut(tensor, sizes):
    """Returns the leading part of a tensor.

    Args:
        tensor: tensor whose last axes are of known sizes.
        sizes: list of integers, what is left of the last axes.

    Returns:
        The tensor itself where nothing is to be cut off.
    """
    if tensor.shape.as_list()[-len(sizes):] == list(sizes):
        return tensor
    whole = tensor.shape.ndims - len(sizes)
    return tf.slice(tensor, [0] * tensor.shape.ndims, [-1] * whole + list(sizes))
