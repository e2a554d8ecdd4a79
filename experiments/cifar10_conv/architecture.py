"""The layer sequences of both networks of "Ultimate tensorization" (arXiv 1611.03214).

Each layer is given to these functions as a function, dense or TT; the first convolution, with its
three input channels, and the last linear layer are always dense. Layers but the last have no
biases: batch normalization follows, which has its own. Scopes are those of the original:
`conv1.1`, `tt_conv1.2`, `bn1.2`, `linear4.1`, `tt4.1` and so on.
"""
import contextlib
import warnings

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.weights import current_weights
from tensornet.layers import batch_normalization, conv, linear, tt, tt_conv, tt_conv_direct

CLASSES = 10
WINDOW = [3, 3]


def network_1(images, train_phase, cpu_variables, convolution):
    """Six convolutions, the last two VALID, then an average pool and a linear layer.

    Args:
        images: float tensor `[batch, 32, 32, 3]`.
        train_phase: scalar bool tensor or Python bool.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        convolution: function that adds a convolution, as `dense_convolution` returns.

    Returns:
        The logits, `[batch, 10]`.
    """
    hidden = _convolutions(images, train_phase, cpu_variables, convolution, 'VALID')
    hidden = tf.nn.avg_pool(hidden, [1, 4, 4, 1], [1, 4, 4, 1], 'VALID')
    return class_logits(tf.reshape(hidden, [-1, 128]), cpu_variables, 'linear4.1')


def network_2(images, train_phase, cpu_variables, convolution, fully_connected):
    """Six convolutions, all SAME, then the layers 8192 -> 1536 -> 512 -> 10.

    Args:
        images: float tensor `[batch, 32, 32, 3]`.
        train_phase: scalar bool tensor or Python bool.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        convolution: function that adds a convolution, as `dense_convolution` returns.
        fully_connected: function that adds a layer, as `dense_layer` returns.

    Returns:
        The logits, `[batch, 10]`.
    """
    hidden = _convolutions(images, train_phase, cpu_variables, convolution, 'SAME')
    hidden = tf.reshape(hidden, [-1, 8 * 8 * 128])
    for number, units in enumerate([1536, 512], start=1):
        hidden = fully_connected(hidden, units, number, cpu_variables)
        hidden = _activated(hidden, train_phase, cpu_variables, f'4.{number}')
    return class_logits(hidden, cpu_variables, 'linear4.3')


def dense_convolution():
    """Makes a function `(inp, out_ch, name, padding, cpu_variables)` that adds a convolution."""
    def add(inp, out_ch, name, padding, cpu_variables):
        weights = current_weights()
        return conv(inp, out_ch, WINDOW, padding=padding, filters_initializer=weights.dense(),
                    filters_regularizer=weights.regularizer(), biases_initializer=None,
                    cpu_variables=cpu_variables, scope=f'conv{name}')
    return add


def tt_convolution(inp_modes, out_modes, ranks):
    """Like `dense_convolution`, with kernels in the TT format.

    Args:
        inp_modes, out_modes, ranks: dicts of lists; the key is the layer's name, such as '1.2'.
    """
    def add(inp, out_ch, name, padding, cpu_variables):
        weights = current_weights()
        shape = inp_modes[name], out_modes[name], ranks[name]
        filters_initializer, cores_initializer = weights.tt_conv(WINDOW, *shape)
        with _paper_ranks():
            return tt_conv(inp, WINDOW, *shape, padding=padding,
                           filters_initializer=filters_initializer,
                           filters_regularizer=weights.regularizer(),
                           cores_initializer=cores_initializer,
                           cores_regularizer=weights.regularizer(), biases_initializer=None,
                           cpu_variables=cpu_variables, scope=f'tt_conv{name}')
    return add


def naive_tt_convolution(ranks):
    """Like `tt_convolution`, the kernel itself decomposed: height, width, input, output.

    Args:
        ranks: dict of lists of five TT-ranks; the key is the layer's name.
    """
    def add(inp, out_ch, name, padding, cpu_variables):
        weights = current_weights()
        initializers = weights.tt_conv_direct(WINDOW, inp.shape.as_list()[-1], out_ch, ranks[name])
        return tt_conv_direct(inp, WINDOW, out_ch, ranks[name], padding=padding,
                              cores_initializer=initializers,
                              cores_regularizer=weights.regularizer(), biases_initializer=None,
                              cpu_variables=cpu_variables, scope=f'tt_conv{name}')
    return add


def dense_layer():
    """Makes a function `(inp, units, number, cpu_variables)` that adds a linear layer."""
    def add(inp, units, number, cpu_variables):
        weights = current_weights()
        return linear(inp, units, weights_initializer=weights.dense(),
                      weights_regularizer=weights.regularizer(), biases_initializer=None,
                      cpu_variables=cpu_variables, scope=f'linear4.{number}')
    return add


def tt_layer(inp_modes, out_modes, ranks):
    """Like `dense_layer`, with TT-layers.

    Args:
        inp_modes, out_modes, ranks: lists with a list for each of the two layers.
    """
    def add(inp, units, number, cpu_variables):
        weights = current_weights()
        shape = inp_modes[number - 1], out_modes[number - 1], ranks[number - 1]
        with _paper_ranks():
            return tt(inp, *shape, cores_initializer=weights.tt(*shape),
                      cores_regularizer=weights.regularizer(), biases_initializer=None,
                      cpu_variables=cpu_variables, scope=f'tt4.{number}')
    return add


def class_logits(inp, cpu_variables, scope):
    """Adds the last linear layer, the only one with biases; returns the logits, `[batch, 10]`."""
    weights = current_weights()
    return linear(inp, CLASSES, weights_initializer=weights.dense(),
                  weights_regularizer=weights.regularizer(), cpu_variables=cpu_variables,
                  scope=scope)


@contextlib.contextmanager
def _paper_ranks():
    """Keeps quiet about ranks larger than useful: some of the paper's are, and they count."""
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', '.*larger than useful', UserWarning)
        yield


def _convolutions(images, train_phase, cpu_variables, convolution, last_padding):
    """Adds the six convolutions; returns `[batch, 8, 8, 128]`, or `[batch, 4, 4, 128]`."""
    first = dense_convolution()
    hidden = images
    for add, out_ch, name, padding in ((first, 64, '1.1', 'SAME'),
                                       (convolution, 64, '1.2', 'SAME'),
                                       (convolution, 128, '2.1', 'SAME'),
                                       (convolution, 128, '2.2', 'SAME'),
                                       (convolution, 128, '3.1', last_padding),
                                       (convolution, 128, '3.2', last_padding)):
        hidden = add(hidden, out_ch, name, padding, cpu_variables)
        hidden = _activated(hidden, train_phase, cpu_variables, name)
        if name in ('1.2', '2.2'):
            hidden = tf.nn.max_pool(hidden, [1, 3, 3, 1], [1, 2, 2, 1], 'SAME')
    return hidden


def _activated(hidden, train_phase, cpu_variables, name):
    hidden = batch_normalization(hidden, train_phase, cpu_variables=cpu_variables,
                                 scope=f'bn{name}')
    return tf.nn.relu(hidden)
