"""The fastest plan of a TT-matrix by measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

import tensorflow.compat.v1 as tf

from tensornet.annotations import Modes, Ranks
from tensornet.contraction.environment import target_machine
from tensornet.contraction.measuring import Kind, measured
from tensornet.contraction.plan_arguments import checked_product
from tensornet.contraction.plan_record import plan_from_record, plan_to_record
from tensornet.contraction.plans import fastest_plan, plan_of_groups, ranked_plans
from tensornet.contraction.setting import DEFAULT_BATCH_SIZE, Setting
from tensornet.contraction.step_operations import variants
from tensornet.contraction.trial import core, run_targets, variable
from tensornet.contraction.tt_product import tt_matmul

if TYPE_CHECKING:
    from tensornet.contraction.plans import Plan

# How many of the model's best are compared, besides the chain and the full matrix.
CANDIDATES = 12


def measured_plan(inp_modes: Modes, out_modes: Modes, ranks: Ranks,
                  batch_size: int = DEFAULT_BATCH_SIZE, *, training: bool = True,
                  dtype: str = 'float32', constant_bytes: Optional[int] = None,
                  config: Optional[tf.ConfigProto] = None) -> Plan:
    """Returns the fastest plan of a TT-matrix by measurement, or what is remembered of one.

    The plans that the cost model ranks first, the chain and the full matrix take turns in a graph
    and a session of their own; then other operations are tried for the fastest. It is remembered,
    see `use_wisdom`.

    Args:
        inp_modes, out_modes: d positive integers each.
        ranks: d+1 TT-ranks, of which the first and the last are 1; or one rank for all bonds,
            capped at the largest useful rank of each bond.
        batch_size: number of samples.
        training: whether the gradients of input and cores are computed as well.
        dtype: type of the elements.
        constant_bytes: as for `plan`.
        config: `tf.ConfigProto` of the sessions that the layer will run in; None takes that of the
            default session. The measuring session counts as one of the process: if it is the
            first, its number of threads remains that of the process.

    Returns:
        `Plan` whose `measurement` holds the times. It is the estimated plan, with a warning, where
        no plan can be run, as in types that TensorFlow has no kernels for; and on a GPU without a
        configuration and without a default session, since a session would settle the process's GPU
        options.

    Raises:
        ValueError, TypeError: the arguments do not describe a TT-matrix.

    Cost: about two seconds at most for a layer of some milliseconds, the time of about 40 runs for
    one that takes longer, and never more than about ten seconds.
    """
    shape, setting = checked_product('measured_plan', inp_modes, out_modes, ranks, Setting(
        batch_size, training, dtype, None, constant_bytes))
    setting = setting._replace(machine=target_machine(setting.dtype))
    return measured(fastest_plan(shape, setting), TT_MATRIX, config)


def matrix_key(shape, setting):
    """Returns one line of text that names a TT-matrix and what it is planned for."""
    phase = 'training' if setting.training else 'forward'
    if setting.has_constant_cores:
        phase += f', constant cores up to {setting.constant_bytes} bytes'
    if setting.held:
        phase += ', held cores'
    inp_modes, out_modes, ranks = map(list, shape)
    return (f'modes {inp_modes} -> {out_modes} ranks {ranks}, batch {setting.batch_size}, '
            f'{setting.dtype}, {phase}')


def operation_variants(plan):
    """Yields the plans that differ from a plan in one choice of operations."""
    for k, operations in enumerate(plan.operations):
        for other in variants(operations, plan.setting.training):
            yield plan._replace(operations=plan.operations[:k] + (other,) + plan.operations[k + 1:])


def plan_name(plan):
    """Returns groups, order and operations of a plan in one line."""
    return '; '.join([plan.way] + [str(operations) for operations in plan.operations])


def _describe(estimated):
    return matrix_key(estimated.shape, estimated.setting)


def _candidates(estimated):
    shape, setting = estimated.shape, estimated.setting
    ranked = ranked_plans(shape, setting, CANDIDATES)
    full = plan_of_groups(shape, setting, (shape.d,), ())
    is_allowed = not setting.has_constant_cores or full.weight_bytes <= setting.constant_bytes
    if is_allowed and full not in ranked:
        ranked.append(full)
    return sorted(ranked, key=lambda candidate: candidate.cost.seconds)


def _prepare(estimated):
    """Creates input, cores and the gradient of the output."""
    shape, setting = estimated.shape, estimated.setting
    inp, out_gradient = [variable([setting.batch_size, size], setting)
                         for size in (shape.inp_size, shape.out_size)]
    cores = [core(core_shape, setting) for core_shape in shape.core_shapes]
    return inp, cores, out_gradient


def _operations(plan, inp, cores, out_gradient):
    inp, *cores = [tf.convert_to_tensor(variable) for variable in [inp] + cores]
    out = tt_matmul(inp, cores, plan)
    return run_targets(out, [inp] + cores, out_gradient, plan.setting)


TT_MATRIX = Kind(_describe, plan_name, _candidates, operation_variants, _prepare, _operations,
                 plan_to_record, plan_from_record)
