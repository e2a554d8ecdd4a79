"""The state of a recurrent cell before the first step."""

import tensorflow.compat.v1 as tf


def zeros(cell, batch_size, dtype):
    """Returns zeros in the structure of the state of a cell; see `RecurrentCell.zero_state`."""
    with tf.name_scope(type(cell).__name__ + 'ZeroState'):
        return tf.nest.map_structure(
            lambda size: tf.zeros(tf.stack([batch_size, size]), dtype), cell.state_size)


def initial_state(cell, inputs, batch_size, dtype):
    """Returns `zeros` for a batch, see `RecurrentCell.get_initial_state`."""
    if inputs is not None:
        inputs = tf.convert_to_tensor(inputs)
        batch_size = inputs.shape.as_list()[0]
        batch_size = tf.shape(inputs)[0] if batch_size is None else batch_size
        dtype = inputs.dtype
    if batch_size is None or dtype is None:
        raise ValueError('get_initial_state: `batch_size` and `dtype` must be given, but they are '
                         f'{batch_size} and {dtype}; pass both, or `inputs`')
    return zeros(cell, batch_size, dtype)
