"""What the recurrent cells have in common."""

import contextlib
import weakref

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction import add_bias
from tensornet.layers.arguments import Arguments
from tensornet.layers.current_graph import graph_of_variables
from tensornet.layers.get_var_wrap import get_var_wrap
from tensornet.layers.shown import shown
from tensornet.rnn.before_loop import before_loop


class RecurrentCell:
    """A cell for `dynamic_rnn` and `static_rnn`; `TTLSTMCell` and `TTGRUCell` are such.

    A subclass sets the attributes and has the methods `_prepared` and `_step`.

    Attributes:
        default_scope: name of the scope without a `scope` argument.
        hidden_size: number of hidden units.
        inputs: `GateMatrix` of the inputs.
    """

    default_scope = None

    def __init__(self, scope):
        self._scope = scope
        # The variable scope that the first call opened, for each graph.
        self._opened = weakref.WeakKeyDictionary()

    @property
    def output_size(self):
        """Number of outputs."""
        return self.hidden_size

    def zero_state(self, batch_size, dtype):
        """Returns the state before the first step, zeros.

        Args:
            batch_size: integer or scalar tensor.
            dtype: type of the numbers.

        Returns:
            Structure of `state_size` with tensors `[batch_size, size]`.
        """
        with tf.name_scope(type(self).__name__ + 'ZeroState'):
            return tf.nest.map_structure(lambda size: _zeros(batch_size, size, dtype),
                                         self.state_size)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        """Returns `zero_state` for the batch and type of inputs, or for those given."""
        if inputs is not None:
            inputs = tf.convert_to_tensor(inputs)
            batch_size = inputs.shape.as_list()[0]
            if batch_size is None:
                batch_size = tf.shape(inputs)[0]
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                '%s: `batch_size` and `dtype` must be given, but they are %s and %s; pass both, or '
                '`inputs`' % (self._name(), shown(batch_size), shown(dtype)))
        return self.zero_state(batch_size, dtype)

    def __call__(self, inputs, state, scope=None):
        """Runs one step.

        The variables are created in the first call, in the variable scope around it; other calls
        use them again. In a `tf.while_loop`, such as that of `dynamic_rnn`, they are read, and
        cores are merged, in front of the loop.

        Args:
            inputs: float tensor `[batch, inp_size]`.
            state: the state before the step, in the structure of `state_size`, of tensors
                `[batch, hidden_size]` of the type of `inputs`.
            scope: the variable scope of the first call instead of the cell's `scope`.

        Returns:
            Tensor `[batch, hidden_size]`, and the state after the step in the structure of `state`.

        Raises:
            ValueError, TypeError: an argument cannot be used; nothing has been created then.
            RuntimeError: eager execution is on.
        """
        check = self._check(scope)
        shape = check.tensor('inputs', inputs, ranks=(2,))
        inp_size = self._checked_features(check, shape)
        dtype = tf.as_dtype(inputs.dtype).base_dtype
        parts = self._checked_state(check, state, dtype)
        with before_loop(), self._variables(scope):
            project = self._projection(check, inp_size, shape[:1], dtype)
            step = self._prepared(check, shape[:1], dtype)
        with tf.name_scope(self.default_scope):
            inputs = tf.convert_to_tensor(inputs)
            out, parts = step(project(inputs), parts)
            return out, tf.nest.pack_sequence_as(state, parts)

    def inputs_outside(self, inputs):
        """Multiplies inputs of many steps at once, see `unroll`.

        Args:
            inputs: float tensor `[..., inp_size]`, for example `[batch, time, inp_size]`.

        Returns:
            projected: tensor `[..., gates * hidden_size]`, biases added.
            cell: a cell whose inputs are those of a step in `projected`. Its matrices are merged
                where `inputs_outside` is called.

        Raises:
            ValueError, TypeError, RuntimeError: as for a call of the cell.
        """
        check = self._check(None)
        shape = check.tensor('inputs', inputs)
        if shape is None:
            raise ValueError('%s: the number of dimensions of `inputs` must be known; give it a '
                             'shape with `set_shape` or `tf.reshape`' % check.scope)
        inp_size = self._checked_features(check, shape)
        dtype = tf.as_dtype(inputs.dtype).base_dtype
        with self._variables(None):
            project = self._projection(check, inp_size, shape[:-1], dtype)
            # The steps of a sequence are all dimensions but one of the batch.
            step = self._prepared(check, shape[:1], dtype)
            inputs = tf.convert_to_tensor(inputs)
            out = project(tf.reshape(inputs, [-1, inp_size]))
            size = out.shape.as_list()[-1]
            with tf.device('/cpu:0'):
                leading = tf.shape(inputs)[:-1]
            out = tf.reshape(out, tf.concat([leading, [size]], axis=0))
            out.set_shape(shape[:-1] + [size])
        return out, ProjectedCell(self, step, size, dtype)

    def _check(self, scope):
        scope = self._scope if scope is None else scope
        return Arguments(scope, self.default_scope,
                         'tensornet.rnn.' + type(self).__name__)

    def _name(self):
        return self._scope if isinstance(self._scope, str) else self.default_scope

    def _checked_features(self, check, shape):
        """Checks the number of features of the inputs and returns it."""
        size = check.channels('inputs', shape)
        expected = self.inputs.inp_size
        if expected is not None and size != expected:
            raise ValueError('%s: `inputs` must have %d features, but its shape is %s; reshape it, '
                             'or make a cell for %d features'
                             % (check.scope, expected, shown(shape), size))
        return size

    def _checked_state(self, check, state, dtype):
        """Checks a state and returns the list of its tensors."""
        parts = tf.nest.flatten(state)
        expected = tf.nest.flatten(self.state_size)
        if len(parts) != len(expected):
            check.wrong_value('state', 'a structure as %s' % (self.state_size,), state,
                              'take that of `zero_state`')
        for part in parts:
            shape = check.tensor('state', part, ranks=(2,))
            if tf.as_dtype(part.dtype).base_dtype != dtype:
                raise TypeError('%s: `state` must be of the type of `inputs`, %s, but it is %s; '
                                'convert one of them with `tf.cast`'
                                % (check.scope, dtype.name,
                                   tf.as_dtype(part.dtype).base_dtype.name))
            if shape[1] not in (None, self.hidden_size):
                raise ValueError('%s: `state` must be made of tensors [batch, %d], but a shape is '
                                 '%s; take that of `zero_state`'
                                 % (check.scope, self.hidden_size, shown(shape)))
        return [tf.convert_to_tensor(part) for part in parts]

    @contextlib.contextmanager
    def _variables(self, scope):
        """Opens the variable scope of the cell, that of its first call."""
        opened = self._opened.get(graph_of_variables())
        if opened is not None:
            with tf.variable_scope(opened, reuse=True):
                yield
            return
        scope = self._scope if scope is None else scope
        with tf.variable_scope(scope, self.default_scope) as opened:
            yield
        self._opened[graph_of_variables()] = opened

    def _projection(self, check, inp_size, leading, dtype):
        """Returns the function that multiplies inputs and adds biases."""
        multiply = self.inputs.prepared(check, inp_size, leading, dtype)
        if self._biases_initializer is None:
            return multiply
        size = self.inputs.gates * self.hidden_size
        biases = get_var_wrap('biases', [size], self._biases_initializer, self._biases_regularizer,
                              self._trainable, self._cpu_variables, dtype=dtype)
        return lambda inputs: add_bias(multiply(inputs), biases)


