"""Variables that no checkpoint has."""
import tensorflow.compat.v1 as tf


def local_variable(name, value, dtype):
    """A variable of the current device that starts from a value."""
    return tf.Variable(tf.constant(value, dtype), trainable=False, name=name, use_resource=False,
                       collections=[tf.GraphKeys.LOCAL_VARIABLES])
