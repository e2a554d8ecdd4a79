"""Multiplying a batch by a TT-matrix as a plan says."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

import tensorflow.compat.v1 as tf

from tensornet.annotations import Modes, Ranks, TensorCores
from tensornet.contraction.core_arguments import check_cores, check_shape, check_shapes
from tensornet.contraction.dependence import held
from tensornet.contraction.graph_names import contraction_scope
from tensornet.contraction.merge import merge
from tensornet.contraction.plan_arguments import checked_shape
from tensornet.contraction.precision import matrix_product, working_type
from tensornet.contraction.recomputation import recomputed
from tensornet.contraction.shared_product import shared_product
from tensornet.contraction.surplus_features import cut, padded

if TYPE_CHECKING:
    from tensornet.contraction.plans import Plan


def tt_matmul(inp: tf.Tensor, cores: TensorCores, plan: Plan, recompute: bool = False,
              inp_size: Optional[int] = None, out_size: Optional[int] = None) -> tf.Tensor:
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

    Raises:
        ValueError: `inp` or a core has another shape.
    """
    inp_size, out_size = _sizes(plan, inp_size, out_size)
    _check_input('tt_matmul', inp, inp_size)
    cores = check_cores('tt_matmul', cores, plan.shape)
    working = working_type(inp.dtype)

    def run(inp, *cores):
        cores = [tf.cast(core, working) for core in _with_held(cores, plan, inp)]
        # Each matrix is merged where its product is, which names its operations.
        return _product(inp, cores, _matrices(cores, plan, inp_size, out_size), plan, inp_size,
                        out_size)

    return recomputed(run, [inp, *cores]) if recompute else run(inp, *cores)


def prepare_tt_matmul(cores: TensorCores, plan: Plan, dtype: tf.DType,
                      inp_size: Optional[int] = None,
                      out_size: Optional[int] = None) -> List[tf.Tensor]:
    """Does what `tt_matmul` does with the cores alone, once for many products.

    Args:
        cores, plan, inp_size, out_size: as for `tt_matmul`; the plan must hold no cores, since
            these depend on what is multiplied.
        dtype: `tf.DType` of what will be multiplied.

    Returns:
        List of tensors, for `prepared_tt_matmul`: the matrices of the plan's contractions, or the
            cores for the chain, in the type that products are computed in.

    Raises:
        ValueError: the plan holds cores, or one has another shape.
    """
    if plan.held_cores:
        raise ValueError(f'prepare_tt_matmul: `plan` must hold no cores, but it is {plan!r}, '
                         'planned with `held=True`; call `tt_matmul`, or plan without')
    cores = check_cores('prepare_tt_matmul', cores, plan.shape)
    inp_size, out_size = _sizes(plan, inp_size, out_size)
    cores = [tf.cast(core, working_type(dtype)) for core in cores]
    if plan.is_chain:
        return cores
    matrices = _matrices(cores, plan, inp_size, out_size)
    prepared = []
    for k in range(len(plan.steps)):
        with contraction_scope(k + 1):
            prepared.append(matrices(k))
    return prepared


def prepared_tt_matmul(inp: tf.Tensor, prepared: List[tf.Tensor], plan: Plan,
                       recompute: bool = False, inp_size: Optional[int] = None,
                       out_size: Optional[int] = None) -> tf.Tensor:
    """Computes what `tt_matmul` does, of what `prepare_tt_matmul` has made of the cores.

    Args:
        inp, plan, inp_size, out_size: as for `tt_matmul`.
        prepared: list of tensors.
        recompute: whether the backward pass computes the states between the contractions again
            instead of keeping them.

    Returns:
        Tensor `[batch, prod(out_modes)]`, or `[batch, out_size]`.

    Raises:
        ValueError: `inp` or what is prepared has another shape.
    """
    inp_size, out_size = _sizes(plan, inp_size, out_size)
    _check_input('prepared_tt_matmul', inp, inp_size)
    prepared = check_shapes('prepared_tt_matmul', 'prepared', prepared,
                            _prepared_shapes(plan, inp_size, out_size),
                            'pass what `prepare_tt_matmul` returns for the same plan and sizes')

    def run(inp, *prepared):
        return _product(inp, prepared, lambda k: prepared[k], plan, inp_size, out_size)

    return recomputed(run, [inp, *prepared]) if recompute else run(inp, *prepared)


