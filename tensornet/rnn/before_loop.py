"""Building operations in front of the loop that runs a recurrence."""

import contextlib

import tensorflow.compat.v1 as tf


@contextlib.contextmanager
def before_loop(carried):
    """Builds what is built in the block in front of the loop over the steps of a recurrence.

    That is the innermost `tf.while_loop` around, if it carries the state from step to step: all its
    iterations have the same weights. Another loop may change these, such as one of training steps,
    in whose body `static_rnn` is called with a state that the body computes; then, and where there
    is no loop, nothing changes.

    Args:
        carried: list of what makes up the state.
    """
    with contextlib.ExitStack() as stack:
        loop = _context_of_loop(carried)
        if loop is not None:
            awaited = _awaited_outside(loop.outer_context)
            # Leaves all contexts of branches and loops, and what the loop's body waits for.
            stack.enter_context(tf.control_dependencies(None))
            if loop.outer_context is not None:
                loop.outer_context.Enter()
                stack.callback(loop.outer_context.Exit)
            stack.enter_context(tf.control_dependencies(awaited))
        elif _is_body_of_loop(carried):
            stack.enter_context(tf.get_default_graph().outer_graph.as_default())
        yield


def _context_of_loop(carried):
    """Returns the context of the loop of control flow v1 that carries tensors, or None.

    Its body gets each variable from a Switch, by an Identity.
    """
    context = tf.get_default_graph()._get_control_flow_context()
    if context is None or not context.IsWhileContext():
        return None
    for part in carried:
        if not tf.is_tensor(part) or part.op.type != 'Identity':
            return None
        switch = part.op.inputs[0].op
        if switch.type != 'Switch' or switch._get_control_flow_context() is not context:
            return None
    return context


def _awaited_outside(context):
    """Returns the operations in a context of control flow, or around it, that are waited for now.

    They are of a `tf.control_dependencies` around the loop, for example on an update of weights.
    """
    around = [None]
    while context is not None:
        around.append(context)
        context = context.outer_context
    return [operation for operation in tf.get_default_graph()._current_control_dependencies()
            if operation._get_control_flow_context() in around]


def _is_body_of_loop(carried):
    """Whether this graph is the body of a loop of control flow v2 that carries tensors.

    There it is a graph of its own, whose inputs the loop's variables are.
    """
    graph = tf.get_default_graph()
    return type(graph).__name__ == 'WhileBodyFuncGraph' and all(
        any(part is inp for inp in graph.inputs) for part in carried)
