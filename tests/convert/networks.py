"""Small networks, dense and with TT layers in their place, and the checkpoints of one."""
import os

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers

INPUTS = np.random.RandomState(0).normal(size=[4, 6, 5, 6])


def convolution(arguments):
    """Adds the first layer of the networks, on `INPUTS`, dense where there are no arguments."""
    inp = tf.constant(INPUTS, tf.float32)
    if not arguments:
        return layers.conv(inp, 8, [3, 3], scope='conv')
    layer = layers.tt_conv if 'inp_ch_modes' in arguments else layers.tt_conv_direct
    return layer(inp, scope='conv', **arguments)


def matrix(inp, arguments):
    """Adds the second layer of the networks, dense where there are no arguments."""
    return layers.tt(inp, scope='fc', **arguments) if arguments else layers.linear(
        inp, 12, scope='fc')


def network(tt=None):
    """Builds the network that `save_dense` trains; returns its output.

    Args:
        tt: dict from scopes, below 'net', to the arguments of the TT layer there.
    """
    tt = tt or {}
    with tf.variable_scope('net'):
        out = layers.batch_normalization(convolution(tt.get('conv')), True, scope='bn')
        out = matrix(tf.reduce_mean(out, axis=[1, 2]), tt.get('fc'))
        return layers.linear(out, 3, scope='logits')


def save_dense(folder):
    """Trains the dense network for two steps.

    Returns:
        The prefix of its checkpoint, its output, and the values of all variables.
    """
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        out = network()
        step = tf.train.get_or_create_global_step()
        train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_mean(tf.square(out)), step)
        average = tf.train.ExponentialMovingAverage(0.9).apply(tf.trainable_variables()[-2:])
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for _ in range(2):
                session.run(train)
            session.run(average)
            names = {variable.op.name: variable for variable in tf.global_variables()}
            prefix = tf.train.Saver().save(session, os.path.join(folder, 'model.ckpt'), 2)
            values = session.run(names)
            # The output comes last: batch normalization updates its statistics with it.
            return prefix, session.run(out), values


def restored(prefix, tt):
    """Output of the network with TT layers, all variables restored from a checkpoint."""
    with tf.Graph().as_default():
        out = network(tt)
        with tf.Session() as session:
            tf.train.Saver().restore(session, prefix)
            return session.run(out)
