import numpy as np
import tensorflow as tf
from .aux import get_var_wrap


def tt(inp, inp_modes, out_modes, mat_ranks,
       cores_initializer=tf.contrib.layers.xavier_initializer(uniform=False),
       cores_regularizer=None, biases_initializer=tf.zeros_initializer, biases_regularizer=None,
       trainable=True, cpu_variables=False, scope=None):
    with tf.variable_scope(scope):
        matrix = get_var_wrap('matrix', [np.prod(inp_modes), np.prod(out_modes)],
                              cores_initializer, cores_regularizer, trainable, cpu_variables)
        return tf.matmul(inp, matrix, name='out')
