"""Names that stay in a graph: those of operations, and those of their gradients."""

import tensorflow.compat.v1 as tf


def contraction_scope(number):
    """Returns the name scope of one contraction; what merges its cores is in `merge` below it.

    TensorBoard groups operations by these names. Gradients repeat the names below `gradients`.

    Args:
        number: of the contraction, from 1, in the order in which they meet the batch.
    """
    return tf.name_scope(f'contraction_{number}')


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
