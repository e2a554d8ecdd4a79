import tensorflow as tf


def get_var_wrap(name, shape, initializer, regularizer, trainable, cpu_variable):
    with tf.device('/cpu:0' if cpu_variable else None):
        return tf.get_variable(name, shape=shape, initializer=initializer,
                               regularizer=regularizer, trainable=trainable)
