"""The matrix that multiplies inputs or states of a recurrent cell, for several gates at once."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import prepare_tt_matmul, prepared_tt_matmul, tt_matmul
from tensornet.contraction.precision import matrix_product
from tensornet.initializers import Scheme
from tensornet.layers.layer_records import record_linear, record_tt
from tensornet.layers.plan_argument import plan_and_setting, tt_matrix_plan
from tensornet.layers.useful_ranks import warn_of_useless_ranks
from tensornet.tt.arguments import product

# What truncation at two deviations leaves of a variance of one.
TRUNCATED_VARIANCE = 0.7737413


class GateMatrix:
    """A matrix `[inp_size, gates * hidden_size]`, dense or a TT-matrix for all gates.

    The number of gates is a factor of the first output mode, so that the outputs of the gates
    stand one behind the other as in the kernels of TensorFlow's cells.

    Args:
        name: of its variable scope.
        gates: number of gates.
        hidden_size: number of hidden units.
        inp_size: number of features that are multiplied; None for a dense matrix whose first input
            says it.
        matrix: `TTMatrixShape`, None for a dense matrix.
        arguments: checked `MatrixArguments`.
        variables: `LayerVariables`, of any type: the inputs decide.
        batch_size, recompute: arguments of the cell.
    """

    def __init__(self, name, gates, hidden_size, inp_size, matrix, arguments, variables, *,
                 batch_size, recompute):
        self.name = name
        self.gates, self.hidden_size = gates, hidden_size
        self.inp_size = inp_size
        self.matrix = matrix
        self.arguments, self.variables = arguments, variables
        self.batch_size, self.recompute = batch_size, recompute

    def prepared(self, check, inp_size, leading, dtype):
        """Gets the variables in the current variable scope, and does what needs only these.

        Args:
            check: `ArgumentErrors` of the cell.
            inp_size: number of features that will be multiplied.
            leading: sizes of the dimensions that make up a batch, None where not known.
            dtype: `tf.DType` of what will be multiplied.

        Returns:
            Function from a tensor `[batch, inp_size]` to one `[batch, gates * hidden_size]`.
        """
        variables = self.variables.of_type(dtype)
        matrix, given = self.matrix, self.arguments
        plan, setting = plan_and_setting(check, given.plan, 'auto', self.batch_size, leading,
                                         variables)
        if matrix is None:
            return self._dense(inp_size, setting, variables)
        plan = tt_matrix_plan(check, plan, matrix, setting, {
            'inp_modes': f'`{given.modes_name}`', 'out_modes': '`hidden_modes`',
            'ranks': f'`{given.ranks_name}`'})
        with tf.variable_scope(self.name):
            warn_of_useless_ranks(given.ranks_name, matrix.ranks, matrix.modes)
            cores = variables.cores('mat_core', matrix, self._core_functions())
            record_tt(plan, self.inp_size, self.gates * self.hidden_size, False)
            return self._tt(cores, plan, dtype)

    def _tt(self, cores, plan, dtype):
        name = self.name
        if plan.held_cores:  # Only what is multiplied can hold them.
            cores = [tf.convert_to_tensor(core) for core in cores]

            def multiply(inp):
                with tf.name_scope(name):
                    return self._cut(tt_matmul(inp, cores, plan, self.recompute, self.inp_size))
            return multiply
        prepared = prepare_tt_matmul(cores, plan, dtype, self.inp_size)

        def multiply_prepared(inp):
            with tf.name_scope(name):
                return self._cut(prepared_tt_matmul(inp, prepared, plan, self.recompute,
                                                    self.inp_size))
        return multiply_prepared

    def _cut(self, out):
        """Cuts off the surplus hidden units of each gate."""
        size = product(self.matrix.out_modes) // self.gates
        if size == self.hidden_size:
            return out
        out = tf.reshape(out, [-1, self.gates, size])[:, :, :self.hidden_size]
        return tf.reshape(out, [-1, self.gates * self.hidden_size])

    def _dense(self, inp_size, setting, variables):
        functions = self.arguments.functions
        if isinstance(functions.initializer, Scheme):
            variance = functions.initializer.variance(inp_size, self.hidden_size)
            functions = functions._replace(initializer=tf.truncated_normal_initializer(
                stddev=_drawn_deviation(variance)))
        with tf.variable_scope(self.name):
            # Read here and not in the loop.
            weights = tf.convert_to_tensor(variables.get(
                'weights', [inp_size, self.gates * self.hidden_size], functions))
            record_linear(setting, inp_size, self.gates * self.hidden_size, False)

        def multiply(inp):
            with tf.name_scope(self.name):
                return matrix_product(inp, weights)
        return multiply

    def _core_functions(self):
        functions = self.arguments.functions
        if not isinstance(functions.initializer, Scheme):
            return functions
        return functions._replace(initializer=functions.initializer.tt(
            *self.matrix, inp_size=self.inp_size, out_size=self.hidden_size))


def _drawn_deviation(variance):
    """Returns the deviation before truncation at two deviations that leaves this variance."""
    return (variance / TRUNCATED_VARIANCE) ** 0.5
