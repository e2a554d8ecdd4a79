"""One large fully-connected layer, dense and as a TT-layer, timed side by side."""
import collections

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.interleaved import interleaved_times
from tensornet import contraction, layers

# 'tt' takes the plan that is asked for, 'tt_chain' is computed core by core as the paper does.
LAYERS = ('dense', 'tt', 'tt_chain')

MEGABYTE = 2 ** 20
_WARM_UP = 3

Shape = collections.namedtuple('Shape', ['inp_modes', 'out_modes', 'rank'])
Shape.__doc__ = """The layer: its modes, and all inner TT-ranks alike."""


def time_layers(shape, batch_sizes, repetitions, plan='auto'):
    """Times one forward pass of each layer on the CPU and, where there is one, a GPU.

    The layers take turns, so that whatever else slows the machine down slows all of them; see
    `interleaved_times`. Neither the input nor the output passes through Python.

    Args:
        shape: a `Shape`.
        batch_sizes: numbers of images.
        repetitions: how often each layer and number of images is timed.
        plan: of the layer 'tt', the name of one.

    Returns:
        Dict from `(device, layer, images)` to an array `[repetitions]` of seconds; `device` is
        'CPU' or 'GPU'.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        passes = {}
        for device in devices(session):
            with tf.device(f'/{device.lower()}:0'), tf.variable_scope(device):
                for layer in LAYERS:
                    for images in batch_sizes:
                        out = forward(shape, layer, images, plan).op
                        passes[device, layer, images] = session.make_callable(out)
        session.run(tf.global_variables_initializer())
        return interleaved_times(passes, repetitions, _WARM_UP)


def devices(session):
    """['CPU'], or ['CPU', 'GPU'] where TensorFlow has a GPU."""
    has_gpu = any(device.device_type == 'GPU' for device in session.list_devices())
    return ['CPU', 'GPU'] if has_gpu else ['CPU']


def forward(shape, layer, images, plan='auto'):
    """Adds a layer, and its input as a variable; returns its output, `[images, outputs]`.

    Args:
        shape: a `Shape`.
        layer: one of `LAYERS`.
        images: number of images.
        plan: of the layer 'tt', a name or a `Plan`.
    """
    inputs, outputs = int(np.prod(shape.inp_modes)), int(np.prod(shape.out_modes))
    with tf.variable_scope('timed', reuse=tf.AUTO_REUSE):
        inp = tf.get_variable(f'input_{images}', [images, inputs], trainable=False,
                              initializer=tf.random_normal_initializer())
        if layer == 'dense':
            return layers.linear(inp, outputs, trainable=False, scope=layer)
        return layers.tt(inp, shape.inp_modes, shape.out_modes, _ranks(shape), trainable=False,
                         scope=layer, plan='chain' if layer == 'tt_chain' else plan)


def weights_bytes(shape, layer):
    """Bytes of the layer's weights without biases."""
    if layer == 'dense':
        return 4 * int(np.prod(shape.inp_modes)) * int(np.prod(shape.out_modes))
    ranks = _ranks(shape)
    return 4 * sum(left * i * o * right for left, i, o, right in zip(
        ranks[:-1], shape.inp_modes, shape.out_modes, ranks[1:]))


def largest_intermediate_bytes(shape, layer, images, plan='auto'):
    """Bytes of the largest tensor between input and output; 0 for the dense layer."""
    if layer == 'dense':
        return 0
    name = 'chain' if layer == 'tt_chain' else plan
    return cpu_plan(shape, images, name).largest_intermediate_bytes


def cpu_plan(shape, images, name):
    """The `Plan` that a TT-layer on the CPU takes by a name.

    Args:
        shape, images: see `forward`.
        name: 'auto', 'chain', 'full' or 'measure'.
    """
    arguments = dict(inp_modes=shape.inp_modes, out_modes=shape.out_modes, ranks=_ranks(shape),
                     batch_size=images, training=False)
    if name == 'measure':
        with tf.Graph().as_default(), tf.device('/cpu:0'):
            return contraction.measured_plan(**arguments)
    if name == 'chain':
        return contraction.chain_plan(**arguments)
    if name == 'full':
        return contraction.plan(groups=[len(shape.inp_modes)], order=[], **arguments)
    return contraction.plan(**arguments)


def _ranks(shape):
    return [1] + [shape.rank] * (len(shape.inp_modes) - 1) + [1]
