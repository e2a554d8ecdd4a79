"""Operations that TensorFlow's graph rewrites are to leave in float32."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.gradient_registry import register_gradient

SINGLE_PRECISION = 'tensornet.single_precision'


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
