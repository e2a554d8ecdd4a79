"""A convolutional layer."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import dense_convolution
from tensornet.initializers import xavier
from tensornet.layers.arguments import Arguments
from tensornet.layers.checked_call import checked_call
from tensornet.layers.get_var_wrap import get_var_wrap
from tensornet.layers.layer_records import record_conv
from tensornet.layers.variables import add_biases


@checked_call
def conv(inp,
         out_ch,
         window_size,
         strides=(1, 1),
         padding='SAME',
         filters_initializer=xavier,
         filters_regularizer=None,
         biases_initializer=tf.zeros_initializer,
         biases_regularizer=None,
         trainable=True,
         cpu_variables=False,
         scope=None):
    """Adds a 2-D convolution.

    Args:
        inp: float tensor or NumPy array `[batch, height, width, in_ch]`.
        out_ch: number of output channels.
        window_size: height and width of the window.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.
        filters_initializer: initializer of the filters.
        filters_regularizer: regularizer of the filters.
        biases_initializer: initializer of the biases; None builds a layer without biases.
        biases_regularizer: regularizer of the biases.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name; None makes a unique one from `conv`.

    Returns:
        Tensor `[batch, height', width', out_ch]` of the type of `inp`, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    In an imported graph (MetaGraph, SavedModel, GraphDef) TensorFlow builds gradients once
    `tensornet` is imported: those of TensorFlow's kernel fail for an empty batch, and saturate in
    bfloat16. Where the batch is not known a reshape follows the convolution, for the sake of an
    empty one; give the input a batch size to export a graph without it.

    Variables: `filters` `[window_height, window_width, in_ch, out_ch]`, `biases` `[out_ch]`.
    """
    check = Arguments(scope, 'conv')
    shape = check.tensor('inp', inp, ranks=(4,))
    in_ch = check.channels('inp', shape)
    out_ch = check.size('out_ch', out_ch)
    padding = check.padding(padding)
    window = check.window('window_size', window_size, shape, padding)
    strides = check.sizes('strides', strides, length=2)
    check.function('filters_initializer', filters_initializer)
    check.function('filters_regularizer', filters_regularizer)
    check.function('biases_initializer', biases_initializer)
    check.function('biases_regularizer', biases_regularizer)
    trainable = check.switch('trainable', trainable)
    cpu_variables = check.switch('cpu_variables', cpu_variables)

    with tf.variable_scope(scope, 'conv', [inp]):
        inp = tf.convert_to_tensor(inp, name='inp')
        filters = get_var_wrap('filters', window + [in_ch, out_ch], filters_initializer,
                               filters_regularizer, trainable, cpu_variables,
                               dtype=tf.as_dtype(inp.dtype).base_dtype)
        out = dense_convolution(inp, filters, strides, padding)
        out = add_biases(out, biases_initializer, biases_regularizer, trainable, cpu_variables)
        record_conv(shape, window, out_ch, strides, padding, biases_initializer is not None,
                    inp.dtype, trainable)
        return out
