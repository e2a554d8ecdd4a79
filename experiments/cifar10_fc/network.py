"""The wide and shallow CIFAR-10 networks of "Tensorizing Neural Networks" (arXiv 1509.06569)."""
import numpy as np
import tensorflow.compat.v1 as tf

import tensornet

CLASSES = 10
PIXEL_MODES = (4, 4, 4, 4, 4, 3)
LAST_MODES = (4, 4, 4, 4, 4, 4)
DENSE_UNITS = (4096, 4096, 4096, 4096)
BN_DECAY = 0.8


def inference(images, mean, deviation, layer, hidden_modes, ranks, train_phase, dropout=None):
    """Adds the network to the graph.

    With TT-layers it is 3072 -> prod(hidden_modes) -> 4096 -> 10, with dense ones
    3072 -> 4096 -> 4096 -> 4096 -> 4096 -> 10. Each layer but the last has no biases and is
    followed by batch normalization, ReLU and dropout. Called again in the same graph, it shares
    the variables.

    Args:
        images: uint8 tensor `[batch, 32, 32, 3]`.
        mean: array `[32, 32, 3]`, subtracted from the images.
        deviation: array `[32, 32, 3]`, the images are divided by.
        layer: 'tt' or 'dense'.
        hidden_modes: the six modes between the two TT-layers. Dense layers have none.
        ranks: the seven TT-ranks of both TT-layers, the first and the last 1.
        train_phase: Python bool: whether batch normalization is by the batch's moments, and
            updates the moving ones.
        dropout: function of hidden units and the number of their layer, from 1, or None.

    Returns:
        The logits, `[batch, 10]`.
    """
    hidden = tf.reshape((tf.cast(images, tf.float32) - mean) / deviation,
                        [-1, int(np.prod(PIXEL_MODES))])
    with tf.variable_scope('inference', reuse=tf.AUTO_REUSE):
        if layer == 'tt':
            for number, (inp_modes, out_modes) in enumerate(layer_modes(hidden_modes), 1):
                hidden = tensornet.layers.tt(hidden, inp_modes, out_modes, ranks,
                                             biases_initializer=None, scope=f'tt_{number}')
                hidden = _activated(hidden, train_phase, number, dropout)
        else:
            for number, units in enumerate(DENSE_UNITS, 1):
                hidden = tensornet.layers.linear(hidden, units, biases_initializer=None,
                                                 scope=f'dense_{number}')
                hidden = _activated(hidden, train_phase, number, dropout)
        return tensornet.layers.linear(hidden, CLASSES, scope='logits')


def layer_modes(hidden_modes):
    """The TT-layers as pairs of input and output modes."""
    return (PIXEL_MODES, hidden_modes), (hidden_modes, LAST_MODES)


def tt_layer_sizes(hidden_modes):
    """Counts the weights of the TT-layers in the current graph.

    Returns:
        A list with a dict for each TT-layer: `name`, `weights`, `dense_weights` (of the matrix
        that it stands for) and `compression`, their ratio.
    """
    sizes = []
    for number, (inp_modes, out_modes) in enumerate(layer_modes(hidden_modes), 1):
        weights = sum(variable.shape.num_elements()
                      for variable in tf.trainable_variables(f'inference/tt_{number}/'))
        dense_weights = int(np.prod(inp_modes)) * int(np.prod(out_modes))
        sizes.append({'name': f'tt_{number}', 'weights': weights, 'dense_weights': dense_weights,
                      'compression': round(dense_weights / weights, 2)})
    return sizes


def _activated(hidden, train_phase, number, dropout):
    hidden = tf.nn.relu(tensornet.layers.batch_normalization(
        hidden, train_phase, ema_decay=BN_DECAY, scope=f'bn_{number}'))
    return hidden if dropout is None else dropout(hidden, number)
