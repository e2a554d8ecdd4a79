"""Adding biases."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.gradient_registry import register_gradient
from tensornet.contraction.summation import summed_rows

BIAS = 'tensornet.bias'


def add_bias(inp, biases, name=None):
    """Adds biases along the last axis.

    Args:
        inp: tensor `[..., features]`.
        biases: tensor `[features]`.
        name: of the operation.

    Returns:
        Tensor of the shape of `inp`. In half precision the gradient of the biases is added up in
        float32.
    """
    in_half = kernel_faults.bias_gradients_add_up_in_half(inp.dtype)
    with tf.get_default_graph().gradient_override_map({'BiasAdd': BIAS} if in_half else {}):
        return tf.nn.bias_add(inp, biases, name=name)


@register_gradient(BIAS)
def _gradient(op, out_gradient):
    out_gradient = tf.convert_to_tensor(out_gradient)
    features = op.inputs[1].shape.as_list()[0]
    return out_gradient, summed_rows(tf.reshape(out_gradient, [-1, features]))
