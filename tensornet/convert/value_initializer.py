"""Initializers that set a variable to a given array."""

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints.graph_variables import slices_of
from tensornet.number_types import rounded

# A larger value is fetched from Python when the variable is initialized: as a constant it would
# count towards the 2 GB that a graph may have, and be written with every saved graph.
_LARGEST_CONSTANT = 1 << 20


class value_initializer:
    """Initializer with a given value.

    A value of up to a megabyte is a constant of the graph. A larger one stays in Python, so the
    graph can initialize its variable only in the process that built it. Restoring a checkpoint
    works everywhere.

    Args:
        value: array; it is not copied.
    """

    def __init__(self, value):
        self.value = np.asarray(value)

    def __call__(self, shape, dtype=tf.float32, partition_info=None):
        """Returns the value as a tensor.

        Args:
            shape: list of integers, the shape of the variable, which must be that of the value, or
                of a part of it.
            dtype: type of the variable.
            partition_info: which part of a partitioned variable is wanted, or None.

        Returns:
            Tensor `shape` of type `dtype`.

        Raises:
            ValueError: the variable has another shape, or `dtype` does not hold the value. Real
                values are rounded to floating-point types.
        """
        shape = [int(size) for size in shape]
        whole = shape if partition_info is None else [int(n) for n in partition_info.full_shape]
        if whole != list(self.value.shape):
            raise ValueError(
                f'the initial value has shape {list(self.value.shape)}, but the variable has '
                f'shape {whole}; build the layer with the modes and ranks of the conversion')
        part = self.value if partition_info is None else \
            self.value[slices_of(partition_info.var_offset, shape)]
        dtype = tf.as_dtype(dtype or tf.float32)
        if rounded(self.value, dtype.as_numpy_dtype) is None:
            raise ValueError(
                f'the variable is {dtype.name}, which does not hold the {self.value.dtype.name} '
                'initial value; build the layer in a floating-point type that does')
        if self.value.nbytes <= _LARGEST_CONSTANT:
            value = tf.constant(part)
        else:
            with tf.device('/cpu:0'):
                value = tf.py_func(lambda: part, [], tf.as_dtype(part.dtype))
                value.set_shape(shape)
        return tf.cast(value, dtype)
