"""The gradient of the matrix that a whole batch of states is multiplied by."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import cost_model
from tensornet.contraction.batched_product import batched_product


def core_gradient(state, out_gradient, step, setting):
    """Computes `sum_p out_gradient[p] state[p]^T` in the form that the cost model prefers.

    TensorFlow's own gradient of the broadcast product is the batched form: one matrix
    `[rows, depth]` for each p, then their sum. Where the states have few columns those matrices
    outweigh the states, and it is faster to bring the columns beside p, with two transposes, for a
    single product over both.

    Args:
        state: tensor `[count, depth, columns]`.
        out_gradient: tensor `[count, rows, columns]`.
        step: the contraction.
        setting: the plan's; its batch size stands in for one that is not known.

    Returns:
        Tensor `[rows, depth]`.
    """
    if step.columns == 1:
        return tf.matmul(tf.reshape(out_gradient, [-1, step.rows]),
                         tf.reshape(state, [-1, step.depth]), transpose_a=True)
    if state.shape[0] == 1:
        return tf.matmul(tf.reshape(out_gradient, [step.rows, step.columns]),
                         tf.reshape(state, [step.depth, step.columns]), transpose_b=True)
    batched, flat = cost_model.core_gradient_costs(step, setting.batch_size, setting.itemsize,
                                                   setting.machine)
    if batched.seconds <= flat.seconds:
        small = cost_model.is_small(setting.batch_size * step.count, step.rows, step.columns,
                                    step.depth, setting.machine)
        return _sum(batched_product(out_gradient, state, small, transpose_right=True), step)
    return tf.matmul(tf.reshape(tf.transpose(out_gradient, [0, 2, 1]), [-1, step.rows]),
                     tf.reshape(tf.transpose(state, [0, 2, 1]), [-1, step.depth]),
                     transpose_a=True)


def _sum(products, step):
    """Adds up matrices `[count, rows, depth]`.

    As a product with a row of ones this runs at the speed of the memory, two to three times as
    fast as `tf.reduce_sum`. TensorFlow 1 would round half-precision numbers at each addition.
    """
    if products.dtype.size < 4:
        return tf.reduce_sum(products, axis=0)
    ones = tf.fill([1, tf.shape(products)[0]], tf.ones([], products.dtype))
    total = tf.matmul(ones, tf.reshape(products, [-1, step.rows * step.depth]))
    return tf.reshape(total, [step.rows, step.depth])
