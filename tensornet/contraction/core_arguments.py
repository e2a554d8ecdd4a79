"""Checks of the cores that contractions are given."""

import tensorflow.compat.v1 as tf


def check_cores(function, cores, shape):
    """Raises ValueError unless cores are those of a TT-matrix, as far as their shapes are known.

    Others may have as many elements, and would be multiplied in another order.

    Args:
        function: name of the public function, for the message.
        cores: list of tensors, variables or arrays.
        shape: `TTMatrixShape`.
    """
    found = [tf.TensorShape(core.shape) for core in cores]
    if len(found) != shape.d or not all(map(tf.TensorShape.is_compatible_with, found,
                                            shape.core_shapes)):
        shown = [one.as_list() if one.ndims is not None else None for one in found]
        raise ValueError(
            f'{function}: `cores` must be {shape.d} of the shapes {shape.core_shapes}, but theirs '
            f'are {shown}; pass cores as `tensornet.layers` has them, or a plan of their modes and '
            'ranks')
