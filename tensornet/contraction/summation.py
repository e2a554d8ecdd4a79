"""Sums of many numbers."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.working_type import working_type


def summed(terms, axis, keepdims=False):
    """Adds up along axes as `tf.reduce_sum` does, in float32 where the numbers are of half
    precision.

    Args:
        terms: tensor.
        axis: an axis or a list of axes.
        keepdims: whether these remain with size 1.
    """
    if kernel_faults.sums_add_up_in_half(terms.dtype):
        wide = tf.reduce_sum(tf.cast(terms, tf.float32), axis=axis, keepdims=keepdims)
        return tf.cast(wide, terms.dtype)
    return tf.reduce_sum(terms, axis=axis, keepdims=keepdims)


def summed_rows(matrix):
    """Adds up the rows of a matrix, as `summed` does along its first axis.

    As a product with a row of ones this runs at the speed of the memory, up to three times as fast
    as `tf.reduce_sum`. Products add up bfloat16 in float32, too; where the processor's unit for it
    is not to be used they are slow, or end the process.

    Args:
        matrix: tensor `[rows, columns]`.

    Returns:
        Tensor `[columns]`.
    """
    dtype = matrix.dtype
    if kernel_faults.sums_add_up_in_half(dtype) or working_type(dtype) != dtype:
        return summed(matrix, axis=0)
    ones = tf.fill([1, tf.shape(matrix)[0]], tf.ones([], matrix.dtype))
    return tf.squeeze(tf.matmul(ones, matrix), axis=0)
