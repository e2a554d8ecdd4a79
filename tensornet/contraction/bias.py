"""Adding biases."""

from __future__ import annotations

from typing import Optional

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.graph_names import register_gradient
from tensornet.contraction.precision import in_single_precision, summed_rows

BIAS = 'tensornet.bias'


def add_bias(inp: tf.Tensor, biases: tf.Tensor, name: Optional[str] = None) -> tf.Tensor:
    """Adds biases along the last axis.

    Args:
        inp: tensor `[..., features]`.
        biases: tensor `[features]`.
        name: of the operation.

    Returns:
        Tensor of the shape of `inp`. In half precision the gradient of the biases is added up in
        float32, also where TensorFlow rewrites a graph of float32 to half precision.
    """
    replaced = (kernel_faults.bias_gradients_add_up_in_half(inp.dtype)
                or kernel_faults.may_be_rewritten(inp.dtype))
    with tf.get_default_graph().gradient_override_map({'BiasAdd': BIAS} if replaced else {}):
        return tf.nn.bias_add(inp, biases, name=name)


@register_gradient(BIAS)
def _gradient(op, out_gradient):
    out_gradient = tf.convert_to_tensor(out_gradient)
    dtype = op.inputs[1].dtype
    if dtype in kernel_faults.HALF:
        features = op.inputs[1].shape.as_list()[0]
        return out_gradient, summed_rows(tf.reshape(out_gradient, [-1, features]))
    return out_gradient, tf.raw_ops.BiasAddGrad(out_backprop=in_single_precision(out_gradient))
