"""Arguments of a layer that are made in the graph of a test."""

import tensorflow.compat.v1 as tf


class Made:
    """An argument that a function makes."""

    def __init__(self, function):
        self.function = function


def tensor(shape, dtype=tf.float32):
    return Made(lambda: tf.placeholder(dtype, shape))


def constant(value):
    return Made(lambda: tf.constant(value))
