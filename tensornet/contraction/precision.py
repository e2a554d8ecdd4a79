"""In which type elements are multiplied and added up: half precision in float32.

What a graph rewrite of TensorFlow may do later counts, too, see `kernel_faults.may_be_rewritten`.
"""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.environment import CPU_DEVICE, target_device
from tensornet.contraction.graph_names import register_gradient
from tensornet.contraction.processor import NO_UNIT, half_precision_unit

SINGLE_PRECISION = 'tensornet.single_precision'


def working_type(dtype):
    """Returns the type in which products that are created now are computed.

    On a processor without a unit for a half-precision type TensorFlow's products of that type take
    longer than those of float32: in float16, for which most have none, two to three times as long.
    A whole contraction in float32 then needs casts only of what goes in and out.

    Args:
        dtype: `tf.DType` of the factors.

    Returns:
        `tf.float32` or `dtype`.
    """
    dtype = dtype.base_dtype
    if kernel_faults.products_add_up_in_half(dtype):
        return tf.float32
    if dtype not in kernel_faults.HALF or target_device() != CPU_DEVICE:
        return dtype
    return tf.float32 if half_precision_unit(dtype.name) == NO_UNIT else dtype


def matrix_product(left: tf.Tensor, right: tf.Tensor, transpose_left: bool = False,
                   transpose_right: bool = False) -> tf.Tensor:
    """Multiplies two matrices; sums of half-precision elements are added up in float32.

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


def summed(terms, axis, keepdims=False):
    """Adds up along axes as `tf.reduce_sum` does, half precision in float32.

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


def in_single_precision(tensor):
    """Keeps the operation that the tensor goes to in the tensor's type.

    The rewrites (`auto_mixed_precision`, `auto_mixed_precision_onednn_bfloat16`) put an operation
    that is neither fast nor dangerous in half precision there if what comes before is. A `Bitcast`
    is an operation that they do not know: it stays as it is, and what follows does so, too. In its
    own type it moves nothing, and TensorFlow takes it away after the rewrite.

    Products and convolutions are put in half precision in any case.

    Args:
        tensor: float tensor.

    Returns:
        The tensor.
    """
    with tf.get_default_graph().gradient_override_map({'Bitcast': SINGLE_PRECISION}):
        return tf.raw_ops.Bitcast(input=tensor, type=tensor.dtype.base_dtype)


@register_gradient(SINGLE_PRECISION)
def _gradient(op, out_gradient):
    del op
    return out_gradient
