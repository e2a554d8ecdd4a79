"""The network of section 6.1 of "Tensorizing Neural Networks" (arXiv 1509.06569)."""
import numpy as np
import tensorflow.compat.v1 as tf

import tensornet
from tensornet import initializers

SIDE = 32
FEATURES = SIDE * SIDE
CLASSES = 10


def inference(images, mean, layer, inp_modes, out_modes, ranks, dropout=None,
              initializer='xavier'):
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
        initializer: of the hidden layer's weights: 'xavier', by which each core or factor has the
            scale that its own shape asks for, or 'he', by which the 1024 x 1024 weights that they
            make have He's.

    Returns:
        The logits, `[batch, 10]`.
    """
    features = tf.reshape(_padded(images, mean), [-1, FEATURES])
    with tf.variable_scope('inference', reuse=tf.AUTO_REUSE):
        if layer == 'tt':
            cores = (initializers.he.tt(inp_modes, out_modes, ranks) if initializer == 'he'
                     else initializers.xavier)
            hidden = tensornet.layers.tt(features, inp_modes, out_modes, ranks, cores,
                                         scope='hidden')
        elif layer == 'low_rank':
            hidden = _low_rank(features, ranks, initializer)
        else:
            hidden = tensornet.layers.linear(features, FEATURES, _with_gain(2.0, initializer),
                                             scope='hidden')
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


def _low_rank(features, ranks, initializer):
    rank, = ranks
    with tf.variable_scope('hidden'):
        factor = tensornet.layers.linear(features, rank, _with_gain(1.0, initializer),
                                         biases_initializer=None, scope='inp')
        # The gains multiply to that of one matrix.
        return tensornet.layers.linear(factor, FEATURES, _with_gain(2.0, initializer), scope='out')


def _with_gain(gain, initializer):
    """The initializer of a matrix; the variance by 'he' is the gain over the number of inputs."""
    return tf.variance_scaling_initializer(gain) if initializer == 'he' else initializers.xavier


def _padded(images, mean):
    """Scales to a range of one, subtracts the mean and pads with zeros to 32x32."""
    height, width = mean.shape
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    centred = (tf.cast(images, tf.float32) - mean.astype(np.float32)) / 255.0
    return tf.pad(centred, [[0, 0], [top, SIDE - height - top], [left, SIDE - width - left]])
