import tensorflow as tf
from .aux import get_var_wrap


def linear(inp, out_size, weights_initializer=tf.contrib.layers.xavier_initializer(uniform=False),
           weights_regularizer=None, biases_initializer=tf.zeros_initializer,
           biases_regularizer=None, trainable=True, cpu_variables=False, scope=None):
    with tf.variable_scope(scope):
        weights = get_var_wrap('weights', [int(inp.get_shape()[-1]), out_size],
                               weights_initializer, weights_regularizer, trainable, cpu_variables)
        return tf.matmul(inp, weights, name='out')
