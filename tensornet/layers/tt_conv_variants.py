"""What `tt_conv`, `tt_conv_full` and `tt_conv1d_full` have in common."""

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction import convolve
from tensornet.layers.arguments import Arguments
from tensornet.layers.get_var_wrap import get_var_wrap
from tensornet.layers.layer_records import record_tt_conv
from tensornet.layers.plan_argument import convolution_plan, planned_setting
from tensornet.layers.useful_ranks import warn_of_useless_ranks
from tensornet.layers.variables import add_biases, constant_one, tt_matrix_cores


def tt_conv_variant(layer, spatial_dims, inp, window, inp_ch_modes, out_ch_modes, ranks, strides,
                    padding, filters_initializer, filters_regularizer, cores_initializer,
                    cores_regularizer, biases_initializer, biases_regularizer, trainable,
                    cpu_variables, scope, plan, own_plan, batch_size, inp_ch, out_ch):
    """Checks the arguments, gets the variables, convolves and adds the biases.

    Args:
        layer: name of the layer's public function.
        spatial_dims: 2 for images, 1 for sequences, which become images of height 1.
        own_plan: what the layer does where neither `plan` nor a `default_plan` around says.
        The others: those of `tt_conv`.

    Returns:
        The output of the layer.
    """
    check = Arguments(scope, layer)
    shape = check.tensor('inp', inp, ranks=(spatial_dims + 2,))
    channels = check.channels('inp', shape)
    padding = check.padding(padding)
    image_shape = shape if spatial_dims == 2 else shape[:1] + [1] + shape[1:]
    window = check.window('window', window, image_shape, padding)
    inp_modes = check.sizes('inp_ch_modes', inp_ch_modes, largest=None, largest_product=None)
    out_modes = check.sizes('out_ch_modes', out_ch_modes)
    check.equal_length('inp_ch_modes', inp_modes, 'out_ch_modes', out_modes)
    d = len(inp_modes)
    inp_ch = check.live_size('inp_ch', inp_ch, 'inp_ch_modes', inp_modes)
    out_ch = check.live_size('out_ch', out_ch, 'out_ch_modes', out_modes)
    check.features(('inp_ch', 'inp_ch_modes'), inp_modes, inp_ch, channels, 'channels')
    modes = [window[0] * window[1]] + [i * o for i, o in zip(inp_modes, out_modes)]
    ranks = check.ranks('ranks', ranks, modes, boundaries=(-1,), first_bond=1)
    strides = check.sizes('strides', strides, length=2)
    if spatial_dims == 1:
        check.begins_with_one('window', window)
        check.begins_with_one('strides', strides)
    check.function('filters_initializer', filters_initializer)
    check.function('filters_regularizer', filters_regularizer)
    cores_initializer = check.per_core('cores_initializer', cores_initializer, d)
    cores_regularizer = check.per_core('cores_regularizer', cores_regularizer, d)
    check.function('biases_initializer', biases_initializer)
    check.function('biases_regularizer', biases_regularizer)
    trainable = check.switch('trainable', trainable)
    cpu_variables = check.switch('cpu_variables', cpu_variables)
    dtype = tf.as_dtype(inp.dtype).base_dtype
    setting = planned_setting(check, plan, batch_size, shape[:1], dtype, trainable)
    plan = convolution_plan(check, plan, own_plan, (inp_modes, out_modes, ranks), window, strides,
                            padding, image_shape[1:3], setting)

    with tf.variable_scope(scope, layer, [inp]):
        inp = tf.convert_to_tensor(inp, name='inp')
        warn_of_useless_ranks('ranks', [1] + ranks, modes, first_bond=1)
        filters_shape = window + [1, ranks[0]]
        if np.prod(filters_shape) == 1:
            filters = constant_one('filters', filters_shape, cpu_variables, dtype)
        else:
            filters = get_var_wrap('filters', filters_shape, filters_initializer,
                                   filters_regularizer, trainable, cpu_variables, dtype=dtype)
        cores = tt_matrix_cores('core', inp_modes, out_modes, ranks, cores_initializer,
                                cores_regularizer, trainable, cpu_variables, dtype)
        images = inp if spatial_dims == 2 else tf.expand_dims(inp, 1)
        out = convolve(images, filters, cores, plan, strides, padding, inp_ch, out_ch)
        if spatial_dims == 1:
            out = tf.squeeze(out, axis=[1])
        out = add_biases(out, biases_initializer, biases_regularizer, trainable, cpu_variables)
        record_tt_conv(layer, plan, image_shape[1:3], inp_ch, out_ch,
                       biases_initializer is not None)
        return out
