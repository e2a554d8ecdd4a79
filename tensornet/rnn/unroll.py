"""Running a recurrent cell over sequences, with the products of all inputs outside the loop."""

import tensorflow.compat.v1 as tf


def unroll(cell, inputs, sequence_length=None, initial_state=None, *, time_major=False,
           parallel_iterations=32, swap_memory=False, scope=None):
    """Runs a cell over sequences as `tf.compat.v1.nn.dynamic_rnn` does, but faster.

    The inputs of all steps are multiplied in one product in front of the loop.

    Args:
        cell: `TTLSTMCell` or `TTGRUCell`.
        inputs: float tensor `[batch, time, inp_size]`, or `[time, batch, inp_size]` where
            `time_major`.
        sequence_length: integer tensor `[batch]`, the number of steps of each sequence; None means
            all. Behind them the outputs are zeros, and the state remains.
        initial_state: the state before the first step, in the structure of `cell.state_size`; None
            means zeros.
        time_major: how the axes of inputs and outputs are ordered.
        parallel_iterations, swap_memory: as for `tf.while_loop`.
        scope: variable scope around that of the cell; None means `rnn`.

    Returns:
        outputs: tensor `[batch, time, hidden_size]`, or `[time, batch, hidden_size]` where
            `time_major`.
        state: the state after the last step of each sequence.

    Raises:
        ValueError, TypeError: an argument cannot be used.
        RuntimeError: eager execution is on.
    """
    with tf.variable_scope(scope or 'rnn') as opened:
        projected, projected_cell = cell.inputs_outside(inputs)
        return tf.nn.dynamic_rnn(
            projected_cell, projected, sequence_length, initial_state, dtype=projected.dtype,
            parallel_iterations=parallel_iterations, swap_memory=swap_memory,
            time_major=time_major, scope=opened)
