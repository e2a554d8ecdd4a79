"""The errors that a wrong argument of a layer raises."""

import tensorflow.compat.v1 as tf

from tensornet.layers.current_graph import check_graph
from tensornet.layers.scope_names import full_name, is_scope_name
from tensornet.layers.shown import shown


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
        self.scope = full_name(scope, layer)
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
