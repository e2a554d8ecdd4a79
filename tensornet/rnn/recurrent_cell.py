"""What the recurrent cells have in common."""

import contextlib
import weakref

import tensorflow.compat.v1 as tf

from tensornet.contraction import add_bias
from tensornet.layers.argument_errors import shown
from tensornet.layers.arguments import Arguments
from tensornet.layers.current_graph import graph_of_variables
from tensornet.rnn.before_loop import before_loop
from tensornet.rnn.cell_arguments import CellArguments
from tensornet.rnn.gate_matrix import GateMatrix
from tensornet.rnn.layer_normalization import LayerNormalization
from tensornet.rnn.projected_cell import ProjectedCell, run_step


class RecurrentCell:
    """A cell for `dynamic_rnn` and `static_rnn`; `TTLSTMCell` and `TTGRUCell` are such.

    A subclass has the attributes and methods `default_scope`, the scope of a cell that is given
    none, `gates`, how many gates the inputs are multiplied for, `state_size`, and
    `_prepared(check, leading, dtype)`, which gets variables and returns the function of a step.

    Args:
        inputs, states: `MatrixArguments` of what multiplies the inputs, and the state.
        biases_functions: `Functions`.
        variables: `LayerVariables`.
        The others: those that the subclasses have in common, see `TTLSTMCell`.
    """

    default_scope: str
    gates: int

    def __init__(self, hidden_modes, inp_modes, inputs, states, *, activation, layer_norm,
                 biases_functions, variables, scope, batch_size, recompute, inp_size, hidden_size):
        check = CellArguments(scope, self.default_scope)
        hidden_modes = check.sizes('hidden_modes', hidden_modes)
        hidden_size = check.live_size('hidden_size', hidden_size, 'hidden_modes', hidden_modes)
        inp_modes, inp_size = check.inputs(hidden_modes, inp_modes, inputs.ranks, inp_size)
        variables = variables.checked(check)
        recompute = check.switch('recompute', recompute)
        if batch_size is not None:
            batch_size = check.size('batch_size', batch_size)

        def gate_matrix(name, gates, modes, size, given):
            matrix = check.gate_matrix(given, gates, modes, hidden_modes)
            return GateMatrix(name, gates, hidden_size, size, matrix,
                              check.matrix_arguments(given, matrix), variables,
                              batch_size=batch_size, recompute=recompute)

        self.hidden_size = hidden_size
        self._inputs = gate_matrix('inputs', self.gates, inp_modes, inp_size, inputs)
        self._states = [gate_matrix(name, gates, hidden_modes, hidden_size, states)
                        for name, gates in self._state_matrices()]
        self._activation = check.activation('activation', activation)
        self._layer_norm = check.switch('layer_norm', layer_norm)
        self._biases = biases_functions.checked(check, 'biases')
        self._layer_variables = variables
        self._scope = scope
        # The variable scope that the first call in a graph has opened.
        self._opened = weakref.WeakKeyDictionary()

    @property
    def output_size(self):
        """Number of outputs."""
        return self.hidden_size

    def zero_state(self, batch_size, dtype):
        """Returns the state before the first step, zeros.

        Args:
            batch_size: integer or scalar tensor.
            dtype: type of the elements.

        Returns:
            Structure of `state_size` of tensors `[batch_size, hidden_size]`.
        """
        with tf.name_scope(type(self).__name__ + 'ZeroState'):
            return tf.nest.map_structure(
                lambda size: tf.zeros(tf.stack([batch_size, size]), dtype), self.state_size)

    def get_initial_state(self, inputs=None, batch_size=None, dtype=None):
        """Returns `zero_state` for batch and type of `inputs`, or for those that are given."""
        if inputs is not None:
            inputs = tf.convert_to_tensor(inputs)
            batch_size = inputs.shape.as_list()[0]
            batch_size = tf.shape(inputs)[0] if batch_size is None else batch_size
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError('get_initial_state: `batch_size` and `dtype` must be given, but they '
                             f'are {batch_size} and {dtype}; pass both, or `inputs`')
        return self.zero_state(batch_size, dtype)

    def __call__(self, inputs, state, scope=None):
        """Runs one step.

        The variables are created in the first call, in the variable scope around it, and used again
        in all others. In a loop that carries the state, such as that of `dynamic_rnn`, they are
        read in front of the loop, where their cores are merged, too: all its steps have the same
        weights. Elsewhere, as for `static_rnn`, each call does so. A loop of training steps that
        also carries a state must pass `tf.identity` of it, or its first step has old weights.

        Args:
            inputs: float tensor or NumPy array `[batch, inp_size]`.
            state: the state before the step, in the structure of `state_size`, of tensors
                `[batch, hidden_size]` of the type of `inputs`.
            scope: variable scope of the first call, instead of the cell's `scope`.

        Returns:
            out: tensor `[batch, hidden_size]`.
            state: the state after the step, in the structure of `state`.

        Raises:
            ValueError, TypeError: an argument cannot be used; nothing has been created then.
            RuntimeError: eager execution is on.
        """
        check = self.call_arguments(scope)
        shape = check.tensor('inputs', inputs, ndims=(2,))
        inp_size = self.checked_features(check, shape)
        dtype = tf.as_dtype(inputs.dtype).base_dtype
        self.check_state(check, 'state', state, shape[0], dtype)
        with before_loop(tf.nest.flatten(state)), self._variables(scope):
            project = self._projection(check, inp_size, shape[:1], dtype)
            step = self._prepared(check, shape[:1], dtype)
        with tf.name_scope(self.default_scope):
            return run_step(step, project(tf.convert_to_tensor(inputs)), state)

    def inputs_outside(self, inputs, *, batch=None):
        """Multiplies the inputs of many steps at once; `unroll` runs a loop over what this returns.

        Args:
            inputs: float tensor or NumPy array `[..., inp_size]`, for example of batch and time.
            batch: number of sequences, which the products of the state are planned for; None where
                it is not known.

        Returns:
            projected: tensor `[..., gates * hidden_size]`, where an LSTM has 4 and a GRU 3 gates.
            cell: a cell for `dynamic_rnn` and `static_rnn` that takes steps of `projected` as its
                inputs. It reads the variables once, here.

        Raises:
            ValueError, TypeError, RuntimeError: as for a call of the cell.
        """
        check = self.call_arguments(None)
        shape = check.tensor('inputs', inputs)
        if shape is None:
            raise ValueError(
                f'{check.scope}: the number of dimensions of `inputs` must be known while the '
                'graph is built; give it a shape with `set_shape` or `tf.reshape`')
        inp_size = self.checked_features(check, shape)
        if batch is not None:
            batch = check.size('batch', batch)
        dtype = tf.as_dtype(inputs.dtype).base_dtype
        with self._variables(None):
            project = self._projection(check, inp_size, shape[:-1], dtype)
            step = self._prepared(check, [batch], dtype)
            inputs = tf.convert_to_tensor(inputs)
            size = self.gates * self.hidden_size
            leading = tf.shape(inputs)[:-1]
            out = project(tf.reshape(inputs, [-1, inp_size]))
            out = tf.reshape(out, tf.concat([leading, [size]], axis=0))
            out.set_shape(shape[:-1] + [size])
        return out, ProjectedCell(self, step, out)

    def call_arguments(self, scope):
        """Returns the `Arguments` of a call."""
        return Arguments(self._scope if scope is None else scope, self.default_scope,
                         'tensornet.rnn.' + type(self).__name__)

    def checked_features(self, check, shape):
        """Checks the number of features of the inputs and returns it.

        Args:
            check: `Arguments` of the call.
            shape: static shape of the inputs, a list of integers and None.
        """
        size = check.channels('inputs', shape)
        if self._inputs.inp_size not in (None, size):
            raise ValueError(
                f'{check.scope}: `inputs` must have {self._inputs.inp_size} features, but its '
                f'shape is {shown(shape)}; reshape it with `tf.reshape`, or make a cell for {size}')
        return size

    def check_state(self, check, name, state, batch, dtype):
        """Checks the state of a call.

        Args:
            check: `Arguments` of the call.
            name: name of the argument.
            state: the argument.
            batch: size of the inputs' batch, None where it is not known.
            dtype: type of the inputs.
        """
        remedy = 'pass for example `cell.zero_state(batch_size, dtype)`'
        parts = tf.nest.flatten(state)
        if len(parts) != len(tf.nest.flatten(self.state_size)):
            check.wrong_value(name, f'a structure like {self.state_size}', state, remedy)
        for part in parts:
            shape = check.tensor(name, part, ndims=(2,))
            if shape[1] not in (None, self.hidden_size) or (
                    None not in (batch, shape[0]) and batch != shape[0]):
                raise ValueError(
                    f'{check.scope}: `{name}` must be made of tensors '
                    f"[{'batch' if batch is None else batch}, {self.hidden_size}], but it has one "
                    f'of shape {shown(shape)}; {remedy}')
            if tf.as_dtype(part.dtype).base_dtype != dtype:
                raise TypeError(
                    f'{check.scope}: `{name}` must be of type {dtype.name} as `inputs` are, but it '
                    f'is {tf.as_dtype(part.dtype).name}; convert one of them with `tf.cast`')

    def _state_matrices(self):
        """Returns names and numbers of gates of the matrices that multiply the state."""
        return [('state', self.gates)]

    @contextlib.contextmanager
    def _variables(self, scope):
        """Opens the variable scope of the cell: in a graph always that of the first call."""
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
        """Gets variables; returns the function that multiplies inputs, and adds biases if any."""
        multiply = self._inputs.prepared(check, inp_size, leading, dtype)
        if self._biases.initializer is None or self._layer_norm:
            return multiply
        biases = self._get('biases', self.gates, self._biases, dtype)
        return lambda inputs: add_bias(multiply(inputs), biases)

    def _biases_from_zero(self):
        """Returns the `Functions` of biases that begin at zero, where there are biases."""
        if self._biases.initializer is None:
            return self._biases
        return self._biases._replace(initializer=tf.zeros_initializer())

    def _normalization(self, scope, gates, biases, dtype):
        """Gets variables; returns a function of pre-activations and the range of their gates."""
        if not self._layer_norm:
            return lambda inp, first, last: inp
        return LayerNormalization(scope, gates, self.hidden_size, biases,
                                  self._layer_variables.of_type(dtype))

    def _get(self, name, gates, functions, dtype):
        """Gets the variable of some biases and reads it."""
        return tf.convert_to_tensor(self._layer_variables.of_type(dtype).get(
            name, [gates * self.hidden_size], functions))
