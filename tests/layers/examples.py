"""One small call of every layer, for the tests of what all layers have in common."""

import collections

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers

Example = collections.namedtuple('Example', ['layer', 'inp_shape', 'arguments', 'variables'])

_TT_CONV = dict(window=[3, 2], inp_ch_modes=[2, 3], out_ch_modes=[2, 2], ranks=[2, 3, 1])
_TT_CONV_VARIABLES = [('filters', [3, 2, 1, 2]), ('core_1', [6, 4]), ('core_2', [2, 9]),
                      ('biases', [4])]

# Name to the layer's function, the shape of its input, its arguments, and the trainable
# variables in the order of their creation.
EXAMPLES = collections.OrderedDict([
    ('tt', Example(
        'tt', [3, 12], dict(inp_modes=[3, 4], out_modes=[2, 5], mat_ranks=[1, 3, 1]),
        [('mat_core_1', [6, 3]), ('mat_core_2', [5, 12]), ('biases', [10])])),
    ('tt_conv', Example(
        'tt_conv', [2, 5, 4, 6], dict(_TT_CONV, strides=[2, 1]), _TT_CONV_VARIABLES)),
    ('tt_conv_full', Example(
        'tt_conv_full', [2, 5, 4, 6], dict(_TT_CONV, padding='VALID'), _TT_CONV_VARIABLES)),
    ('tt_conv_direct', Example(
        'tt_conv_direct', [2, 5, 4, 3],
        dict(window=[2, 3], out_ch=4, ranks=[1, 2, 3, 2, 1], strides=[1, 2]),
        [('core_1', [1, 4]), ('core_2', [2, 9]), ('core_3', [3, 6]), ('core_4', [2, 4]),
         ('biases', [4])])),
    ('tt_conv1d_full', Example(
        'tt_conv1d_full', [2, 7, 6], dict(_TT_CONV, window=[1, 3], strides=[1, 2]),
        [('filters', [1, 3, 1, 2])] + _TT_CONV_VARIABLES[1:])),
    ('tt_padded', Example(
        'tt', [3, 11],
        dict(inp_modes=[3, 4], out_modes=[2, 5], mat_ranks=[1, 3, 1], inp_size=11, out_size=7),
        [('mat_core_1', [6, 3]), ('mat_core_2', [5, 12]), ('biases', [7])])),
    ('tt_conv_padded', Example(
        'tt_conv', [2, 5, 4, 5], dict(_TT_CONV, inp_ch=5, out_ch=3),
        _TT_CONV_VARIABLES[:-1] + [('biases', [3])])),
    ('conv', Example(
        'conv', [2, 5, 4, 3], dict(out_ch=4, window_size=[3, 2], strides=[2, 2]),
        [('filters', [3, 2, 3, 4]), ('biases', [4])])),
    ('conv_dilated', Example(
        'conv', [2, 5, 4, 3], dict(out_ch=4, window_size=[3, 2], dilations=[1, 2]),
        [('filters', [3, 2, 3, 4]), ('biases', [4])])),
    ('conv_channels_first', Example(
        'conv', [2, 3, 5, 4], dict(out_ch=4, window_size=[3, 2], data_format='NCHW'),
        [('filters', [3, 2, 3, 4]), ('biases', [4])])),
    ('tt_conv_dilated', Example(
        'tt_conv', [2, 5, 4, 6], dict(_TT_CONV, dilations=[2, 1], strides=[2, 2]),
        _TT_CONV_VARIABLES)),
    ('tt_conv_channels_first', Example(
        'tt_conv', [2, 6, 5, 4], dict(_TT_CONV, data_format='NCHW'), _TT_CONV_VARIABLES)),
    ('linear', Example(
        'linear', [3, 5], dict(out_size=4), [('weights', [5, 4]), ('biases', [4])])),
    ('batch_normalization_2d', Example(
        'batch_normalization', [5, 3], dict(train_phase=True),
        [('weights', [3]), ('biases', [3])])),
    ('batch_normalization_4d', Example(
        'batch_normalization', [2, 3, 2, 4], dict(train_phase=True),
        [('weights', [4]), ('biases', [4])])),
    ('batch_normalization_channels_first', Example(
        'batch_normalization', [2, 4, 3, 2], dict(train_phase=True, data_format='NCHW'),
        [('weights', [4]), ('biases', [4])])),
    ('batch_normalization_eval', Example(
        'batch_normalization', [5, 3], dict(train_phase=False),
        [('weights', [3]), ('biases', [3])])),
])

EACH = [(name,) for name in EXAMPLES]
# The layers that have initializers and regularizers as arguments.
EACH_WITH_INITIALIZERS = [(name,) for name in EXAMPLES if 'batch' not in name]
EACH_BATCH_NORMALIZATION = [(name,) for name in EXAMPLES if 'batch' in name]


def placeholder(name, dtype=tf.float32, shape=None):
    """Makes an input for an example; `shape` replaces its static shape."""
    return tf.placeholder(dtype, shape or EXAMPLES[name].inp_shape)


def channels_axis(name):
    """Returns the axis of the features or channels of an example's input."""
    is_first = EXAMPLES[name].arguments.get('data_format') == 'NCHW'
    return 1 if is_first else len(EXAMPLES[name].inp_shape) - 1


def build(name, inp, **arguments):
    """Calls the layer of an example; `arguments` replace or join those of the example."""
    example = EXAMPLES[name]
    return getattr(layers, example.layer)(inp, **dict(example.arguments, **arguments))


def images(name, seed=0):
    """Returns float64 numbers for the input of an example."""
    return np.random.RandomState(seed).normal(size=EXAMPLES[name].inp_shape)
