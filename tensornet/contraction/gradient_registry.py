"""Gradients that operations name, in TensorFlow's registry."""

import tensorflow.compat.v1 as tf


def register_gradient(name):
    """Returns a decorator that registers a function as the gradient of this name.

    TensorFlow takes a name once in a process. Where the package is imported again, the function of
    the first import, which is the same, remains.
    """
    def register(function):
        try:
            tf.RegisterGradient(name)(function)
        except KeyError:
            pass
        return function
    return register
