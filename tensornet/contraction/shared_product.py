"""The product of one matrix with every matrix of a batch, and its gradients."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.batched_product import batched_product, is_small_product
from tensornet.contraction.graph_names import register_gradient
from tensornet.contraction.precision import matrix_product, summed_rows
from tensornet.contraction.step_operations import CORE_GRADIENTS, FLAT, SMALL, TRANSPOSED


def shared_product(matrix, states, step, operations):
    """Multiplies every state from the left by the same matrix.

    Args:
        matrix: tensor `[rows, depth]`.
        states: tensor `[count, depth, columns]`, or `[count, depth]` where columns are single.
        step: the contraction.
        operations: the `StepOperations` that carry it out.

    Returns:
        Tensor `[count, rows, columns]` or `[count, rows]`, or `[rows, columns]` of a single state.
    """
    # One product of two matrices needs no batch and no gradient of its own.
    if step.columns == 1:
        if operations.product == TRANSPOSED:
            return matrix_product(states, tf.transpose(matrix))
        return matrix_product(states, matrix, transpose_right=True)
    if states.shape[0] == 1:
        return matrix_product(matrix, tf.reshape(states, [step.depth, step.columns]))
    return batched_product(matrix, states, operations.product == SMALL,
                           gradient=_gradient_name(operations.core_gradient))


def core_gradient(states, out_gradient, form):
    """Computes `sum_p out_gradient[p] states[p]^T`, the gradient of the shared matrix.

    TensorFlow's own gradient of the broadcast product is the batched form: one matrix
    `[rows, depth]` for each p, then their sum. Where the states have few columns those matrices
    outweigh the states, and it is faster to bring the columns next to p, with two transposes, for a
    single product over both.

    Args:
        states: tensor `[count, depth, columns]`.
        out_gradient: tensor `[count, rows, columns]`.
        form: one of `step_operations.CORE_GRADIENTS`.

    Returns:
        Tensor `[rows, depth]`.
    """
    # In the gradient of a loop the products themselves may have no static shape.
    rows, depth = out_gradient.shape[1], states.shape[1]
    if form == FLAT:
        return matrix_product(tf.reshape(tf.transpose(out_gradient, [0, 2, 1]), [-1, rows]),
                              tf.reshape(tf.transpose(states, [0, 2, 1]), [-1, depth]),
                              transpose_left=True)
    products = batched_product(out_gradient, states, form == SMALL, transpose_right=True)
    return tf.reshape(summed_rows(tf.reshape(products, [-1, rows * depth])), [rows, depth])


def _gradient_name(form):
    return 'tensornet.shared_product.' + form


def _register(form):
    """Registers the gradient whose core gradient has a certain form.

    It reads all it needs from the operation, so that it is found again in a graph that was
    imported, and in the functions that TensorFlow makes of loops and branches.
    """
    @register_gradient(_gradient_name(form))
    def gradient(op, out_gradient):
        matrix, states = op.inputs
        return (core_gradient(states, out_gradient, form),
                batched_product(matrix, out_gradient, is_small_product(op), transpose_left=True))


for _form in CORE_GRADIENTS:
    _register(_form)
