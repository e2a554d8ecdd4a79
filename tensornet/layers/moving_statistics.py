"""Finding the moving statistics of batch normalization in a graph."""

from __future__ import annotations

from typing import Dict, List

import tensorflow.compat.v1 as tf

from tensornet.annotations import Scope
from tensornet.layers.argument_errors import shown
from tensornet.layers.current_graph import WRAPPED

# The names of the variables in the scope of a layer.
NAMES = ('moving_mean', 'moving_variance', 'local_step')
# Those of layers whose variables are in other collections or in none. TensorFlow exports, and warns
# of, only collections whose keys are text.
_BUILT = ('_tensornet_moving_statistics',)


def moving_statistics(scope: Scope = None) -> List[tf.Variable]:
    """Returns the moving statistics of the current graph's batch normalization.

    They are not trained, so a script that saves its trainable variables adds them:

        saved = tf.trainable_variables() + tensornet.layers.moving_statistics()

    Args:
        scope: variable scope or its full name: of one layer, or one with layers inside of it;
            None takes the whole graph.

    Returns:
        List of the variables `moving_mean` `[channels]`, `moving_variance` `[channels]` and
        `local_step` `[]` of each layer, in the order in which the layers were built.

    Raises:
        TypeError: `scope` is neither.
        ValueError: no layer of that name keeps statistics.
    """
    prefix = scope.name if isinstance(scope, tf.VariableScope) else scope
    if prefix is not None and not isinstance(prefix, str):
        raise TypeError('moving_statistics: `scope` must be a variable scope, its name or None, '
                        f'but it is {shown(scope)} of type {type(scope).__name__}; pass for '
                        "example 'bn_1'")
    variables: Dict[str, tf.Variable] = {}
    for variable in built_statistics():
        # Of one that is noted twice, as replicas may do, the global variable counts.
        variables.setdefault(variable.op.name, variable)
    layers = [layer for layer in map(_layer, variables)
              if layer is not None and all(layer + name in variables for name in NAMES)]
    found = [layer for layer in layers if not prefix or layer.startswith(prefix + '/')]
    if prefix and not found:
        raise ValueError('moving_statistics: `scope` must be one with layers of batch '
                         f'normalization, but it is {shown(prefix)}; the graph has '
                         f'{shown([layer[:-1] for layer in layers])}')
    return [variables[layer + name] for layer in found for name in NAMES]


def built_statistics():
    """Returns a list of variables that has the moving statistics of the graph, and others."""
    return tf.global_variables() + _outermost_graph().get_collection(_BUILT)


def note_statistics(variables):
    """Notes the moving statistics of a layer, whatever collections a custom getter puts them in.

    Args:
        variables: list of them, or of what the getter made of them.
    """
    known = set(map(id, built_statistics()))
    for variable in variables:
        if hasattr(variable, 'read_value') and id(variable) not in known:
            _outermost_graph().add_to_collection(_BUILT, variable)


def _outermost_graph():
    """Returns the graph around all functions, branches and loops that are being traced."""
    graph = tf.get_default_graph()
    while (getattr(graph, 'outer_graph', None) is not None
           and not graph.name.startswith(WRAPPED)):
        graph = graph.outer_graph
    return graph


def _layer(name):
    """Returns what the names of a layer's statistics begin with if this is that of its mean.

    Layers of other libraries have a mean and a variance too, but no number of updates.
    """
    scope, slash, leaf = name.rpartition('/')
    return scope + slash if leaf == NAMES[0] else None
