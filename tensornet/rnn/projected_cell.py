"""A cell whose inputs are multiplied already."""

import tensorflow.compat.v1 as tf


class ProjectedCell:
    """What is left of a cell after `RecurrentCell.inputs_outside`.

    Args:
        cell: the cell.
        step: function of projected inputs `[batch, gates * hidden_size]` and a list of the state's
            tensors; returns the output and such a list.
        projected: tensor of the projected inputs of all steps.
    """

    def __init__(self, cell, step, projected):
        self._cell, self._step = cell, step
        self._size, self._dtype = projected.shape.as_list()[-1], projected.dtype

    @property
    def state_size(self):
        """The cell's sizes of the state."""
        return self._cell.state_size

    @property
    def output_size(self):
        """Number of outputs."""
        return self._cell.output_size

    def zero_state(self, batch_size, dtype):
        """Returns the state before the first step, zeros; as the cell does."""
        return self._cell.zero_state(batch_size, dtype)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        """Returns the state before the first step, zeros; as the cell does."""
        return self._cell.get_initial_state(inputs, batch_size, dtype)

    def __call__(self, inputs, state, scope=None):
        """Runs one step.

        Args:
            inputs: tensor `[batch, gates * hidden_size]`, a step of what `inputs_outside` returns.
            state: as for the cell.
            scope: not looked at; the variables are there.

        Returns:
            The output and the state after the step, as the cell does.

        Raises:
            ValueError, TypeError: an argument cannot be used.
        """
        check = self._cell.call_arguments(None)
        shape = check.tensor('inputs', inputs, ndims=(2,))
        if shape[1] != self._size or tf.as_dtype(inputs.dtype).base_dtype != self._dtype:
            check.wrong_value(
                'inputs', f'a step of what `inputs_outside` returns, [batch, {self._size}] of type '
                f'{self._dtype.name}', inputs, 'pass that')
        self._cell.check_state(check, 'state', state, shape[0], self._dtype)
        with tf.name_scope(self._cell.default_scope):
            return run_step(self._step, tf.convert_to_tensor(inputs), state)


def run_step(step, projected, state):
    """Runs one step on projected inputs and returns the output and a state like `state`."""
    parts = [tf.convert_to_tensor(part) for part in tf.nest.flatten(state)]
    out, parts = step(projected, parts)
    return out, tf.nest.pack_sequence_as(state, parts)
