"""The exponential average of the weights, which an evaluation uses instead of them."""
import tensorflow.compat.v1 as tf

_DECAY = 0.9


def averaging():
    """The averages of trainable variables.

    The moving statistics of batch normalization are averages already and get no other.
    """
    return tf.train.ExponentialMovingAverage(_DECAY)


def averages_scope(averages):
    """Scope in which `tf.get_variable` returns the average of a variable that has one.

    Args:
        averages: a `tf.train.ExponentialMovingAverage` that was applied to existing variables.

    Returns:
        A context manager; no variable can be made in it.
    """
    def averaged(getter, name, *args, **kwargs):
        variable = getter(name, *args, **kwargs)
        average = averages.average(variable)
        return variable if average is None else average

    return tf.variable_scope(tf.get_variable_scope(), reuse=True, custom_getter=averaged)


def apply_averages(averages):
    """Moves the averages of all trainable variables, where these are.

    Where these are on parameter servers, `averages.apply` alone would fetch weights and averages
    and send the differences back, as many bytes again as the step itself.

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
