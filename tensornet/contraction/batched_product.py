"""Products of many small matrices."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.graph_names import register_gradient
from tensornet.contraction.precision import summed, working_type

BATCHED_PRODUCT = 'tensornet.batched_product'


def batched_product(left, right, small, transpose_left=False, transpose_right=False,
                    gradient=None):
    """Multiplies matrices pair by pair; leading axes broadcast as in `tf.matmul`.

    oneDNN, which TensorFlow 2 uses for float32 and bfloat16 on the CPU, is fast once it runs, but
    takes several times as long to start as TensorFlow's own product, which is still behind
    `BatchMatMulV3`. TensorFlow 1 has only one product.

    Half precision is added up in float32, in the gradients as well.

    Args:
        left: tensor `[..., rows, depth]`, or `[..., depth, rows]` where `transpose_left`.
        right: tensor `[..., depth, columns]`, or `[..., columns, depth]` where `transpose_right`.
        small: whether there is too little arithmetic to be worth a slow start, as the plan says.
            If so, the products of the gradient are small as well.
        transpose_left, transpose_right: whether to transpose each matrix.
        gradient: name of a registered gradient that takes the place of the product's.

    Returns:
        Tensor `[..., rows, columns]`.
    """
    working = working_type(left.dtype)
    if working != left.dtype:
        wide = batched_product(tf.cast(left, working), tf.cast(right, working), small,
                               transpose_left, transpose_right, gradient)
        return tf.cast(wide, left.dtype)
    single = kernel_faults.common_single_axes(left.shape.as_list(), right.shape.as_list())
    if single:
        out = batched_product(tf.squeeze(left, single), tf.squeeze(right, single), small,
                              transpose_left, transpose_right, gradient)
        for axis in reversed(single):
            out = tf.expand_dims(out, axis)
        return out
    small = (small and left.dtype in (tf.float32, tf.bfloat16)
             and kernel_faults.TENSORFLOW_2)
    # TensorFlow's gradient adds up the products of a repeated factor in half precision, and may
    # transpose a single column.
    sizes = left.shape.as_list()[-2:] + right.shape.as_list()[-2:]
    may_have_column = kernel_faults.may_be_rewritten(left.dtype) and 1 in sizes
    if gradient is None and (small or left.dtype in kernel_faults.HALF or may_have_column):
        gradient = BATCHED_PRODUCT
    if kernel_faults.single_column_is_wrong(left.dtype, left.shape.as_list(), transpose_left):
        left, transpose_left = _column_as_row(left), False
    registered = {} if gradient is None else {'BatchMatMulV2': gradient, 'BatchMatMulV3': gradient}
    with tf.get_default_graph().gradient_override_map(registered):
        if small:
            return tf.raw_ops.BatchMatMulV3(x=left, y=right, Tout=left.dtype,
                                            adj_x=transpose_left, adj_y=transpose_right)
        return tf.matmul(left, right, transpose_a=transpose_left, transpose_b=transpose_right)


def is_small_product(op):
    """Whether an operation is a product that was called small."""
    return op.type == 'BatchMatMulV3'


def _column_as_row(matrices):
    """Transposes matrices `[..., rows, 1]`, of which the elements remain where they are."""
    return tf.expand_dims(tf.squeeze(matrices, axis=-1), axis=-2)


@register_gradient(BATCHED_PRODUCT)
def _gradient(op, out_gradient):
    (left, right), transposed_left, transposed_right = (
        op.inputs, op.get_attr('adj_x'), op.get_attr('adj_y'))
    small = is_small_product(op)
    lefts = (batched_product(right, out_gradient, small, transposed_right, True)
             if transposed_left else
             batched_product(out_gradient, right, small, False, not transposed_right))
    rights = (batched_product(out_gradient, left, small, True, transposed_left)
              if transposed_right else
              batched_product(left, out_gradient, small, not transposed_left, False))
    return _folded(lefts, left.shape), _folded(rights, right.shape)


def _folded(gradient, shape):
    """Adds up the gradient over the axes along which a factor of this shape was repeated."""
    sizes = gradient.shape.as_list()
    added = len(sizes) - shape.rank
    factor_sizes = [1] * added + shape.as_list()
    repeated = [axis for axis in range(len(sizes) - 2)
                if factor_sizes[axis] == 1 and sizes[axis] != 1]
    if repeated:
        gradient = summed(gradient, repeated, keepdims=True)
    return tf.squeeze(gradient, axis=list(range(added))) if added else gradient
