"""Computing the states again in the backward pass, instead of keeping them."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.dependence import once_known
from tensornet.contraction.graph_names import register_gradient

RECOMPUTED = 'tensornet.recomputed'


def recomputed(run, arguments):
    """Returns `run(*arguments)`, with a gradient that keeps nothing but the arguments.

    Args:
        run: function of tensors that builds a tensor of them by operations without state.
        arguments: list of tensors, of which the first is a matrix, as the result is.

    Returns:
        The tensor.
    """
    graph = tf.get_default_graph()
    # A gradient that the user has given Identity is not meant for these.
    with graph.gradient_override_map({'Identity': 'Identity'}):
        arguments = [tf.identity(argument) for argument in arguments]
    out = run(*arguments)
    with graph.gradient_override_map({'IdentityN': RECOMPUTED}):
        return tf.identity_n([out] + arguments)[0]


@register_gradient(RECOMPUTED)
def _gradient(op, out_gradient, *_):
    """Builds the operations behind the output anew, and differentiates these."""
    out, arguments = op.inputs[0], list(op.inputs)[1:]
    # The first argument is the other trigger, in case the gradient is a constant.
    again = once_known(arguments, tf.convert_to_tensor(out_gradient), arguments[0])
    copies = {argument.name: copy for argument, copy in zip(arguments, again)}
    gradients = tf.gradients(_copied(out, copies), again, out_gradient)
    # TensorFlow finds the arrays of a loop by the last scope `gradients` in a gradient's name. They
    # belong to the outer call of `tf.gradients`, so the results are named in its scope.
    return [None] + [None if gradient is None else _named(gradient) for gradient in gradients]


def _named(gradient):
    """Returns an identity of a gradient, in the present scope.

    A loop of control flow v1 adds up the gradients of its steps. TensorFlow 2 takes a product of
    matrices, and a sum of row vectors that is added to it, for a product with biases, and fails as
    these are a matrix. It does not where the shape of the product is checked.
    """
    if gradient.shape.is_fully_defined():
        return tf.ensure_shape(gradient, gradient.shape)
    return tf.identity(gradient)


def _copied(tensor, copies):
    """Copies the operations that a tensor is computed by.

    Args:
        tensor: the tensor.
        copies: dictionary from the names of tensors to what takes their place; is added to.

    Returns:
        The copy of the tensor.
    """
    pending = [tensor.op]
    while pending:
        missing = [inp.op for inp in pending[-1].inputs if inp.name not in copies]
        if missing:
            pending += missing
            continue
        op = pending.pop()
        if op.outputs[0].name in copies:
            continue
        copy = _copied_operation(op, [copies[inp.name] for inp in op.inputs])
        copies.update((out.name, out_copy) for out, out_copy in zip(op.outputs, copy.outputs))
    return copies[tensor.name]


def _copied_operation(op, inputs):
    """Creates an operation of the same kind, attributes and gradient on other inputs."""
    graph = tf.get_default_graph()
    # Attributes with an underscore say where an operation belongs: to a device or to a cluster of
    # XLA. The copies belong to the backward pass.
    attributes = {name: value for name, value in op.node_def.attr.items()
                  if not name.startswith('_')}
    gradient = op.node_def.attr['_gradient_op_type'].s.decode() or op.type
    with graph.gradient_override_map({op.type: gradient}):
        return graph.create_op(op.type, inputs, [out.dtype for out in op.outputs],
                               name=op.name.split('/')[-1], attrs=attributes)
