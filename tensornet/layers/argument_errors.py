"""The errors that a wrong argument of a layer raises, and how they name scopes and show values."""

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.layers.current_graph import check_graph

# Characters shown of a value, and elements of an array, at most.
LONGEST = 400


class ArgumentErrors:
    """The arguments of one call of a layer, of which those that are wrong raise.

    Args:
        scope: the layer's `scope` argument: a name, a variable scope or None.
        layer: name of the layer's function, which is also its default scope.
        function: full name of what adds the layer to a graph, for messages; None means that in
            `tensornet.layers`.

    Raises:
        RuntimeError: there is no graph that could hold the layer.
        TypeError: `scope` is of another type.
    """

    def __init__(self, scope, layer, function=None):
        # The outermost scope has no name.
        self.scope = _full_name(scope, layer) or layer
        self.check_scope(scope, layer)
        check_graph(self.scope, function or 'tensornet.layers.' + layer)

    def check_scope(self, scope, layer):
        """Checks a `scope` argument."""
        if scope is not None and not isinstance(scope, (str, tf.VariableScope)):
            self.wrong_type('scope', 'a name, a variable scope or None', scope,
                            f"pass for example scope='{layer}_1'")
        if isinstance(scope, str) and not is_scope_name(scope):
            self.wrong_value('scope', 'a name of letters, digits and `_`', scope,
                             f"pass for example scope='{layer}_1'")

    def wrong_value(self, name, expected, got, remedy):
        """Raises ValueError for an argument that was to be `expected` and is `got`."""
        raise ValueError(f'{self.scope}: `{name}` must be {expected}, but it is {shown(got)}; '
                         f'{remedy}')

    def wrong_type(self, name, expected, got, remedy):
        """Raises TypeError for an argument that was to be `expected` and is `got`."""
        raise TypeError(f'{self.scope}: `{name}` must be {expected}, but it is {shown(got)} of '
                        f'type {type(got).__name__}; {remedy}')


def shown(value):
    """Returns a value as text, with `?` for unknown entries of lists, and cut where it is long."""
    try:
        text = _text(value)
    except Exception:  # A value may be anything, also one that fails when it is shown.
        return 'an unprintable object'
    return text if len(text) <= LONGEST else text[:LONGEST] + '...'


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


def _full_name(scope, layer):
    """Returns the name of a layer's scope within the current one."""
    if isinstance(scope, tf.VariableScope):
        return scope.name
    outer = tf.get_variable_scope().name if not tf.executing_eagerly() else ''
    name = layer if scope is None else scope if isinstance(scope, str) else shown(scope)
    return f'{outer}/{name}' if outer else name


def _text(value):
    if isinstance(value, np.ndarray) and value.size > LONGEST:
        return f'an array of shape {list(value.shape)}'
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    # Tuples with names, such as plans, show themselves.
    if isinstance(value, (list, tuple)) and not hasattr(value, '_fields'):
        return f"[{', '.join('?' if entry is None else _text(entry) for entry in value)}]"
    return repr(value)
