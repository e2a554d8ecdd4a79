"""The same conversion for layers of every kind."""
from tensornet.convert.embedding_format import (
    tt_embedding_from_cores,
    tt_embedding_from_dense,
    tt_embedding_to_dense,
)
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
    make = {'tt': tt_from_cores, 'tt_embedding': tt_embedding_from_cores,
            'tt_conv': tt_conv_from_cores}[weights.layer]
    return make(cores, weights.dense_shape)


def from_dense(layer, dense, inp_modes, out_modes, pad=False, **target):
    """Returns `LayerWeights` of the kind `layer`; see `tt_from_dense`.

    'tt_conv_direct' takes no modes.
    """
    if layer == 'tt_conv_direct':
        return tt_conv_direct_from_dense(dense, **target)
    convert = {'tt': tt_from_dense, 'tt_embedding': tt_embedding_from_dense,
               'tt_conv': tt_conv_from_dense}[layer]
    return convert(dense, inp_modes, out_modes, pad=pad, **target)


def to_dense(weights):
    """Returns the dense weights of a layer, without padding."""
    if weights.layer == 'tt_conv_direct':
        return tt_conv_direct_to_dense(weights.cores)
    if weights.layer == 'tt_conv':
        return tt_conv_to_dense(weights.filters, weights.cores, *weights.modes,
                                shape=weights.dense_shape)
    convert = tt_to_dense if weights.layer == 'tt' else tt_embedding_to_dense
    return convert(weights.cores, *weights.modes, shape=weights.dense_shape)
