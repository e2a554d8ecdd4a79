"""The same conversion for layers of every kind."""
from tensornet.convert.tt_conv_direct_format import (
    tt_conv_direct_from_cores,
    tt_conv_direct_from_dense,
    tt_conv_direct_to_dense,
)
from tensornet.convert.tt_conv_format import (
    tt_conv_from_cores,
    tt_conv_from_dense,
    tt_conv_to_dense,
)
from tensornet.convert.tt_format import tt_from_cores, tt_from_dense, tt_to_dense


def from_cores(weights, cores):
    """Returns `LayerWeights` of the kind and the dense shape of given ones, with other cores."""
    if weights.layer == 'tt_conv_direct':
        return tt_conv_direct_from_cores(cores)
    make = tt_from_cores if weights.layer == 'tt' else tt_conv_from_cores
    return make(cores, weights.dense_shape)


def from_dense(layer, dense, inp_modes, out_modes, pad=False, **target):
    """Returns `LayerWeights` of the kind `layer`; see `tt_from_dense`.

    'tt_conv_direct' takes no modes.
    """
    if layer == 'tt_conv_direct':
        return tt_conv_direct_from_dense(dense, **target)
    convert = tt_from_dense if layer == 'tt' else tt_conv_from_dense
    return convert(dense, inp_modes, out_modes, pad=pad, **target)


def to_dense(weights):
    """Returns the dense weights of a layer, without padding."""
    if weights.layer == 'tt_conv_direct':
        return tt_conv_direct_to_dense(weights.cores)
    if weights.layer == 'tt':
        return tt_to_dense(weights.cores, *weights.modes, shape=weights.dense_shape)
    return tt_conv_to_dense(weights.filters, weights.cores, *weights.modes,
                            shape=weights.dense_shape)
