"""What `tt_conv`, `tt_conv_full` and `tt_conv1d_full` have in common."""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from tensornet.contraction import TTMatrixShape, convolve
from tensornet.contraction.image_format import channels_last
from tensornet.initializers import Scheme
from tensornet.layers.image_arguments import ImageArguments
from tensornet.layers.layer_records import record_tt_conv
from tensornet.layers.plan_argument import convolution_plan, plan_and_setting
from tensornet.layers.useful_ranks import warn_of_useless_ranks


class Variant(NamedTuple):
    """What distinguishes the three layers.

    Attributes:
        layer: name of the layer's public function.
        spatial_dims: 2 for images, 1 for sequences, which become images of height 1.
        own_plan: what the layer does where neither `plan` nor a `default_plan` around says.
    """

    layer: str
    spatial_dims: int
    own_plan: str


def tt_conv_variant(variant, inp, geometry, matrix, channels, filters, cores, biases, variables,
                    scope, plan, batch_size):
    """Checks the arguments, gets the variables, convolves and adds the biases.

    Args:
        variant: `Variant`.
        inp, scope, plan, batch_size: as for `tt_conv`. The following hold its other arguments as
            they were given.
        geometry: `ConvGeometry`.
        matrix: triple of `inp_ch_modes`, `out_ch_modes` and `ranks`.
        channels: pair of `inp_ch` and `out_ch`.
        filters, cores, biases: `Functions`.
        variables: `LayerVariables`.

    Returns:
        The output of the layer.
    """
    layer, spatial_dims, own_plan = variant
    inp_modes, out_modes, ranks = matrix
    inp_ch, out_ch = channels
    check = ImageArguments(scope, layer)
    data_format = geometry.data_format
    batch, *image, depth = check.images('inp', inp, data_format, (spatial_dims + 2,))
    geometry = check.geometry(geometry, [batch, *image, depth])
    image = [1] * (2 - spatial_dims) + image
    inp_modes = check.sizes('inp_ch_modes', inp_modes, largest=None, largest_product=None)
    out_modes = check.sizes('out_ch_modes', out_modes)
    check.equal_length('inp_ch_modes', inp_modes, 'out_ch_modes', out_modes)
    inp_ch = check.live_size('inp_ch', inp_ch, 'inp_ch_modes', inp_modes)
    out_ch = check.live_size('out_ch', out_ch, 'out_ch_modes', out_modes)
    check.features(('inp_ch', 'inp_ch_modes'), inp_modes, inp_ch, depth, 'channels')
    height, width = geometry.window
    modes = [height * width] + [i * o for i, o in zip(inp_modes, out_modes)]
    ranks = check.ranks('ranks', ranks, modes, boundaries=(-1,), first_bond=1)
    matrix = TTMatrixShape.of(inp_modes, out_modes, ranks)
    filters, cores = _of_scheme(check, filters, cores, geometry.window, matrix, (inp_ch, out_ch))
    filter_functions = filters.checked(check, 'filters')
    core_functions = cores.checked_per_core(check, matrix.d)
    biases = biases.checked(check, 'biases')
    variables = variables.checked(check, inp.dtype)
    plan, setting = plan_and_setting(check, plan, own_plan, batch_size, [batch], variables)
    plan = convolution_plan(check, plan, matrix, geometry, image, setting, {
        'inp_modes': '`inp_ch_modes`', 'out_modes': '`out_ch_modes`'})

    with tf.variable_scope(scope, layer, [inp]):
        inp = tf.convert_to_tensor(inp, name='inp')
        warn_of_useless_ranks('ranks', [1] + ranks, modes, first_bond=1)
        filters_shape = [*geometry.window, 1, ranks[0]]
        filters = variables.factor(layer, 'filters', filters_shape, filter_functions)
        cores = variables.cores('core', matrix, core_functions)
        images = channels_last(inp, data_format)
        images = images if spatial_dims == 2 else tf.expand_dims(images, 1)
        out = convolve(images, filters, cores, plan, inp_ch, out_ch)
        if spatial_dims == 1:
            out = tf.squeeze(out, axis=[1])
        out = variables.with_biases(out, biases, data_format)
        record_tt_conv(layer, plan, image, inp_ch, out_ch, biases.initializer is not None)
        return out


def _of_scheme(check, filters, cores, window, matrix, channels):
    """Returns the `Functions` of filters and cores with their initializers in place of a scheme."""
    given = {'filters_initializer': filters.initializer, 'cores_initializer': cores.initializer}
    for name, scheme in given.items():
        if not isinstance(scheme, Scheme):
            continue
        for other, initializer in given.items():
            # Half of a scheme would give the kernel some other variance.
            if initializer is not scheme:
                check.wrong_value(other, f'{scheme} as `{name}` is', initializer,
                                  'pass the scheme as both')
        inp_ch, out_ch = channels
        of_filters, of_cores = scheme.tt_conv(window, *matrix, inp_ch=inp_ch, out_ch=out_ch)
        return filters._replace(initializer=of_filters), cores._replace(initializer=of_cores)
    return filters, cores
