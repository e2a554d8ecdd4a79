"""Moving averages of the moments of batches: their variables, and how a batch updates them."""

import collections
import hashlib
import math
import re

import tensorflow.compat.v1 as tf

from tensornet.layers.get_var_wrap import get_var_wrap
from tensornet.layers.moving_statistics import NAMES, built_statistics, note_statistics
from tensornet.layers.replicas import as_the_first_replica, own_in_each_replica
from tensornet.tt.arguments import shown

# Attributes of operations that XLA compiles.
COMPILED = ('_xla_compile_id', '_tpu_replicate')
# Of what a function does, in its name.
_HASH_DIGITS = 8

_Variables = collections.namedtuple('_Variables', ['mean', 'variance', 'step'])


class MovingAverages:
    """Zero-debiased averages of the moments, in the current variable scope.

    They are resource variables whatever the scope says: a reference variable cannot be updated
    inside a branch of `tf.cond` when TensorFlow 2 builds it.

    Args:
        channels: number of channels.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        dtype: their type.

    Attributes:
        mean, variance: the averages as they were before this batch, `[channels]`. They are read
            outside of the branches of a phase: TensorFlow 1.15 cannot freeze a branch that reads.
    """

    def __init__(self, channels, cpu_variables, dtype):
        self._scope, existing = tf.get_variable_scope().name, built_statistics()
        with own_in_each_replica():
            self._variables = _Variables(*(
                get_var_wrap(name, shape, tf.zeros_initializer(), tf.no_regularizer, False,
                             cpu_variables, dtype=dtype, use_resource=True)
                for name, shape in zip(NAMES, ([channels], [channels], []))))
        self._reused = as_the_first_replica(
            self._variables.mean.name, tf.get_variable_scope().reuse is True
            or any(self._variables.mean is variable for variable in existing))
        note_statistics(self._variables)
        self.mean, self.variance, self._step = map(_read, self._variables)

    def update(self, mean, variance, is_empty, decay, freezable):
        """Moves the averages towards the moments of a batch.

        With `biased_t` the plain average that starts from zero, the debiased one is
        `biased_t / (1 - decay**t)`; eliminating `biased` leaves an average with a step that
        shrinks from 1 to `1 - decay`. `expm1` keeps its digits where `decay` is close to 1.

        Args:
            mean, variance: the moments, `[channels]`.
            is_empty: whether the batch is empty, so that there are none: a Python bool or a
                scalar bool tensor. Then the averages stay as they are.
            decay: weight of the past, a number or a scalar tensor.
            freezable: whether a graph that has this update in it is to stay one that can be
                frozen, since it has the other phase as well.

        Returns:
            List of the operations to run; none where variables are reused.

        Raises:
            TypeError: a custom getter made something else of the variables.
        """
        if self._reused or is_empty is True:
            return []
        for variable in self._variables:
            if not hasattr(variable, 'assign_add'):
                raise TypeError(
                    f'{self._scope}: the moving statistics must be variables with a train phase, '
                    f'but a custom getter returns {shown(variable)}; let it pass on variables that '
                    'are not trained, or pass `train_phase=False`')
        step = self._step + 1
        rate = _rate(decay, step)
        changes = [rate * (mean - self.mean), rate * (variance - self.variance),
                   tf.ones_like(step)]
        if is_empty is not False:
            changes = [tf.where_v2(is_empty, tf.zeros_like(change), change) for change in changes]
        if freezable and self._found_by_name():
            return _add_by_name(self._variables, changes)
        with tf.control_dependencies(changes):  # They are made of what the variables were.
            return [variable.assign_add(change)
                    for variable, change in zip(self._variables, changes)]

    def _found_by_name(self):
        """Tells whether the names of the variables lead to them while a graph runs.

        They do not where variables belong to no session (`tf.compat.v1.wrap_function`), nor, with
        TensorFlow 1, on another machine, and XLA compiles only what it is given as it is.
        """
        compiled = any(mark in self.mean.op.node_def.attr for mark in COMPILED)
        handles = [variable.handle for variable in self._variables]
        return not compiled and all(
            hasattr(handle, 'graph') and handle.op.type == 'VarHandleOp'
            and '/job:' not in handle.device for handle in handles)


def _read(variable):
    """Returns the value of a variable; of what a custom getter made of one it is that itself."""
    return variable.read_value() if hasattr(variable, 'read_value') else variable


def _rate(decay, step):
    """Returns by how much of the difference the average moves in its update number `step`."""
    if not tf.is_tensor(decay):
        return 1.0 if decay == 0 else (decay - 1) / tf.math.expm1(step * math.log(decay))
    decay = tf.cast(decay, step.dtype)
    # The logarithm of zero is minus infinity, and the rate -1 / -1.
    return (decay - 1) / tf.math.expm1(step * tf.math.log(decay))


def _add_by_name(variables, changes):
    """Adds to variables in a way that does not stand in the way of freezing.

    `convert_variables_to_constants` makes a variable a constant, to which nothing can be added: an
    op that does could not be imported. Here a function adds, which finds the variables by their
    names whenever it is called. A frozen graph still has it and does not call it, unless it is run
    in the train phase: then TensorFlow finds no variable of that name, and says so.

    Args:
        variables: resource variables of a session's graph.
        changes: a tensor for each.

    Returns:
        List of the one operation that adds.
    """
    handles = [variable.handle.op for variable in variables]
    function = _adding_function(handles, changes)
    arguments = function.signature.input_arg
    graph_def = tf.GraphDef()
    graph_def.library.function.append(function)
    call = graph_def.node.add(name='add', op='StatefulPartitionedCall',
                              device=handles[0].device,
                              input=[argument.name for argument in arguments])
    call.attr['f'].func.name = function.signature.name
    call.attr['Tin'].list.type.extend(argument.type for argument in arguments)
    call.attr['Tout'].list.SetInParent()
    inputs = {argument.name: change for argument, change in zip(arguments, changes)}
    # Without a name the operation would be outside of all name scopes.
    return tf.import_graph_def(graph_def, inputs, [call.name], name='in_function')


def _adding_function(handles, changes):
    """Returns the `FunctionDef` that adds `changes` to the variables of `handles`."""
    function = tf.GraphDef().library.function.add()
    # If it were inlined, a tool that freezes the graph would see the additions.
    function.attr['_noinline'].b = True
    signature = function.signature
    signature.is_stateful = True
    for k, (handle, change) in enumerate(zip(handles, changes)):
        argument = signature.input_arg.add(name=f'change_{k}')
        argument.type = change.dtype.as_datatype_enum
        variable = function.node_def.add()
        variable.CopyFrom(handle.node_def)
        variable.name = f'variable_{k}'
        variable.attr.pop('_class', None)  # It names ops of the graph around the function.
        addition = function.node_def.add(name=f'add_{k}', op='AssignAddVariableOp',
                                         device=variable.device,
                                         input=[variable.name + ':resource:0', argument.name])
        addition.attr['dtype'].type = argument.type
        signature.control_output.append(addition.name)
        function.control_ret[addition.name] = addition.name
    # Graphs that are imported into one must not have different functions of the same name.
    body = hashlib.sha256(function.SerializeToString(deterministic=True)).hexdigest()
    signature.name = f'update_{_escaped(handles[0].name)}_{body[:_HASH_DIGITS]}'
    return function


def _escaped(name):
    """Returns the letters and digits of a name, with the codes of what else is in it."""
    return re.sub('[^A-Za-z0-9]', lambda match: f'_{ord(match.group()):x}_', name)
