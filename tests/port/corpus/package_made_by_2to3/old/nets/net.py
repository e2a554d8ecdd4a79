import tensorflow as tf
import tensornet
from .common import slim, clock


def network(images, width):
    started = clock()
    with tf.name_scope('network', images):
        x = slim.flatten(images)
        multiply = tf.mul if hasattr(tf, 'mul') else tf.multiply
        x = tf.reverse(multiply(x, 2.), [False, True])
        x = tensornet.layers.linear(x, width, scope='linear')
    return tf.nn.relu(x), clock() - started
