"""The networks of both papers, as `experiments/` trains them, for benchmarks of whole networks.

A test holds them to those of `experiments/`: their variables have the same names and shapes.
"""

import contextlib
import functools
import warnings

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.graphs import constant_variable
from tensornet import layers

KINDS = ('tt', 'dense')
CLASSES = 10

_MNIST_SIDE = 32
_MNIST_MODES, _MNIST_RANK = [4, 8, 8, 4], 8

_PIXEL_MODES, _HIDDEN_MODES, _LAST_MODES = (4, 4, 4, 4, 4, 3), (8,) * 6, (4,) * 6
_WIDE_RANK = 10
_DENSE_UNITS = (4096,) * 4

_WINDOW = [3, 3]
# Name, output channels and, of those that are in the TT format, the modes of both.
_CONVOLUTIONS = (('1.1', 64, None, None), ('1.2', 64, [4, 4, 4], [4, 4, 4]),
                 ('2.1', 128, [4, 4, 4], [4, 8, 4]), ('2.2', 128, [4, 8, 4], [4, 8, 4]),
                 ('3.1', 128, [4, 8, 4], [4, 8, 4]), ('3.2', 128, [4, 8, 4], [4, 8, 4]))
_CONVOLUTION_RANKS = [16, 16, 16, 1]
_POOLED = ('1.2', '2.2')
# Outputs, modes of both, and rank.
_FULLY_CONNECTED = ((1536, [8, 8, 8, 16], [4, 6, 8, 8], 40), (512, [4, 6, 8, 8], [4, 4, 4, 8], 30))


def mnist_network(images, kind):
    """The network of `experiments/mnist`: a layer 1024 -> 1024, ReLU, a linear layer.

    Args:
        images: float tensor `[batch, 28, 28]`.
        kind: one of `KINDS`.

    Returns:
        The logits, `[batch, 10]`.
    """
    edge = (_MNIST_SIDE - images.shape.as_list()[1]) // 2
    padded = tf.pad(images / 255.0, [[0, 0], [edge, edge], [edge, edge]])
    features = tf.reshape(padded, [-1, _MNIST_SIDE**2])
    with tf.variable_scope('inference'):
        if kind == 'tt':
            hidden = layers.tt(features, _MNIST_MODES, _MNIST_MODES, _MNIST_RANK, scope='hidden')
        else:
            hidden = layers.linear(features, _MNIST_SIDE**2, scope='hidden')
        return layers.linear(tf.nn.relu(hidden), CLASSES, scope='logits')


def wide_network(images, kind, train_phase, dropout=None):
    """The network of `experiments/cifar10_fc`.

    Args:
        images: float tensor `[batch, 32, 32, 3]`.
        kind: 'tt' for layers 3072 -> 262144 -> 4096, 'dense' for four layers of 4096 units.
        train_phase: Python bool, see `tensornet.layers.batch_normalization`.
        dropout: function of hidden units, or None.

    Returns:
        The logits, `[batch, 10]`.
    """
    def activated(hidden, number):
        hidden = _activated(hidden, train_phase, f'bn_{number}', ema_decay=0.8)
        return hidden if dropout is None else dropout(hidden)

    hidden = tf.reshape(images, [-1, int(np.prod(_PIXEL_MODES))])
    with tf.variable_scope('inference'):
        if kind == 'tt':
            outputs = [_HIDDEN_MODES, _LAST_MODES]
            for number, inp_modes in enumerate([_PIXEL_MODES, _HIDDEN_MODES], 1):
                hidden = layers.tt(hidden, inp_modes, outputs[number - 1], _WIDE_RANK,
                                   biases_initializer=None, scope=f'tt_{number}')
                hidden = activated(hidden, number)
        else:
            for number, units in enumerate(_DENSE_UNITS, 1):
                hidden = layers.linear(hidden, units, biases_initializer=None,
                                       scope=f'dense_{number}')
                hidden = activated(hidden, number)
        return layers.linear(hidden, CLASSES, scope='logits')


def wide_training_step(plan, keep=1.0):
    """Builds the TT network of `wide_network` for a batch of 100 in a scope of its own.

    Args:
        plan: of the TT-layers, and the name of the scope.
        keep: probability that dropout keeps a hidden unit; 1 leaves dropout out.

    Returns:
        The operation of one SGD step.
    """
    dropout = functools.partial(tf.nn.dropout, rate=1 - keep, seed=0) if keep < 1 else None
    with tf.variable_scope(plan), layers.default_plan(plan):
        images = constant_variable('images', [100, 32, 32, 3])
        logits = wide_network(images, 'tt', True, dropout)
        labels = tf.constant(np.arange(100) % CLASSES)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        variables = tf.trainable_variables(plan + '/')
        return tf.train.GradientDescentOptimizer(1e-3).minimize(loss, var_list=variables)


def convolutional_network(images, kind, train_phase):
    """The networks conv-fc and TT-conv-TT-fc of `experiments/cifar10_conv`.

    Args:
        images: float tensor `[batch, 32, 32, 3]`.
        kind: 'tt' for TT-conv-TT-fc, 'dense' for conv-fc.
        train_phase: Python bool or tensor, see `tensornet.layers.batch_normalization`.

    Returns:
        The logits, `[batch, 10]`.
    """
    hidden = images
    with _ranks_of_the_paper():
        for name, channels, inp_modes, out_modes in _CONVOLUTIONS:
            if kind == 'tt' and inp_modes is not None:
                hidden = layers.tt_conv(hidden, _WINDOW, inp_modes, out_modes, _CONVOLUTION_RANKS,
                                        biases_initializer=None, scope='tt_conv' + name)
            else:
                hidden = layers.conv(hidden, channels, _WINDOW, biases_initializer=None,
                                     scope='conv' + name)
            hidden = _activated(hidden, train_phase, 'bn' + name)
            if name in _POOLED:
                hidden = tf.nn.max_pool(hidden, [1, 3, 3, 1], [1, 2, 2, 1], 'SAME')
        hidden = tf.reshape(hidden, [-1, 8 * 8 * 128])
        for number, (units, inp_modes, out_modes, rank) in enumerate(_FULLY_CONNECTED, 1):
            if kind == 'tt':
                # All ranks are named: an integer would be lowered to the largest useful ones.
                hidden = layers.tt(hidden, inp_modes, out_modes, [1] + [rank] * 3 + [1],
                                   biases_initializer=None, scope=f'tt4.{number}')
            else:
                hidden = layers.linear(hidden, units, biases_initializer=None,
                                       scope=f'linear4.{number}')
            hidden = _activated(hidden, train_phase, f'bn4.{number}')
    return layers.linear(hidden, CLASSES, scope='linear4.3')


def _activated(hidden, train_phase, scope, **options):
    return tf.nn.relu(layers.batch_normalization(hidden, train_phase, scope=scope, **options))


@contextlib.contextmanager
def _ranks_of_the_paper():
    """Keeps quiet about ranks larger than useful: some of the paper's are."""
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', '.*larger than useful', UserWarning)
        yield
