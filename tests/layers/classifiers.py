"""Small classifiers with one layer of each kind, to train in several precisions."""

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers
from tests.graph_rewrites import rewriting
from tests.layers.examples import EXAMPLES, build
from tests.sessions import session

NAMES = ('tt', 'tt_conv', 'tt_conv_full', 'tt_conv_direct', 'conv', 'linear',
         'batch_normalization_2d', 'batch_normalization_4d')
SAMPLES, CLASSES = 200, 4


def data(name):
    """Returns inputs for the layer of an example and labels that depend on them linearly."""
    random = np.random.RandomState(0)
    inputs = random.normal(size=[SAMPLES] + EXAMPLES[name].inp_shape[1:]).astype(np.float32)
    flat = inputs.reshape([SAMPLES, -1])
    return inputs, flat.dot(random.normal(size=[flat.shape[1], CLASSES])).argmax(axis=1)


def logits(name, inp, dtype=tf.float32, getter=None):
    """Builds a classifier, or builds it again with the variables that there are.

    Args:
        name: of an example.
        inp: float32 tensor `[batch, ...]`.
        dtype: of the arithmetic.
        getter: custom getter of the variables.

    Returns:
        float32 tensor `[batch, CLASSES]`.
    """
    with tf.variable_scope('net', custom_getter=getter, reuse=tf.AUTO_REUSE):
        out = tf.nn.relu(build(name, tf.cast(inp, dtype), scope='layer'))
        size = int(np.prod(out.shape.as_list()[1:]))
        out = layers.linear(tf.reshape(out, [-1, size]), CLASSES, scope='linear')
        return tf.cast(out, tf.float32)


def trained(name, steps, dtype=tf.float32, getter=None, rewrite=None):
    """Trains a classifier from weights that are the same in all precisions.

    Returns:
        The losses of all steps, and a dictionary from names to the values of all variables.
    """
    inputs, labels = data(name)
    with tf.Graph().as_default():
        inp = tf.placeholder(tf.float32, [None] + list(inputs.shape[1:]))
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits(name, inp, dtype, getter))
        step = tf.train.MomentumOptimizer(0.02, 0.9).minimize(loss)
        random = np.random.RandomState(1)
        weights = {variable.op.name: 0.5 * random.normal(size=variable.shape.as_list())
                   for variable in tf.trainable_variables() if variable.shape.ndims > 1}
        with session(weights, rewriting(rewrite)) as opened:
            losses = [opened.run([loss, step], {inp: inputs})[0] for _ in range(steps)]
            values = opened.run({variable.op.name: variable for variable in tf.global_variables()})
    return np.array(losses), values
