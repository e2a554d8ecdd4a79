"""Checks of the cores and filters that contractions are given.

Tensors of another shape may have as many elements, and would be multiplied in another order.
"""

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.tt.arguments import check_list


def check_cores(function, cores, shape):
    """Returns a list of the cores of a TT-matrix, whose shapes are right as far as they are known.

    Args:
        function: name of the public function, for the message.
        cores: the argument, tensors, variables or arrays.
        shape: `TTMatrixShape`.

    Raises:
        ValueError, TypeError: they are not such cores.
    """
    return check_shapes(function, 'cores', cores, shape.core_shapes,
                        'pass cores as `tensornet.layers` has them, or a plan of their modes and '
                        'ranks')


def check_filters(function, filters, window, rank):
    """Raises ValueError unless filters have their shape, as far as it is known.

    Args:
        function: name of the public function, for the message.
        filters: tensor, variable or array.
        window: height and width.
        rank: number of filters, the first rank of the cores.
    """
    check_shape(function, 'filters', filters, [*window, 1, rank],
                'pass filters of the window and the first rank of the cores')


def check_shape(function, name, tensor, expected, remedy):
    """Raises ValueError unless a tensor has its shape, as far as that is known.

    Args:
        function: name of the public function, for the message.
        name: of its argument.
        tensor: tensor, variable or array.
        expected: the shape, with None where any size will do.
        remedy: what the message ends with.
    """
    found = static_shape(tensor)
    if not found.is_compatible_with(expected):
        raise ValueError(f'{function}: `{name}` must be of shape {expected}, but it is '
                         f'{found.as_list()}; {remedy}')


def check_shapes(function, name, tensors, expected, remedy):
    """Returns a list of tensors whose shapes are right, as far as they are known.

    Args:
        function: name of the public function, for the message.
        name: of its argument.
        tensors: the argument: a list of tensors, variables or arrays, or what yields them.
        expected: list of a shape for each.
        remedy: what the message ends with.

    Raises:
        ValueError, TypeError: they are no list, or there are others.
    """
    tensors = check_list(function, name, tensors, 'tensors', '[core_1, core_2]')
    found = list(map(static_shape, tensors))
    if len(found) != len(expected) or not all(map(tf.TensorShape.is_compatible_with, found,
                                                  expected)):
        shown = [one.as_list() if one.ndims is not None else None for one in found]
        raise ValueError(f'{function}: `{name}` must be {len(expected)} of the shapes {expected}, '
                         f'but theirs are {shown}; {remedy}')
    return tensors


def static_shape(tensor):
    """Returns the `tf.TensorShape` of a tensor, a variable, an array or nested lists."""
    return tf.TensorShape(tensor.shape if hasattr(tensor, 'shape') else np.shape(tensor))
