"""The networks that `deployment.py` exports, and the ways in which they are built."""

import collections
import functools
import zlib

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.paper_networks import convolutional_network, mnist_network
from tensornet import layers

Network = collections.namedtuple('Network', ['inp_shape', 'dense', 'tt'])
DENSE = 'dense'
_ANY_BYTES = 2**40
# What the layers are planned for, by the name of a way to build.
WAYS = collections.OrderedDict([
    (DENSE, dict(plan=None)),
    ('TT, default', dict(plan=None)),
    ('TT, inference', dict(plan='inference', batch_size=1)),
    ('TT, folded', dict(plan='inference', batch_size=1, constant_bytes=_ANY_BYTES)),
])


def networks():
    """Returns the `Network`s by name; each takes a batch of float32 and returns outputs."""
    def of_paper(inp_shape, network, **options):
        return Network(inp_shape, functools.partial(network, kind='dense', **options),
                       functools.partial(network, kind='tt', **options))

    def one_layer(inp_size, out_size, inp_modes, out_modes, rank):
        return Network([inp_size], lambda inp: layers.linear(inp, out_size, scope='layer'),
                       lambda inp: layers.tt(inp, inp_modes, out_modes, rank, scope='layer'))

    return collections.OrderedDict([
        ('mnist', of_paper([28, 28], mnist_network)),
        ('layer_2048', one_layer(2048, 1024, [8, 16, 16], [8, 8, 16], 16)),
        ('vgg_fc6', one_layer(25088, 4096, [2, 7, 8, 8, 7, 4], [4] * 6, 4)),
        ('cifar', of_paper([32, 32, 3], convolutional_network, train_phase=False)),
    ])


def build(network, way, session):
    """Builds a network in the default graph with weights that depend on their names alone.

    Returns:
        Its placeholder, for any number of samples, and its output.
    """
    inp = tf.placeholder(tf.float32, [None] + network.inp_shape, name='inp')
    with layers.default_plan(**WAYS[way]):
        out = tf.identity((network.dense if way == DENSE else network.tt)(inp), name='out')
    for variable in tf.global_variables():
        assign = variable.initializer
        session.run(assign, {assign.inputs[1]: _value(variable)})
    return inp, out


def batch(network, size):
    """Returns inputs in float32, always the same."""
    return np.random.RandomState(0).uniform(size=[size] + network.inp_shape).astype(np.float32)


def _value(variable):
    shape, name = variable.shape.as_list(), variable.op.name
    random = np.random.RandomState(zlib.crc32(name.encode()))
    if name.endswith('variance') or name.endswith('step'):
        return np.ones(shape, variable.dtype.base_dtype.as_numpy_dtype)
    if len(shape) < 2:
        return random.normal(scale=0.1, size=shape)
    inputs = int(np.prod(shape[:-1]))
    return random.standard_normal(shape).astype(np.float32) * (2.0 / (inputs + shape[-1])) ** 0.5
