"""Running a recurrent cell over sequences, with the products of all inputs outside the loop."""

import tensorflow.compat.v1 as tf

from tensornet.layers.shown import shown
from tensornet.rnn.recurrent_cell import RecurrentCell


def unroll(cell, inputs, sequence_length=None, initial_state=None, *, time_major=False,
           parallel_iterations=32, swap_memory=False, scope=None):
    """Runs a cell over sequences as `tf.compat.v1.nn.dynamic_rnn` does, but faster.

    The inputs of all steps are multiplied in one product in front of the loop, which then has the
    products of the state only.

    Args:
        cell: `TTLSTMCell` or `TTGRUCell`. For cells in TensorFlow's wrappers there is
            `dynamic_rnn`.
        inputs: float tensor or NumPy array `[batch, time, inp_size]`, or
            `[time, batch, inp_size]` where `time_major`.
        sequence_length: integers `[batch]`, the number of steps of each sequence; None means all.
            Behind them the outputs are zeros, and the state remains.
        initial_state: the state before the first step, in the structure of `cell.state_size`; None
            means zeros.
        time_major: how the axes of inputs and outputs are ordered.
        parallel_iterations, swap_memory: as for `tf.while_loop`.
        scope: variable scope around that of the cell; None means `rnn`, as for `dynamic_rnn`.

    Returns:
        outputs: tensor `[batch, time, hidden_size]`, or `[time, batch, hidden_size]` where
            `time_major`.
        state: the state after the last step of each sequence.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.
    """
    if not isinstance(cell, RecurrentCell):
        raise TypeError('unroll: `cell` must be a `TTLSTMCell` or `TTGRUCell` of `tensornet.rnn`, '
                        'but it is %s of type %s; run others by `tf.compat.v1.nn.dynamic_rnn`'
                        % (shown(cell), type(cell).__name__))
    _check_dimensions('inputs', inputs, 3, '[batch, time, inp_size]')
    if sequence_length is not None:
        sequence_length = tf.convert_to_tensor(sequence_length)
        _check_dimensions('sequence_length', sequence_length, 1, '[batch]')
    with tf.variable_scope(scope or 'rnn') as opened:
        projected, projected_cell = cell.inputs_outside(inputs)
        return tf.nn.dynamic_rnn(
            projected_cell, projected, sequence_length, initial_state, dtype=projected.dtype,
            parallel_iterations=parallel_iterations, swap_memory=swap_memory,
            time_major=time_major, scope=opened)


def _check_dimensions(name, value, dimensions, meaning):
    """Raises ValueError where the number of dimensions is known to be another one."""
    shape = getattr(value, 'shape', None)
    known = None if shape is None else tf.TensorShape(shape).ndims
    if known not in (None, dimensions):
        raise ValueError('unroll: `%s` must be %s, but its shape is %s; reshape it'
                         % (name, meaning, tf.TensorShape(shape).as_list()))
