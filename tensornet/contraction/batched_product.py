"""Products of many small matrices."""

import tensorflow.compat.v1 as tf


def batched_product(left, right, small, transpose_left=False, transpose_right=False):
    """Multiplies matrices pair by pair; leading axes broadcast as in `tf.matmul`.

    oneDNN, which TensorFlow 2 gives every float32 `BatchMatMulV2` on the CPU, is fast once it
    runs, but takes ten times as long to begin as TensorFlow's own product. That one is still
    behind `BatchMatMulV3`. TensorFlow 1 has but one product.

    Args:
        left: tensor `[..., rows, depth]`, or `[..., depth, rows]` where `transpose_left`.
        right: tensor `[..., depth, columns]`, or `[..., columns, depth]` where `transpose_right`.
        small: whether the arithmetic is too little to be worth a slow beginning; see
            `cost_model.is_small`.
        transpose_left, transpose_right: whether to transpose each matrix.

    Returns:
        Tensor `[..., rows, columns]`.
    """
    if small and left.dtype == tf.float32 and hasattr(tf.raw_ops, 'BatchMatMulV3'):
        return tf.raw_ops.BatchMatMulV3(x=left, y=right, Tout=left.dtype, adj_x=transpose_left,
                                        adj_y=transpose_right)
    return tf.matmul(left, right, transpose_a=transpose_left, transpose_b=transpose_right)
