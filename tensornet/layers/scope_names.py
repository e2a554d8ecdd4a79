"""Names of scopes."""

import tensorflow.compat.v1 as tf

from tensornet.layers.shown import shown


def full_name(scope, layer):
    """Returns the name of a layer's scope within the current one, for messages.

    Args:
        scope: the layer's `scope` argument.
        layer: the layer's default scope.
    """
    if isinstance(scope, tf.VariableScope):
        return scope.name
    outer = tf.get_variable_scope().name if not tf.executing_eagerly() else ''
    name = layer if scope is None else scope if isinstance(scope, str) else shown(scope)
    return f'{outer}/{name}' if outer else name


def is_scope_name(name):
    """Returns whether TensorFlow takes `name` for a scope where the graph is."""
    if not name.strip('/'):
        return not name
    # The rules differ between versions, so they are tried, in a graph that is thrown away.
    scratch = tf.Graph()
    outer = tf.get_default_graph().get_name_scope() if not tf.executing_eagerly() else ''
    try:
        with scratch.name_scope(outer or None), scratch.name_scope(name + '/x'):
            return True
    except ValueError:
        return False
