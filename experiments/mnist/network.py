"""The network of section 6.1 of "Tensorizing Neural Networks" (arXiv 1509.06569)."""
import numpy as np
import tensorflow.compat.v1 as tf

import tensornet

SIDE = 32
FEATURES = SIDE * SIDE
CLASSES = 10


def inference(images, mean, layer, inp_modes, out_modes, ranks, dropout=None):
    """Adds the network to the graph: one hidden layer of 1024 units, ReLU, 10 outputs.

    Called again in the same graph, it shares the variables.

    Args:
        images: uint8 tensor `[batch, height, width]`, at most 32x32.
        mean: array `[height, width]`, the mean training image, from 0 to 255.
        layer: 'tt' for a TT-layer, 'dense' for a fully-connected one, 'low_rank' for the product
            of two matrices 1024 x rank and rank x 1024, the paper's matrix-rank baseline.
        inp_modes: input modes of the TT-layer; their product is 1024. Others have none.
        out_modes: output modes of the TT-layer; their product is 1024. Others have none.
        ranks: TT-ranks of the TT-layer, the first and the last 1; `[rank]` of a low-rank layer.
        dropout: function applied to the hidden units, or None.

    Returns:
        The logits, `[batch, 10]`.
    """
    features = tf.reshape(_padded(images, mean), [-1, FEATURES])
    with tf.variable_scope('inference', reuse=tf.AUTO_REUSE):
        if layer == 'tt':
            hidden = tensornet.layers.tt(features, inp_modes, out_modes, ranks, scope='hidden')
        elif layer == 'low_rank':
            hidden = _low_rank(features, ranks)
        else:
            hidden = tensornet.layers.linear(features, FEATURES, scope='hidden')
        hidden = tf.nn.relu(hidden)
        if dropout is not None:
            hidden = dropout(hidden)
        return tensornet.layers.linear(hidden, CLASSES, scope='logits')


def hidden_inputs(images, mean):
    """The inputs of the hidden layer, `[batch, 1024]`, for images as `inference` takes them."""
    return tf.reshape(_padded(images, mean), [-1, FEATURES])


def count_hidden_weights():
    """The number of weights of the hidden layer in the current graph, without its biases."""
    return sum(variable.shape.num_elements()
               for variable in tf.trainable_variables('inference/hidden/')
               if not variable.op.name.endswith('/biases'))


def _low_rank(features, ranks):
    rank, = ranks
    with tf.variable_scope('hidden'):
        factor = tensornet.layers.linear(features, rank, biases_initializer=None, scope='inp')
        return tensornet.layers.linear(factor, FEATURES, scope='out')


def _padded(images, mean):
    """Scales to a range of one, subtracts the mean and pads with zeros to 32x32."""
    height, width = mean.shape
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    centred = (tf.cast(images, tf.float32) - mean.astype(np.float32)) / 255.0
    return tf.pad(centred, [[0, 0], [top, SIDE - height - top], [left, SIDE - width - left]])
