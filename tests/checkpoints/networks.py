"""The networks whose checkpoints are in `tests/fixtures/checkpoints`, built with this library."""

import collections

import tensorflow.compat.v1 as tf

from tensornet import layers

Network = collections.namedtuple(
    'Network', ['images', 'labels', 'train_phase', 'logits', 'loss', 'train', 'averages'])
Network.__doc__ = """Placeholders, results and the op of a train step; `averages` is the
`tf.train.ExponentialMovingAverage` of the weights, or None."""


def fc(plan='auto', **_):
    """Two TT-layers with batch normalization and a linear layer, trained by gradient descent."""
    images = tf.placeholder(tf.float32, [None, 64])
    labels = tf.placeholder(tf.int32, [None])
    train_phase = tf.placeholder(tf.bool, [])
    out = layers.tt(images, [4, 4, 4], [6, 5, 4], [1, 3, 3, 1], biases_initializer=None,
                    scope='tt_1', plan=plan)
    out = tf.nn.relu(layers.batch_normalization(out, train_phase, ema_decay=0.8, scope='BN_2'))
    out = layers.tt(out, [6, 5, 4], [4, 4, 4], [1, 4, 2, 1], scope='tt_5', plan=plan)
    out = tf.nn.relu(layers.batch_normalization(out, train_phase, ema_decay=0.8, scope='BN_6'))
    logits = layers.linear(out, 10, scope='linear_9')
    loss = _loss(logits, labels)
    global_step = tf.Variable(0, trainable=False, name='global_step')
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step)
    return Network(images, labels, train_phase, logits, loss, train, None)


def conv(plan='auto', first=layers.tt_conv_full, second=layers.tt_conv):
    """All convolutional layers in one tower, trained with momentum, the weights averaged.

    Args:
        plan: plan of the TT layers.
        first, second: `tt_conv` or `tt_conv_full`, which have the same variables.
    """
    images = tf.placeholder(tf.float32, [None, 8, 8, 3])
    labels = tf.placeholder(tf.int32, [None])
    train_phase = tf.placeholder(tf.bool, [])
    # Old scripts count steps in a float, since the learning rate and the averages need one.
    global_step = tf.get_variable('global_step', [], initializer=tf.zeros_initializer(),
                                  trainable=False)
    with tf.name_scope('tower_0'), tf.variable_scope('inference'):
        logits = conv_logits(images, train_phase, plan, first, second)
    loss = _loss(logits, labels)
    apply = tf.train.MomentumOptimizer(0.02, 0.9).minimize(loss, global_step)
    averages = tf.train.ExponentialMovingAverage(0.9, global_step)
    with tf.control_dependencies([apply]):
        train = averages.apply(tf.trainable_variables())
    return Network(images, labels, train_phase, logits, loss, train, averages)


def conv_logits(images, train_phase, plan='auto', first=layers.tt_conv_full,
                second=layers.tt_conv):
    """One tower of `conv`, to be built within its scopes."""
    def normalized(out, scope):
        return tf.nn.relu(layers.batch_normalization(out, train_phase, scope=scope))

    out = layers.conv(images, 16, [3, 3], biases_initializer=None, scope='conv1.1')
    out = normalized(out, 'bn1.1')
    out = first(out, [3, 3], [4, 4], [4, 6], [5, 4, 1], biases_initializer=None, plan=plan,
                scope='tt_conv1.2')
    out = normalized(out, 'bn1.2')
    out = tf.nn.max_pool(out, [1, 3, 3, 1], [1, 2, 2, 1], 'SAME')
    out = second(out, [3, 3], [4, 6], [4, 4], [3, 4, 1], plan=plan, scope='tt_conv2.1')
    out = normalized(out, 'bn2.1')
    out = layers.tt_conv_direct(out, [3, 3], 16, [1, 2, 4, 8, 1], plan=plan, scope='tt_conv2.2')
    out = tf.nn.relu(out)
    out = layers.tt(out, [4, 8, 8], [4, 4, 4], [1, 5, 5, 1], biases_initializer=None, plan=plan,
                    scope='tt4.1')
    out = normalized(out, 'bn4.1')
    return layers.linear(out, 10, scope='linear4.3')


def _loss(logits, labels):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
        logits=logits, labels=labels))


def small(plan='auto', layer=layers.tt_conv):
    """A few variables of every kind, trained with Adam, the weights averaged.

    Args:
        plan: plan of the TT layers.
        layer: `tt_conv` or `tt_conv_full`.
    """
    images = tf.placeholder(tf.float32, [None, 4, 4, 4])
    labels = tf.placeholder(tf.int32, [None])
    train_phase = tf.placeholder(tf.bool, [])
    out = layer(images, [3, 3], [2, 2], [2, 2], [2, 2, 1], plan=plan, scope='tt_conv')
    out = tf.nn.relu(layers.batch_normalization(out, train_phase, scope='bn'))
    out = layers.tt(out, [4, 4, 4], [2, 2, 2], [1, 2, 2, 1], plan=plan, scope='tt')
    logits = layers.linear(out, 3, scope='linear')
    loss = _loss(logits, labels)
    global_step = tf.train.get_or_create_global_step()
    apply = tf.train.AdamOptimizer(0.02).minimize(loss, global_step)
    averages = tf.train.ExponentialMovingAverage(0.9, global_step)
    with tf.control_dependencies([apply]):
        train = averages.apply(tf.trainable_variables())
    return Network(images, labels, train_phase, logits, loss, train, averages)
