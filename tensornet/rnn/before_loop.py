"""Building operations in front of the loop that is being built."""

import contextlib

import tensorflow.compat.v1 as tf


@contextlib.contextmanager
def before_loop():
    """Builds what is built in the block in front of the innermost `tf.while_loop` around.

    Where there is no loop around nothing changes. What is built must not depend on anything in
    the loop. Branches around are left only as far as they are in that loop.
    """
    with contextlib.ExitStack() as stack:
        loop = _loop_of_contexts()
        if loop is not None:
            # Leaves all contexts of branches and loops, and what the loop's body waits for.
            stack.enter_context(tf.control_dependencies(None))
            if loop.outer_context is not None:
                loop.outer_context.Enter()
                stack.callback(loop.outer_context.Exit)
        else:
            graph = _graph_before_loop()
            if graph is not None:
                stack.enter_context(graph.as_default())
        yield


def _loop_of_contexts():
    """Returns the innermost loop of control flow v1 in this graph, a context; None without one."""
    context = tf.get_default_graph()._get_control_flow_context()
    while context is not None and not context.IsWhileContext():
        context = context.outer_context
    return context


def _graph_before_loop():
    """Returns the graph that holds the innermost loop of control flow v2; None without one.

    There the body of a loop is a graph of its own, and so is a branch. Functions are not left: what
    is outside of them is another program's.
    """
    graph = tf.get_default_graph()
    while type(graph).__name__ == 'CondBranchFuncGraph':
        graph = graph.outer_graph
    return graph.outer_graph if type(graph).__name__ == 'WhileBodyFuncGraph' else None
