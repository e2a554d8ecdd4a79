"""One variable of a layer."""

import tensorflow.compat.v1 as tf

from tensornet.layers.arguments import Arguments


def get_var_wrap(name, shape, initializer, regularizer, trainable, cpu_variable, *,
                 dtype=tf.float32, use_resource=None):
    """Gets or creates a variable in the current variable scope, on the CPU if asked.

    Args:
        name: name of the variable.
        shape: list of integers, its shape.
        initializer: instance, class or function `(shape, dtype, partition_info)`.
        regularizer: function of the variable that returns its loss, or None; the loss is added
            to `tf.GraphKeys.REGULARIZATION_LOSSES` when the variable is created.
        trainable: whether it joins `tf.GraphKeys.TRAINABLE_VARIABLES`.
        cpu_variable: True pins the variable to `/cpu:0`, False leaves the device as it is.
        dtype: its type.
        use_resource: whether it is a resource variable; None takes the scope's choice.

    Returns:
        The variable, `shape`.

    Raises:
        ValueError, TypeError: a flag is neither a bool nor 0 or 1; nothing has been created then.
        RuntimeError: eager execution is on.
    """
    check = Arguments(name, 'get_var_wrap')
    trainable = check.switch('trainable', trainable)
    cpu_variable = check.switch('cpu_variable', cpu_variable)
    if cpu_variable:
        with tf.device('/cpu:0'):
            return get_var_wrap(name, shape, initializer, regularizer, trainable, False,
                                dtype=dtype, use_resource=use_resource)
    return tf.get_variable(name, shape=shape, dtype=dtype, initializer=initializer,
                           regularizer=regularizer, trainable=trainable,
                           use_resource=use_resource)
