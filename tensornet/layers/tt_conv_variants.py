"""What `tt_conv`, `tt_conv_full` and `tt_conv1d_full` have in common."""

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction import channels_last, convolve
from tensornet.layers.get_var_wrap import get_var_wrap
from tensornet.layers.image_arguments import ImageArguments
from tensornet.layers.layer_records import record_tt_conv
from tensornet.layers.plan_argument import convolution_plan, planned_setting
from tensornet.layers.useful_ranks import warn_of_useless_ranks
from tensornet.layers.variables import add_biases, constant_one, tt_matrix_cores


def tt_conv_variant(layer, spatial_dims, inp, geometry, inp_ch_modes, out_ch_modes, ranks,
                    filters_initializer, filters_regularizer, cores_initializer,
                    cores_regularizer, biases_initializer, biases_regularizer, trainable,
                    cpu_variables, scope, plan, own_plan, batch_size, inp_ch, out_ch):
    """Checks the arguments, gets the variables, convolves and adds the biases.

    Args:
        layer: name of the layer's public function.
        spatial_dims: 2 for images, 1 for sequences, which become images of height 1.
        geometry: `ConvGeometry` of the arguments as they are.
        own_plan: what the layer does where neither `plan` nor a `default_plan` around says.
        The others: those of `tt_conv`.

    Returns:
        The output of the layer.
    """
    check = ImageArguments(scope, layer)
    data_format = geometry.data_format
    batch, *image, channels = check.images('inp', inp, data_format, (spatial_dims + 2,))
    geometry = check.geometry(geometry, [batch, *image, channels])
    image = [1] * (2 - spatial_dims) + image
    inp_modes = check.sizes('inp_ch_modes', inp_ch_modes, largest=None, largest_product=None)
    out_modes = check.sizes('out_ch_modes', out_ch_modes)
    check.equal_length('inp_ch_modes', inp_modes, 'out_ch_modes', out_modes)
    d = len(inp_modes)
    inp_ch = check.live_size('inp_ch', inp_ch, 'inp_ch_modes', inp_modes)
    out_ch = check.live_size('out_ch', out_ch, 'out_ch_modes', out_modes)
    check.features(('inp_ch', 'inp_ch_modes'), inp_modes, inp_ch, channels, 'channels')
    height, width = geometry.window
    modes = [height * width] + [i * o for i, o in zip(inp_modes, out_modes)]
    ranks = check.ranks('ranks', ranks, modes, boundaries=(-1,), first_bond=1)
    check.function('filters_initializer', filters_initializer)
    check.function('filters_regularizer', filters_regularizer)
    cores_initializer = check.per_core('cores_initializer', cores_initializer, d)
    cores_regularizer = check.per_core('cores_regularizer', cores_regularizer, d)
    check.function('biases_initializer', biases_initializer)
    check.function('biases_regularizer', biases_regularizer)
    trainable = check.switch('trainable', trainable)
    cpu_variables = check.switch('cpu_variables', cpu_variables)
    dtype = tf.as_dtype(inp.dtype).base_dtype
    setting = planned_setting(check, plan, batch_size, [batch], dtype, trainable)
    plan = convolution_plan(check, plan, own_plan, (inp_modes, out_modes, ranks), geometry, image,
                            setting)

    with tf.variable_scope(scope, layer, [inp]):
        inp = tf.convert_to_tensor(inp, name='inp')
        warn_of_useless_ranks('ranks', [1] + ranks, modes, first_bond=1)
        filters_shape = [*geometry.window, 1, ranks[0]]
        if np.prod(filters_shape) == 1:
            filters = constant_one('filters', filters_shape, cpu_variables, dtype)
        else:
            filters = get_var_wrap('filters', filters_shape, filters_initializer,
                                   filters_regularizer, trainable, cpu_variables, dtype=dtype)
        cores = tt_matrix_cores('core', inp_modes, out_modes, ranks, cores_initializer,
                                cores_regularizer, trainable, cpu_variables, dtype)
        images = channels_last(inp, data_format)
        images = images if spatial_dims == 2 else tf.expand_dims(images, 1)
        out = convolve(images, filters, cores, plan, inp_ch, out_ch)
        if spatial_dims == 1:
            out = tf.squeeze(out, axis=[1])
        out = add_biases(out, biases_initializer, biases_regularizer, trainable, cpu_variables,
                         data_format)
        record_tt_conv(layer, plan, image, inp_ch, out_ch, biases_initializer is not None)
        return out
