"""The product of one matrix with every matrix of a batch, and its gradients."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import cost_model
from tensornet.contraction.batched_product import batched_product, is_small_product
from tensornet.contraction.gradient_registry import register_gradient
from tensornet.contraction.matrix_product import matrix_product
from tensornet.contraction.summation import summed


def shared_product(matrix, states, step, setting):
    """Multiplies every state from the left by the same matrix.

    Args:
        matrix: tensor `[rows, depth]`.
        states: tensor `[count, depth, columns]`, or `[count, depth]` where columns are single.
        step: the contraction.
        setting: the plan's; its batch size stands in for one that is not known.

    Returns:
        Tensor `[count, rows, columns]` or `[count, rows]`, or `[rows, columns]` of a single state.
    """
    # One product of two matrices needs no batch and no gradient of its own.
    if step.columns == 1:
        if cost_model.is_transposed(step, *setting):
            return matrix_product(states, tf.transpose(matrix))
        return matrix_product(states, matrix, transpose_right=True)
    if states.shape[0] == 1:
        return matrix_product(matrix, tf.reshape(states, [step.depth, step.columns]))
    small = cost_model.is_small(setting.batch_size * step.count, step.rows, step.depth,
                                step.columns, setting.machine)
    form = cost_model.core_gradient_form(step, setting.batch_size, setting.itemsize,
                                         setting.machine)
    return batched_product(matrix, states, small, gradient=_gradient_name(form))


def core_gradient(states, out_gradient, form):
    """Computes `sum_p out_gradient[p] states[p]^T`, the gradient of the shared matrix.

    TensorFlow's own gradient of the broadcast product is the batched form: one matrix
    `[rows, depth]` for each p, then their sum. Where the states have few columns those matrices
    outweigh the states, and it is faster to bring the columns beside p, with two transposes, for a
    single product over both.

    Args:
        states: tensor `[count, depth, columns]`.
        out_gradient: tensor `[count, rows, columns]`.
        form: `cost_model.FLAT`, BATCHED, or SMALL for a batched product of that kind.

    Returns:
        Tensor `[rows, depth]`.
    """
    if form == cost_model.FLAT:
        rows, depth = out_gradient.shape[1], states.shape[1]
        return matrix_product(tf.reshape(tf.transpose(out_gradient, [0, 2, 1]), [-1, rows]),
                              tf.reshape(tf.transpose(states, [0, 2, 1]), [-1, depth]),
                              transpose_left=True)
    return _sum(batched_product(out_gradient, states, form == cost_model.SMALL,
                                transpose_right=True))


def _sum(products):
    """Adds up matrices `[count, rows, depth]`.

    As a product with a row of ones this runs at the speed of the memory, two to three times as
    fast as `tf.reduce_sum`, but TensorFlow 1 would round half-precision numbers at each addition.
    """
    if products.dtype.size < 4:
        return summed(products, axis=0)
    _, rows, depth = products.shape.as_list()
    ones = tf.fill([1, tf.shape(products)[0]], tf.ones([], products.dtype))
    return tf.reshape(tf.matmul(ones, tf.reshape(products, [-1, rows * depth])), [rows, depth])


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


for _form in cost_model.CORE_GRADIENT_FORMS:
    _register(_form)
