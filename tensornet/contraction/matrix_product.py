"""The product of two matrices."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults


def matrix_product(left, right, transpose_left=False, transpose_right=False):
    """Multiplies two matrices; sums of half-precision numbers are added up in float32.

    Args:
        left: tensor `[rows, depth]`, or `[depth, rows]` where `transpose_left`.
        right: tensor `[depth, columns]`, or `[columns, depth]` where `transpose_right`.
        transpose_left, transpose_right: whether to transpose a factor.

    Returns:
        Tensor `[rows, columns]`.
    """
    if kernel_faults.products_add_up_in_half(left.dtype):
        wide = matrix_product(tf.cast(left, tf.float32), tf.cast(right, tf.float32),
                              transpose_left, transpose_right)
        return tf.cast(wide, left.dtype)
    return tf.matmul(left, right, transpose_a=transpose_left, transpose_b=transpose_right)
