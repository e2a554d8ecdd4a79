"""Multiplying a batch by a TT-matrix as a plan says."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import cost_model
from tensornet.contraction.batched_product import batched_product
from tensornet.contraction.chain import chain
from tensornet.contraction.core_gradient import core_gradient
from tensornet.contraction.merge import merge
from tensornet.contraction.steps import product


def tt_matmul(inp, cores, plan, recompute=False):
    """Computes `inp W` for a TT-matrix `W`.

    Args:
        inp: tensor `[batch, prod(inp_modes)]`.
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        plan: a `Plan` for the modes and ranks of the TT-matrix.
        recompute: whether the backward pass merges the cores and computes the states between the
            contractions again instead of keeping them.

    Returns:
        Tensor `[batch, prod(out_modes)]`.
    """
    def run(inp, *cores):
        if plan.is_chain:
            return chain(tf.transpose(inp), cores, *plan.shape)
        return _contract(inp, [merge(cores, step, *plan.shape) for step in plan.steps], plan)

    return _recomputed(run, inp, cores) if recompute else run(inp, *cores)


def _recomputed(run, inp, cores):
    """Returns `run(inp, *cores)`, with a gradient that keeps nothing but the input and the cores.
    """
    @tf.custom_gradient
    def recomputed(inp, *cores):
        def gradient(out_gradient):
            arguments = [tf.identity(inp)] + _once_known(out_gradient, cores)
            return tf.gradients(run(*arguments), arguments, out_gradient)

        return run(inp, *cores), gradient

    return recomputed(inp, *cores)


def _contract(inp, matrices, plan):
    """Runs the steps of a plan, with a gradient of their own.

    The gradient that TensorFlow would derive is wasteful where a matrix is shared by a batch of
    products, see `core_gradient`. The gradient here is made of differentiable operations and so
    has gradients itself.
    """
    @tf.custom_gradient
    def contract(inp, *matrices):
        # The input and the state after each step.
        states = [inp]
        for step, matrix in zip(plan.steps, matrices):
            states.append(_multiply(matrix, _columns(states[-1], step.depth, step), step,
                                    plan.setting))

        def gradient(out_gradient):
            gradients = []
            for step, matrix, state in reversed(list(zip(plan.steps, matrices, states))):
                state, out_gradient = _columns(state, step.depth, step), _columns(
                    out_gradient, step.rows, step)
                gradients.append(core_gradient(state, out_gradient, step, plan.setting))
                out_gradient = _multiply(matrix, out_gradient, step, plan.setting, transpose=True)
            inp_gradient = tf.reshape(out_gradient, [-1, product(plan.shape.inp_modes)])
            return [inp_gradient] + gradients[::-1]

        return tf.reshape(states[-1], [-1, product(plan.shape.out_modes)]), gradient

    return contract(inp, *matrices)


def _columns(state, depth, step):
    """Views a state as the vectors that a step multiplies: `[count, depth(, columns)]`."""
    return tf.reshape(state, [-1, depth] if step.columns == 1 else [-1, depth, step.columns])


def _multiply(matrix, state, step, setting, transpose=False):
    """Multiplies every matrix of the state from the left; single ones are cheaper as such."""
    if step.columns == 1:
        return tf.matmul(state, matrix, transpose_b=not transpose)
    if state.shape[0] == 1:
        return tf.matmul(matrix, tf.reshape(state, [-1, step.columns]), transpose_a=transpose)
    small = cost_model.is_small(setting.batch_size * step.count, step.rows, step.depth,
                                step.columns, setting.machine)
    return batched_product(matrix, state, small, transpose_left=transpose)


def _once_known(trigger, tensors):
    """Returns the tensors as they are once `trigger`, a matrix, has been computed.

    Without it the recomputed states would be the forward pass's own, by elimination of common
    subexpressions. XLA drops control dependencies, so this is one of data: each tensor has a zero
    added that depends on `trigger`, and that no compiler sees to be zero.
    """
    corner = tf.convert_to_tensor(trigger)[:1, :1]
    never = tf.reduce_any(tf.logical_and(corner < 0, corner > 0))
    return [tensor + tf.cast(never, tensor.dtype) for tensor in tensors]
