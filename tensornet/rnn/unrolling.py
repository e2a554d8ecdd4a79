"""Running a recurrent cell over sequences, with the products of all inputs outside the loop."""

from __future__ import annotations

from typing import Any, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.annotations import Scope, TensorLike
from tensornet.layers.argument_errors import shown
from tensornet.layers.arguments import NOT_DENSE, Arguments
from tensornet.layers.checked_call import checked_call
from tensornet.rnn.recurrent_cell import RecurrentCell


@checked_call
def unroll(cell: Any, inputs: TensorLike, sequence_length: Optional[TensorLike] = None,
           initial_state: Any = None, *, time_major: bool = False, parallel_iterations: int = 32,
           swap_memory: bool = False, scope: Scope = None) -> Tuple[tf.Tensor, Any]:
    """Runs a cell over sequences as `tf.compat.v1.nn.dynamic_rnn` does, but faster.

    The inputs of all steps are multiplied in one product in front of the loop, which then has the
    products of the state only.

    Args:
        cell: `TTLSTMCell` or `TTGRUCell`. For cells in TensorFlow's wrappers there is
            `dynamic_rnn`.
        inputs: float tensor or NumPy array `[batch, time, inp_size]`, or
            `[time, batch, inp_size]` where `time_major`.
        sequence_length: integers `[batch]`, the number of steps of each sequence; None means all.
            After its last step a sequence's outputs are zeros, and its state stays.
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
    check = Arguments(scope, 'unroll', 'tensornet.rnn.unroll')
    if not isinstance(cell, RecurrentCell):
        check.wrong_type('cell', 'a `TTLSTMCell` or `TTGRUCell` of `tensornet.rnn`', cell,
                         'run others by `tf.compat.v1.nn.dynamic_rnn`')
    time_major = check.switch('time_major', time_major)
    swap_memory = check.switch('swap_memory', swap_memory)
    parallel_iterations = check.size('parallel_iterations', parallel_iterations, example='32')
    batch = _check_inputs(check, cell, inputs, time_major)
    if sequence_length is not None:
        sequence_length = _checked_lengths(check, sequence_length, batch)
    if initial_state is not None:
        cell.check_state(check, 'initial_state', initial_state, batch,
                         tf.as_dtype(inputs.dtype).base_dtype)
    with tf.variable_scope(scope or 'rnn') as opened:
        # An empty batch is planned for as one that is not known.
        projected, projected_cell = cell.inputs_outside(inputs, batch=batch or None)
        return tf.nn.dynamic_rnn(
            projected_cell, projected, sequence_length, initial_state, dtype=projected.dtype,
            parallel_iterations=parallel_iterations, swap_memory=swap_memory,
            time_major=time_major, scope=opened)


def _check_inputs(check, cell, inputs, time_major):
    """Checks the inputs and returns the size of their batch, None where it is not known."""
    shape = check.tensor('inputs', inputs)
    if shape is not None:
        _check_dimensions(check, 'inputs', shape, 3, '[time, batch, inp_size]' if time_major else
                          '[batch, time, inp_size]')
    shape = check.tensor('inputs', inputs, ndims=(3,))
    cell.checked_features(check, shape)
    return shape[1 if time_major else 0]


def _checked_lengths(check, lengths, batch):
    """Checks the lengths of sequences and returns them as a tensor or an array."""
    expected, remedy = 'integers [batch]', 'pass for example a `tf.placeholder(tf.int32, [None])`'
    if isinstance(lengths, (list, tuple)) and any(map(tf.is_tensor, lengths)):
        lengths = tf.convert_to_tensor(lengths)
    if tf.is_tensor(lengths):
        is_integer = not isinstance(lengths, NOT_DENSE) and lengths.dtype.base_dtype.is_integer
    else:
        try:
            lengths = np.asarray(lengths, np.int32 if np.size(lengths) == 0 else None)
            is_integer = lengths.dtype.kind in 'iu'
        except ValueError:  # Of lists of different lengths recent versions make no array.
            is_integer = False
    if not is_integer:
        check.wrong_type('sequence_length', expected, lengths, remedy)
    shape = tf.TensorShape(lengths.shape)
    if shape.ndims is None:
        return lengths
    _check_dimensions(check, 'sequence_length', shape.as_list(), 1, '[batch]')
    count, = shape.as_list()
    if None not in (count, batch) and count != batch:
        raise ValueError(f'{check.scope}: `sequence_length` must have an entry for each of {batch} '
                         f'sequences, but it has {count}; pass as many')
    return lengths


def _check_dimensions(check, name, shape, dimensions, meaning):
    """Raises ValueError where there is another number of dimensions."""
    if len(shape) != dimensions:
        raise ValueError(f'{check.scope}: `{name}` must be {meaning}, but its shape is '
                         f'{shown(shape)}; reshape it')
