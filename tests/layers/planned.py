"""One small call of everything that takes a plan: layers, and matrices of recurrent cells."""

import collections

import tensorflow.compat.v1 as tf

from tensornet import contraction, layers, rnn

# `function` is the layer or the class of the cell. `inputs(batch)` makes the inputs in the current
# graph; `build(inputs, **arguments)` makes the layer, or makes the cell and calls it. `argument` is
# the one that takes the plan, `names` are those that it takes, and `plan` is made for the call by
# `maker` of `tensornet.contraction`.
Planned = collections.namedtuple('Planned', [
    'function', 'inputs', 'build', 'argument', 'names', 'maker', 'plan'])

NAMES = ('auto', 'chain', 'full', 'measure', 'inference')
METHODS = NAMES + ('matrix_first', 'filters_first')
SETTING = contraction.Setting(3, True, 'float32', contraction.cpu('float32'))

MODES = [3, 4], [2, 5], [1, 3, 1]
CONVOLUTION = contraction.ConvShape(
    contraction.TTMatrixShape((2, 3), (2, 2), (2, 3, 1)), (3, 2), (2, 2), 'SAME', (5, 4))
SEQUENCE = CONVOLUTION._replace(window=(1, 3), strides=(1, 2), image=(1, 7))
DIRECT = CONVOLUTION._replace(matrix=contraction.TTMatrixShape((3, 1), (1, 4), (3, 2, 1)))


def floats(*shape):
    """Returns the function that makes a placeholder for a batch of floats."""
    return lambda batch: tf.placeholder(tf.float32, (batch,) + shape)


def _bags(batch):
    values = tf.placeholder(tf.int64, [batch])
    return tf.SparseTensor(tf.placeholder(tf.int64, [batch, 2]), values, [2, 3])


def _layer(inputs, layer, names, maker, plan, **given):
    function = getattr(layers, layer)
    return Planned(function, inputs, lambda inp, **arguments: function(
        inp, **dict(given, **arguments)), 'plan', names, maker, plan)


def _convolution(layer, inputs, shape, names=METHODS, **given):
    matrix = shape.matrix._asdict()
    if layer != 'tt_conv_direct':
        given.update(inp_ch_modes=matrix['inp_modes'], out_ch_modes=matrix['out_modes'],
                     ranks=matrix['ranks'])
    return _layer(inputs, layer, names, 'conv_plan', contraction.conv_plan(shape, SETTING),
                  window=shape.window, strides=shape.strides, padding=shape.padding, **given)


def _cell(cell, argument, inp_modes, out_modes, **given):
    cell = getattr(rnn, cell)

    def build(inputs, **arguments):
        made = cell([2, 3], [4, 2], 3, 3, **dict(given, **arguments))
        state = tf.nest.map_structure(
            lambda size: tf.placeholder(tf.float32, [inputs.shape[0], size]), made.state_size)
        return made(inputs, state)

    plan = contraction.plan(inp_modes, out_modes, 3, SETTING.batch_size)
    return Planned(cell, floats(8), build, argument, NAMES, 'plan', plan)


PLANNED = collections.OrderedDict([
    ('tt', _layer(
        floats(12), 'tt', NAMES, 'plan', contraction.plan(*MODES, SETTING.batch_size),
        inp_modes=MODES[0], out_modes=MODES[1], mat_ranks=MODES[2])),
    ('tt_conv', _convolution('tt_conv', floats(5, 4, 6), CONVOLUTION)),
    ('tt_conv_full', _convolution('tt_conv_full', floats(5, 4, 6), CONVOLUTION)),
    # With unequal strides there are fewer methods.
    ('tt_conv1d_full', _convolution(
        'tt_conv1d_full', floats(7, 6), SEQUENCE,
        NAMES)),
    ('tt_conv_direct', _convolution(
        'tt_conv_direct', floats(5, 4, 3), DIRECT, out_ch=4, ranks=[1, 2, 3, 2, 1])),
    ('tt_embedding', _layer(
        lambda batch: tf.placeholder(tf.int64, [batch]), 'tt_embedding', NAMES + ('unique',),
        'row_plan', contraction.row_plan(*MODES, SETTING.batch_size),
        voc_modes=MODES[0], emb_modes=MODES[1], ranks=MODES[2])),
    ('tt_embedding_bag', _layer(
        _bags, 'tt_embedding_bag', NAMES + ('unique',), 'row_plan',
        contraction.row_plan(*MODES, SETTING.batch_size),
        voc_modes=MODES[0], emb_modes=MODES[1], ranks=MODES[2])),
    ('lstm_inputs', _cell('TTLSTMCell', 'plan', [4, 2], [8, 3])),
    ('lstm_state', _cell('TTLSTMCell', 'state_plan', [2, 3], [8, 3])),
    ('gru_inputs', _cell('TTGRUCell', 'plan', [4, 2], [6, 3])),
    ('gru_state', _cell('TTGRUCell', 'state_plan', [2, 3], [6, 3], reset_after=True)),
])

