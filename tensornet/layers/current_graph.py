"""Whether the current graph can hold a layer."""

import tensorflow.compat.v1 as tf

# `wrap_function` gives its graphs this name, with what it is told behind it.
WRAPPED = 'wrapped_function'
# Where `get_variable` looks for the store that keeps variables by name.
STORE = ('__variable_store',)


def check_graph(scope, function):
    """Raises RuntimeError unless a layer can be added to the current graph.

    Args:
        scope: full name of the layer's scope.
        function: full name of what adds the layer.
    """
    # `track_tf1_style_variables` of tf_keras puts a store of its own in the place of TensorFlow's.
    if any(type(store).__name__ != '_VariableStore' for store in tf.get_collection(STORE)):
        return
    if tf.executing_eagerly():
        raise RuntimeError(
            f'{scope}: `{function}` adds to a graph, but eager execution is on; call it under '
            '`with tf.Graph().as_default():`, in a function for `tf.compat.v1.wrap_function`, or '
            'call `tf.compat.v1.disable_eager_execution()` at the start of the program')
    if _is_function_of_eager_program():
        raise RuntimeError(
            f'{scope}: `{function}` creates variables by name, which neither a `tf.function` nor a '
            'Keras layer keeps; pass the function that calls it to `tf.compat.v1.wrap_function`, '
            'outside of them, and call what that returns')


def graph_of_variables():
    """Returns the outermost graph around that keeps variables by name where the current one does.

    Branches and loops of control flow v2, and functions that a program without eager execution
    traces, have the store of the graph around them.
    """
    graph = found = tf.get_default_graph()
    store = graph.get_collection(STORE)
    while store:
        graph = getattr(graph, 'outer_graph', None)
        if graph is None or graph.get_collection(STORE)[:1] != store[:1]:
            break
        found = graph
    return found


def _is_function_of_eager_program():
    """Whether the graph is that of a `tf.function`, or of what Keras or a data set traces.

    Graphs of `wrap_function` keep variables by name, and so do branches and loops in them, and
    functions that a program without eager execution traces.
    """
    with tf.init_scope():  # Leaves the functions that are being traced.
        if not tf.executing_eagerly():
            return False
    graph = tf.get_default_graph()
    while graph is not None:
        if getattr(graph, 'name', '').startswith(WRAPPED):
            return False
        graph = getattr(graph, 'outer_graph', None)
    return True
