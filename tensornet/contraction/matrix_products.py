"""The product of two matrices."""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from tensornet.contraction.working_type import working_type


def matrix_product(left: tf.Tensor, right: tf.Tensor, transpose_left: bool = False,
                   transpose_right: bool = False) -> tf.Tensor:
    """Multiplies two matrices; sums of half-precision numbers are added up in float32.

    Args:
        left: tensor `[rows, depth]`, or `[depth, rows]` where `transpose_left`.
        right: tensor `[depth, columns]`, or `[columns, depth]` where `transpose_right`.
        transpose_left, transpose_right: whether to transpose a factor.

    Returns:
        Tensor `[rows, columns]`.
    """
    working = working_type(left.dtype)
    out = tf.matmul(tf.cast(left, working), tf.cast(right, working), transpose_a=transpose_left,
                    transpose_b=transpose_right)
    return tf.cast(out, left.dtype)