def chain(state: tf.Tensor, cores: TensorCores, inp_modes: Modes, out_modes: Modes,
          ranks: Ranks) -> tf.Tensor:
    """Multiplies a TT-matrix by the columns of a state, core by core from the left.

    The state is kept with its features in front. Core k meets the features
    `(r_{k-1}, i_k)` that lead the state and leaves `(o_k, r_k)`, of which the transpose then
    sends `o_k` to the end.

    Args:
        state: tensor `[r_0 * prod(inp_modes), batch]`, features `(r_0, i_1, ..., i_d)`.
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`.
        inp_modes, out_modes: lists of d integers `i_k` and `o_k`.
        ranks: list of d+1 integers `r_k`, of which the last is 1; or one rank for all bonds but
            the first, which is then 1, capped at the largest useful rank of each bond.

    Returns:
        Tensor `[batch, prod(out_modes)]`, features `(o_1, ..., o_d)`.

    Raises:
        ValueError, TypeError: modes and ranks do not fit together, or the state or a core has
            another shape.

    Cost: for each core one product and one transpose of the whole state.
    """
    shape = checked_shape('chain', inp_modes, out_modes, ranks, window=1)
    cores = check_cores('chain', cores, shape)
    check_shape('chain', 'state', state, [shape.ranks[0] * shape.inp_size, None],
                'reshape it, or pass other modes and ranks')
    return core_by_core(state, cores, shape)


def core_by_core(state, cores, shape):
    """Multiplies as `chain` does, by the cores of a `TTMatrixShape`."""
    out = state
    for k, (core, i, o, rank) in enumerate(zip(cores, *shape), start=1):
        with contraction_scope(k):
            out = matrix_product(core, tf.reshape(out, [rank * i, -1]))
            out = tf.transpose(tf.reshape(out, [o, -1]))
    return tf.reshape(out, [-1, shape.out_size])


def _sizes(plan, inp_size, out_size):
    """Returns how many rows and columns of the matrix there are."""
    return (plan.shape.inp_size if inp_size is None else inp_size,
            plan.shape.out_size if out_size is None else out_size)


def _prepared_shapes(plan, inp_size, out_size):
    """Returns the shapes of what is made of the cores ahead of the products."""
    if plan.is_chain:
        return plan.shape.core_shapes
    if len(plan.steps) == 1:
        return [[out_size, inp_size]]
    return [[step.rows, step.depth] for step in plan.steps]


def _check_input(function, inp, inp_size):
    """Raises ValueError unless a batch is `[batch, inp_size]`, as far as its shape is known."""
    if inp.shape.ndims is None:
        return
    shape = inp.shape.as_list()
    if len(shape) != 2 or shape[1] not in (None, inp_size):
        raise ValueError(f'{function}: `inp` must be of shape [batch, {inp_size}], but it is '
                         f'{shape}; reshape it, or pass `inp_size` or a plan of other modes')


def _with_held(cores, plan, inp):
    """Returns the cores, those that the plan holds as such that only a run can merge."""
    if not plan.held_cores:
        return cores
    changed = dict(zip(plan.held_cores, held([cores[k] for k in plan.held_cores], inp)))
    return [changed.get(k, core) for k, core in enumerate(cores)]


def _matrices(cores, plan, inp_size, out_size):
    """Returns the function that merges the matrix of the contraction k, from 0."""
    steps = plan.steps

    def matrix(k):
        with tf.name_scope('merge'):
            merged = merge(cores, steps[k], plan.operations[k].joins, plan.shape)
            # What is cut off a matrix that is built as a whole need be no part of the batch.
            return cut(merged, [out_size, inp_size]) if len(steps) == 1 else merged

    return matrix


def _product(inp, cores, matrix, plan, inp_size, out_size):
    """Runs a plan.

    Args:
        inp: tensor `[batch, inp_size]`.
        cores: list of the cores, which only the chain takes.
        matrix: function that returns the matrix of the contraction k, from 0.
        plan: the plan.
        inp_size, out_size: how many rows and columns of the whole matrix there are.
    """
    dtype, shape = inp.dtype, plan.shape
    state = tf.cast(inp, working_type(dtype))
    is_whole = len(plan.steps) == 1
    if inp_size < shape.inp_size and not is_whole:
        state = padded(state, shape.inp_size)
    if plan.is_chain:
        return tf.cast(cut(core_by_core(tf.transpose(state), cores, shape), [out_size]), dtype)
    for k, (step, operations) in enumerate(zip(plan.steps, plan.operations)):
        with contraction_scope(k + 1):
            axes = [-1, inp_size] if is_whole else step.state_shape
            state = shared_product(matrix(k), tf.reshape(state, axes), step, operations)
            if is_whole:
                return tf.cast(tf.reshape(state, [-1, out_size]), dtype)
    out = tf.reshape(state, [-1, shape.out_size])
    return tf.cast(cut(out, [out_size]), dtype)
