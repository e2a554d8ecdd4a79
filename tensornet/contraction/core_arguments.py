"""Checks of the cores and filters that contractions are given.

Tensors of another shape may have as many elements, and would be multiplied in another order.
"""

import tensorflow.compat.v1 as tf


def check_cores(function, cores, shape):
    """Raises ValueError unless cores are those of a TT-matrix, as far as their shapes are known.

    Args:
        function: name of the public function, for the message.
        cores: list of tensors, variables or arrays.
        shape: `TTMatrixShape`.
    """
    check_shapes(function, 'cores', cores, shape.core_shapes,
                 'pass cores as `tensornet.layers` has them, or a plan of their modes and ranks')


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
    found = tf.TensorShape(tensor.shape)
    if not found.is_compatible_with(expected):
        raise ValueError(f'{function}: `{name}` must be of shape {expected}, but it is '
                         f'{found.as_list()}; {remedy}')


def check_shapes(function, name, tensors, expected, remedy):
    """Raises ValueError unless tensors have their shapes, as far as these are known.

    Args:
        function: name of the public function, for the message.
        name: of its argument.
        tensors: list of tensors, variables or arrays.
        expected: list of a shape for each.
        remedy: what the message ends with.
    """
    found = [tf.TensorShape(tensor.shape) for tensor in tensors]
    if len(found) != len(expected) or not all(map(tf.TensorShape.is_compatible_with, found,
                                                  expected)):
        shown = [one.as_list() if one.ndims is not None else None for one in found]
        raise ValueError(f'{function}: `{name}` must be {len(expected)} of the shapes {expected}, '
                         f'but theirs are {shown}; {remedy}')
