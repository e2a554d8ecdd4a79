"""Multiplying a batch by a TT-matrix as a plan says."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.chain import chain
from tensornet.contraction.contraction_scope import contraction_scope
from tensornet.contraction.held_constants import held
from tensornet.contraction.merge import merge
from tensornet.contraction.padding import cut, padded
from tensornet.contraction.recomputation import recomputed
from tensornet.contraction.shared_product import shared_product
from tensornet.contraction.steps import product
from tensornet.contraction.working_type import working_type


def tt_matmul(inp, cores, plan, recompute=False, inp_size=None, out_size=None):
    """Computes `inp W` for a TT-matrix `W`, or for its first rows and columns.

    Args:
        inp: tensor `[batch, prod(inp_modes)]`, or `[batch, inp_size]`.
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        plan: a `Plan` for the modes and ranks of the TT-matrix.
        recompute: whether the backward pass merges the cores and computes the states between the
            contractions again instead of keeping them.
        inp_size, out_size: how many rows and columns of `W` there are; None is all of them.

    Returns:
        Tensor `[batch, prod(out_modes)]`, or `[batch, out_size]`.
    """
    inp_modes, out_modes, _ = plan.shape
    inp_size = product(inp_modes) if inp_size is None else inp_size
    out_size = product(out_modes) if out_size is None else out_size
    dtype, working = inp.dtype, working_type(inp.dtype)

    def run(inp, *cores):
        cores = _with_held(cores, plan, inp)
        inp, cores = tf.cast(inp, working), [tf.cast(core, working) for core in cores]
        if len(plan.steps) == 1:
            return tf.cast(_multiply(inp, cores, plan, inp_size, out_size), dtype)
        if inp_size < product(inp_modes):
            inp = padded(inp, product(inp_modes))
        if plan.is_chain:
            out = chain(tf.transpose(inp), cores, *plan.shape)
        else:
            out = _contract(inp, cores, plan)
        return tf.cast(cut(out, [out_size]), dtype)

    return recomputed(run, [inp] + list(cores)) if recompute else run(inp, *cores)


def _with_held(cores, plan, inp):
    """Returns the cores, those that the plan holds as such that only a run can merge."""
    if not plan.held_cores:
        return cores
    changed = dict(zip(plan.held_cores, held([cores[k] for k in plan.held_cores], inp)))
    return [changed.get(k, core) for k, core in enumerate(cores)]


def _multiply(inp, cores, plan, inp_size, out_size):
    """Runs the plan that builds the matrix. What is cut off it need be no part of the batch."""
    (step,), (operations,) = plan.steps, plan.operations
    with contraction_scope(1):
        with tf.name_scope('merge'):
            matrix = cut(merge(cores, step, operations.joins, plan.shape), [out_size, inp_size])
        out = shared_product(matrix, tf.reshape(inp, [-1, inp_size]), step, operations)
        return tf.reshape(out, [-1, out_size])


def _contract(state, cores, plan):
    """Runs the steps of a plan."""
    for k, (step, operations) in enumerate(zip(plan.steps, plan.operations), start=1):
        with contraction_scope(k):
            with tf.name_scope('merge'):
                matrix = merge(cores, step, operations.joins, plan.shape)
            state = shared_product(matrix, tf.reshape(state, step.state_shape), step, operations)
    return tf.reshape(state, [-1, product(plan.shape.out_modes)])
