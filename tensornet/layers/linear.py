"""A fully-connected layer."""

from __future__ import annotations

import tensorflow.compat.v1 as tf

from tensornet.annotations import Initializer, Regularizer, Scope, TensorLike
from tensornet.contraction.precision import matrix_product
from tensornet.initializers import xavier
from tensornet.layers.arguments import Arguments
from tensornet.layers.checked_call import checked_call
from tensornet.layers.layer_records import record_linear
from tensornet.layers.planned_setting import planned_setting
from tensornet.layers.variables import Functions, LayerVariables


@checked_call
def linear(inp: TensorLike,
           out_size: int,
           weights_initializer: Initializer = xavier,
           weights_regularizer: Regularizer = None,
           biases_initializer: Initializer = tf.zeros_initializer,
           biases_regularizer: Regularizer = None,
           trainable: bool = True,
           cpu_variables: bool = False,
           scope: Scope = None) -> tf.Tensor:
    """Adds a fully-connected layer: `out = inp weights + biases`.

    Args:
        inp: float tensor or NumPy array `[batch, inp_size]`.
        out_size: number of output features.
        weights_initializer: initializer of the weights.
        weights_regularizer: regularizer of the weights.
        biases_initializer: initializer of the biases; None builds a layer without biases.
        biases_regularizer: regularizer of the biases.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name; None makes a unique one from `linear`.

    Returns:
        Tensor `[batch, out_size]` of the type of `inp`, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    Import `tensornet.layers` before building gradients of an imported graph (MetaGraph, SavedModel,
    GraphDef); otherwise TensorFlow reports "No gradient defined". The library replaces TensorFlow's
    gradient of biases, which may be summed in bfloat16.

    Variables: `weights` `[inp_size, out_size]`, `biases` `[out_size]`.
    """
    check = Arguments(scope, 'linear')
    shape = check.tensor('inp', inp, ndims=(2,))
    in_size = check.channels('inp', shape)
    out_size = check.size('out_size', out_size)
    weights_shape = check.elements('weights', [in_size, out_size])
    functions = Functions(weights_initializer, weights_regularizer).checked(check, 'weights')
    biases = Functions(biases_initializer, biases_regularizer).checked(check, 'biases')
    variables = LayerVariables(trainable, cpu_variables).checked(check, inp.dtype)

    with tf.variable_scope(scope, 'linear', [inp]):
        inp = tf.convert_to_tensor(inp, name='inp')
        weights = variables.get('weights', weights_shape, functions)
        out = matrix_product(inp, weights)
        out = variables.with_biases(out, biases)
        record_linear(planned_setting(shape[:1], variables), in_size, out_size,
                      biases.initializer is not None)
        return out