class ProjectedCell:
    """A cell of which the products of the inputs are done, see `RecurrentCell.inputs_outside`."""

    def __init__(self, cell, step, size, dtype):
        self._cell, self._step, self._size, self._dtype = cell, step, size, dtype

    @property
    def state_size(self):
        """Structure of the sizes of the state."""
        return self._cell.state_size

    @property
    def output_size(self):
        """Number of outputs."""
        return self._cell.output_size

    def zero_state(self, batch_size, dtype):
        """Returns the state before the first step, zeros; see the cell's."""
        return self._cell.zero_state(batch_size, dtype)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        """Returns the state before the first step, zeros; see the cell's."""
        return self._cell.get_initial_state(inputs, batch_size, dtype)

    def __call__(self, inputs, state, scope=None):
        """Runs one step; `inputs` is `[batch, gates * hidden_size]`, see the cell's."""
        check = self._cell._check(scope)
        shape = check.tensor('inputs', inputs, ranks=(2,))
        if shape[1] != self._size or inputs.dtype != self._dtype:
            check.wrong_value('inputs', 'a step of what `inputs_outside` returns', inputs,
                              'pass that')
        parts = self._cell._checked_state(check, state, self._dtype)
        with tf.name_scope(self._cell.default_scope):
            out, parts = self._step(tf.convert_to_tensor(inputs), parts)
            return out, tf.nest.pack_sequence_as(state, parts)


def _zeros(batch_size, size, dtype):
    zeros = tf.zeros(tf.stack([batch_size, size]), dtype)
    known = batch_size if isinstance(batch_size, (int, np.integer)) else tf.get_static_value(
        batch_size)
    zeros.set_shape([known, size])
    return zeros
