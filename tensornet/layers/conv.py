"""A convolutional layer."""

from __future__ import annotations

from typing import Sequence

import tensorflow.compat.v1 as tf

from tensornet.annotations import Initializer, Regularizer, Scope, TensorLike
from tensornet.contraction import ConvGeometry, dense_convolution
from tensornet.contraction.image_format import channels_last
from tensornet.initializers import xavier
from tensornet.layers.checked_call import checked_call
from tensornet.layers.image_arguments import ImageArguments
from tensornet.layers.layer_records import record_conv
from tensornet.layers.planned_setting import planned_setting
from tensornet.layers.variables import Functions, LayerVariables


@checked_call
def conv(inp: TensorLike,
         out_ch: int,
         window_size: Sequence[int],
         strides: Sequence[int] = (1, 1),
         padding: str = 'SAME',
         filters_initializer: Initializer = xavier,
         filters_regularizer: Regularizer = None,
         biases_initializer: Initializer = tf.zeros_initializer,
         biases_regularizer: Regularizer = None,
         trainable: bool = True,
         cpu_variables: bool = False,
         scope: Scope = None,
         *,
         dilations: Sequence[int] = (1, 1),
         data_format: str = 'NHWC') -> tf.Tensor:
    """Adds a 2-D convolution.

    Args:
        inp: float tensor or NumPy array `[batch, height, width, inp_ch]`.
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
        dilations: vertical and horizontal distance between the pixels that a window sees; 1 leaves
            none out. The window then spans `(window - 1) * dilations + 1` pixels. Any strides go
            with any dilations.
        data_format: 'NHWC' or 'NCHW', where `inp` and the output are `[batch, channels, height,
            width]`. The variables are the same, so that a checkpoint serves both. The layer is
            computed with the channels last, between two transposes. Where one layer feeds the next
            directly, TensorFlow removes the transposes between them; an activation between keeps
            them.

    Returns:
        Tensor `[batch, height', width', out_ch]` of the type of `inp`, or as `data_format`
        says, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    Import `tensornet.layers` before building gradients of an imported graph (MetaGraph, SavedModel,
    GraphDef); otherwise TensorFlow reports "No gradient defined". The library replaces gradients of
    TensorFlow's kernel, which fail for an empty batch and saturate in bfloat16. Where the batch is
    not known a reshape follows the convolution, so that an empty batch works, unless the output has
    the shape of the input; give the input a batch size to export a graph without it.

    Variables: `filters` `[window_height, window_width, inp_ch, out_ch]`, `biases` `[out_ch]`.
    """
    check = ImageArguments(scope, 'conv')
    shape = check.images('inp', inp, data_format)
    in_ch, out_ch = shape[3], check.size('out_ch', out_ch)
    geometry = check.geometry(
        ConvGeometry(window_size, strides, padding, dilations, data_format), shape, 'window_size')
    filters_shape = check.elements('filters', [*geometry.window, in_ch, out_ch])
    functions = Functions(filters_initializer, filters_regularizer).checked(check, 'filters')
    biases = Functions(biases_initializer, biases_regularizer).checked(check, 'biases')
    variables = LayerVariables(trainable, cpu_variables).checked(check, inp.dtype)

    with tf.variable_scope(scope, 'conv', [inp]):
        inp = tf.convert_to_tensor(inp, name='inp')
        filters = variables.get('filters', filters_shape, functions)
        out = dense_convolution(channels_last(inp, data_format), filters, geometry.strides,
                                geometry.padding, geometry.dilations)
        out = variables.with_biases(out, biases, data_format)
        record_conv(planned_setting(shape[:1], variables), shape, out_ch, geometry,
                    biases.initializer is not None)
        return out
