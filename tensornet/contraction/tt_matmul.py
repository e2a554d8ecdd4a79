"""Multiplying a batch by a TT-matrix as a plan says."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.chain import chain
from tensornet.contraction.merge import merge
from tensornet.contraction.recomputation import recomputed
from tensornet.contraction.shared_product import shared_product
from tensornet.contraction.steps import product
from tensornet.contraction.working_type import working_type


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
    dtype = inp.dtype
    working = working_type(dtype)

    def run(inp, *cores):
        inp, cores = tf.cast(inp, working), [tf.cast(core, working) for core in cores]
        if plan.is_chain:
            out = chain(tf.transpose(inp), cores, *plan.shape)
        else:
            out = _contract(inp, cores, plan)
        return tf.cast(out, dtype)

    return recomputed(run, [inp] + list(cores)) if recompute else run(inp, *cores)


def _contract(state, cores, plan):
    """Runs the steps of a plan."""
    for step, operations in zip(plan.steps, plan.operations):
        matrix = merge(cores, step, operations.joins, plan.shape)
        state = shared_product(matrix, tf.reshape(state, step.state_shape), step, operations)
    return tf.reshape(state, [-1, product(plan.shape.out_modes)])
