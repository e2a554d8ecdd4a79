"""Averages of weights, computed where the weights are."""
import tensorflow.compat.v1 as tf


def apply_averages(averages):
    """Moves the averages of all trainable variables.

    `averages.apply` alone would fetch weights and averages and send the differences back, as many
    bytes again as the step itself.

    Args:
        averages: a `tf.train.ExponentialMovingAverage`.

    Returns:
        An operation.
    """
    moved = []
    for variable in tf.trainable_variables():
        with tf.device(variable.device):
            moved.append(averages.apply([variable]))
    return tf.group(*moved)
