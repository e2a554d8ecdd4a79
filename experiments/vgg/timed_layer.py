"""One large fully-connected layer, dense and as a TT-layer: what is timed, and its memory."""
import collections

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.ranks import full_ranks
from tensornet import contraction, layers
from tensornet.contraction.environment import target_machine

# 'tt' takes the plan that is asked for, 'tt_chain' is computed core by core as the paper does.
LAYERS = ('dense', 'tt', 'tt_chain')

MEGABYTE = 2 ** 20
# TensorFlow merges the cores of a frozen graph before the first pass. Merged ones may take this.
CONSTANT_BYTES = MEGABYTE

_INPUT = 'input'

Shape = collections.namedtuple('Shape', ['inp_modes', 'out_modes', 'rank'])
Shape.__doc__ = """The layer: its modes, and all inner TT-ranks alike."""


def forward(shape, layer, images, plan='auto', dtype=tf.float32):
    """Adds a layer, and its input as a variable; returns its output, `[images, outputs]`.

    Args:
        shape: a `Shape`.
        layer: one of `LAYERS`.
        images: number of images.
        plan: of the layer 'tt', a name or a `Plan`.
        dtype: type of input, variables and output.
    """
    with tf.variable_scope('timed', reuse=tf.AUTO_REUSE):
        return output(shape, layer, input_variable(shape, images, dtype),
                      _plan_of(layer, plan))


def input_variable(shape, images, dtype=tf.float32):
    """A variable with random images; feeding it costs no time."""
    return tf.get_variable(f'input_{images}', [images, inputs(shape)], dtype, trainable=False,
                           initializer=tf.random_normal_initializer())


def output(shape, layer, inp, plan):
    """Adds a layer to an input `[images, inputs]`, in a scope of its name.

    Args:
        shape, layer: see `forward`.
        inp: the input.
        plan: of 'tt' and 'tt_chain', a name or a `Plan`.
    """
    if layer == 'dense':
        return layers.linear(inp, int(np.prod(shape.out_modes)), trainable=False, scope=layer)
    return layers.tt(inp, shape.inp_modes, shape.out_modes, _ranks(shape), trainable=False,
                     scope=layer, plan=plan)


def inputs(shape):
    """The number of inputs."""
    return int(np.prod(shape.inp_modes))


def weights_bytes(shape, layer):
    """Bytes of the layer's weights without biases."""
    if layer == 'dense':
        return 4 * inputs(shape) * int(np.prod(shape.out_modes))
    ranks = _ranks(shape)
    return 4 * sum(left * i * o * right for left, i, o, right in zip(
        ranks[:-1], shape.inp_modes, shape.out_modes, ranks[1:]))


def largest_intermediate_bytes(shape, layer, images, plan='auto'):
    """Bytes of the largest tensor between input and output; 0 for the dense layer."""
    if layer == 'dense':
        return 0
    return named_plan(shape, images, _plan_of(layer, plan)).largest_intermediate_bytes


def named_plan(shape, images, name, device='CPU', constant_bytes=None):
    """The `Plan` that a TT-layer takes by a name.

    Args:
        shape, images: see `forward`.
        name: 'auto', 'chain', 'full' or 'measure'.
        device: 'CPU' or 'GPU'.
        constant_bytes: see `tensornet.contraction.plan`; None for cores that are variables.
    """
    arguments = dict(inp_modes=shape.inp_modes, out_modes=shape.out_modes, ranks=_ranks(shape),
                     batch_size=images, training=False, constant_bytes=constant_bytes)
    with tf.Graph().as_default(), tf.device(f'/{device.lower()}:0'):
        if name == 'measure':
            return contraction.measured_plan(**arguments)
        arguments['machine'] = target_machine('float32')
    if name == 'chain':
        return contraction.chain_plan(**arguments)
    if name == 'full':
        return contraction.plan(groups=[len(shape.inp_modes)], order=[], **arguments)
    return contraction.plan(**arguments)


def frozen_forward(shape, layer, images, plan='auto', device='CPU'):
    """Adds a frozen layer, and its input as a variable; returns its output, `[images, outputs]`.

    Args:
        shape, layer, images, plan: see `forward`; the plan of 'tt' is made for constant
            cores.
        device: 'CPU' or 'GPU', where it will be run.
    """
    constant, output = _frozen(shape, layer, images, plan, device)
    inp = tf.identity(input_variable(shape, images))
    out, = tf.import_graph_def(constant, {_INPUT + ':0': inp}, [output])
    return out


def frozen_plan(shape, layer, images, plan='auto', device='CPU'):
    """The `Plan` of a frozen TT-layer; arguments as for `frozen_forward`."""
    return named_plan(shape, images, _plan_of(layer, plan), device, CONSTANT_BYTES)


def frozen_bytes(shape, layer, images, plan='auto', device='CPU'):
    """Bytes of the layer's constants without biases, after TensorFlow has merged them."""
    if layer == 'dense':
        return weights_bytes(shape, layer)
    return frozen_plan(shape, layer, images, plan, device).weight_bytes


def _frozen(shape, layer, images, plan, device):
    """Returns a `GraphDef` of a layer with random constants, and the name of its output."""
    way = None if layer == 'dense' else frozen_plan(shape, layer, images, plan, device)
    with tf.Graph().as_default() as graph, tf.device(f'/{device.lower()}:0'), \
            tf.Session() as session:
        inp = tf.placeholder(tf.float32, [images, inputs(shape)], _INPUT)
        out = output(shape, layer, inp, way)
        session.run(tf.global_variables_initializer())
        return tf.graph_util.convert_variables_to_constants(
            session, graph.as_graph_def(), [out.op.name]), out.name


def _plan_of(layer, plan):
    """The plan of one of `LAYERS` where another is asked for by `plan`."""
    return 'chain' if layer == 'tt_chain' else plan


def _ranks(shape):
    return full_ranks(shape.rank, shape.inp_modes)
