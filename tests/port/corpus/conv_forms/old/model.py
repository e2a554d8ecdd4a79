import tensorflow as tf
import tensornet as tn
from tensornet.layers import conv as convolution


def block(x, in_features, out_features, strides, prefix, kernel_size=3):
    x = tn.layers.conv(x, in_features, out_features, [kernel_size, kernel_size], strides,
                       biases_initializer=None, scope=prefix + '_a')
    return convolution(x, in_ch=out_features, out_ch=8, window_size=[3, 3], scope=prefix + '_b')


def head(x, units):
    flat = tf.reshape(x, [-1, 4 * 4 * 8])
    flat = tn.layers.linear(flat, 128, units, tf.truncated_normal_initializer(stddev=0.1), 'head')
    return tn.layers.batch_normalization(flat, [16], tf.constant(False), 'bn')
