"""Products of many small matrices."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.gradient_registry import register_gradient

SMALL_PRODUCT = 'tensornet.small_product'


def batched_product(left, right, small, transpose_left=False, transpose_right=False,
                    gradient=None):
    """Multiplies matrices pair by pair; leading axes broadcast as in `tf.matmul`.

    oneDNN, to which TensorFlow 2 gives float32 and bfloat16 on the CPU, is fast once it runs, but
    takes several times as long to begin as TensorFlow's own product. That one is still behind
    `BatchMatMulV3`. TensorFlow 1 has but one product.

    Args:
        left: tensor `[..., rows, depth]`, or `[..., depth, rows]` where `transpose_left`.
        right: tensor `[..., depth, columns]`, or `[..., columns, depth]` where `transpose_right`.
        small: whether the arithmetic is too little to be worth a slow beginning, as the plan
            says. If so the products of the gradient are small as well.
        transpose_left, transpose_right: whether to transpose each matrix.
        gradient: name of a registered gradient that takes the place of the product's.

    Returns:
        Tensor `[..., rows, columns]`.
    """
    small = (small and left.dtype in (tf.float32, tf.bfloat16)
             and hasattr(tf.raw_ops, 'BatchMatMulV3'))
    if small and gradient is None:
        gradient = SMALL_PRODUCT
    registered = {} if gradient is None else {'BatchMatMulV2': gradient, 'BatchMatMulV3': gradient}
    with tf.get_default_graph().gradient_override_map(registered):
        if small:
            return tf.raw_ops.BatchMatMulV3(x=left, y=right, Tout=left.dtype,
                                            adj_x=transpose_left, adj_y=transpose_right)
        return tf.matmul(left, right, transpose_a=transpose_left, transpose_b=transpose_right)


def is_small_product(op):
    """Whether an operation is a product that was called small."""
    return op.type == 'BatchMatMulV3'


@register_gradient(SMALL_PRODUCT)
def _small_product_gradient(op, out_gradient):
    (left, right), transposed_left, transposed_right = (
        op.inputs, op.get_attr('adj_x'), op.get_attr('adj_y'))
    lefts = (batched_product(right, out_gradient, True, transposed_right, True)
             if transposed_left else
             batched_product(out_gradient, right, True, False, not transposed_right))
    rights = (batched_product(out_gradient, left, True, True, transposed_left)
              if transposed_right else
              batched_product(left, out_gradient, True, not transposed_left, False))
    return _summed(lefts, left.shape), _summed(rights, right.shape)


def _summed(gradient, shape):
    """Adds up the gradient over the axes along which a factor of this shape was repeated."""
    sizes = gradient.shape.as_list()
    added = len(sizes) - shape.rank
    factor_sizes = [1] * added + shape.as_list()
    repeated = [axis for axis in range(len(sizes) - 2)
                if factor_sizes[axis] == 1 and sizes[axis] != 1]
    if repeated:
        gradient = tf.reduce_sum(gradient, axis=repeated, keepdims=True)
    return tf.squeeze(gradient, axis=list(range(added))) if added else gradient
