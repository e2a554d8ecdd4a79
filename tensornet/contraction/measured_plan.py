"""Choosing a plan by measurement: the best of those that the cost model ranks first.

    plan = tensornet.contraction.measured_plan([4, 8, 8, 4], [4, 8, 8, 4], [1, 8, 8, 8, 1], 100)

The candidates run in a graph and a session of their own, on the device, in the type and in the
phase that the layer is for. What was measured is remembered, see `wisdom`.
"""

import logging
import time
import warnings

import tensorflow.compat.v1 as tf

from tensornet.contraction.environment import (
    GPU_DEVICE,
    environment_key,
    session_config,
    target_device,
)
from tensornet.contraction.measurement import Measurement
from tensornet.contraction.plan import plan, ranked_plans
from tensornet.contraction.plan_record import from_record, matrix_key, to_record
from tensornet.contraction.setting import DEFAULT_BATCH_SIZE
from tensornet.contraction.step_operations import variants
from tensornet.contraction.steps import product
from tensornet.contraction.trial import time_alternatives
from tensornet.contraction.tt_matmul import tt_matmul
from tensornet.contraction.wisdom import wisdom

# Seconds for the search of one layer, and how many plans are compared.
BUDGET, CANDIDATES = 1.8, 12
# Plans that are estimated to take so many times the best estimate are not tried.
HOPELESS = 8
# Another choice of operations is taken where it saves so much.
WORTH = 0.98
# A search that takes longer says so.
WORTH_A_LINE = 1.0

_LOGGER = logging.getLogger('tensornet')


def measured_plan(inp_modes, out_modes, ranks, batch_size=DEFAULT_BATCH_SIZE, *, training=True,
                  dtype='float32', config=None):
    """Returns the fastest plan of a TT-matrix by measurement, or what is remembered of one.

    Args:
        inp_modes, out_modes: d positive integers each.
        ranks: d+1 TT-ranks, of which the first and the last are 1.
        batch_size: number of samples.
        training: whether the gradients of input and cores are computed as well.
        dtype: type of the numbers.
        config: `tf.ConfigProto` of the sessions that the layer will run in; None takes that of the
            default session. The measuring session counts as one of the process: if it is the
            first, its number of threads remains that of the process.

    Returns:
        `Plan` whose `measurement` holds the times. On a GPU without a configuration and without a
        default session it is the estimated plan, with a warning, since a session would settle the
        process's GPU options.

    Raises:
        ValueError: the arguments do not describe a TT-matrix.

    Cost: about two seconds at most for a layer of some milliseconds.
    """
    return measured(plan(inp_modes, out_modes, ranks, batch_size, training=training, dtype=dtype),
                    config)


def measured(estimated, config=None):
    """Returns the fastest plan for the same TT-matrix and setting as an estimated `Plan`.

    Args:
        estimated: the plan, which says what is computed.
        config, Returns: as for `measured_plan`.
    """
    device = target_device()
    if device == GPU_DEVICE and config is None and tf.get_default_session() is None:
        warnings.warn('measured_plan: nothing is measured on the GPU, since a session would settle '
                      'the GPU options of the process; pass `config` or build the layer under '
                      '`with session.as_default():`', UserWarning, stacklevel=3)
        return estimated
    config = session_config(config, device)
    keys = environment_key(device, config), matrix_key(estimated)
    remembered = wisdom().find(*keys)
    if remembered is not None:
        try:
            return from_record(remembered, estimated)
        except ValueError as error:
            warnings.warn('measured_plan: what is remembered of %s is of no use, so it is measured '
                          'again: %s' % (keys[1], error), UserWarning, stacklevel=3)
    fastest = _search(estimated, config, device)
    wisdom().add(*keys, to_record(fastest))
    return fastest


def _search(estimated, config, device):
    start = time.perf_counter()

    def race(plans, share):
        builders = {name: lambda given, plan=plan: _operations(plan, *given)
                    for name, plan in plans.items()}
        trials = time_alternatives(lambda: _given(estimated), builders, share * BUDGET, config,
                                   device)
        seconds = {name: trial.seconds for name, trial in trials.items()}
        most = max(trial.rounds for trial in trials.values())
        # One that was dropped early has not been measured well enough to win.
        return min((name for name, trial in trials.items() if trial.rounds == most),
                   key=seconds.get), seconds

    plans = {candidate.way: candidate for candidate in _candidates(estimated)}
    winner, times = race(plans, 0.6)
    best = plans[winner]
    if not best.is_chain:
        varied = dict(_varied(best))
        changed, more = race(dict([(winner, best)], **varied), 0.4)
        if changed != winner and more[changed] < WORTH * more[winner]:
            winner, best = changed, varied[changed]
        times.update(more)
    measurement = Measurement(times[winner], tuple(sorted(times.items(), key=lambda pair: pair[1])))
    elapsed = time.perf_counter() - start
    if elapsed > WORTH_A_LINE:
        _LOGGER.warning('tensornet: measured %d plans of %s in %.1f s: %s', len(times),
                        matrix_key(estimated), elapsed, winner)
    return best._replace(measurement=measurement)


def _candidates(estimated):
    """Returns the plans worth a trial, in the order of their estimated time."""
    shape, setting = estimated.shape, estimated.setting
    ranked = ranked_plans(shape, setting, CANDIDATES)
    full = plan(*shape, **setting._asdict(), groups=[len(shape.inp_modes)], order=[])
    if full not in ranked:
        ranked = sorted(ranked + [full], key=lambda candidate: candidate.cost.seconds)
    bound = HOPELESS * ranked[0].cost.seconds
    return [candidate for candidate in ranked if candidate.cost.seconds <= bound]


def _varied(best):
    """Yields names and plans that differ from a plan in one choice of operations."""
    for k, operations in enumerate(best.operations):
        for other in variants(operations, best.setting.training):
            changed = best.operations[:k] + (other,) + best.operations[k + 1:]
            yield '%s, product %d %s' % (best.way, k + 1, other), best._replace(operations=changed)


def _given(estimated):
    """Creates input, cores and the gradient of the output."""
    (inp_modes, out_modes, ranks), setting = estimated.shape, estimated.setting
    shapes = [[setting.batch_size, product(inp_modes)]]
    shapes += [[o * right, left * i]
               for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]
    shapes.append([setting.batch_size, product(out_modes)])
    inp, *cores, out_gradient = [
        tf.Variable(tf.ones(shape, setting.dtype), trainable=False) for shape in shapes]
    return inp, cores, out_gradient


def _operations(plan, inp, cores, out_gradient):
    """Builds the operations of one run of a plan."""
    inp, *cores = [tf.convert_to_tensor(variable) for variable in [inp] + cores]
    out = tt_matmul(inp, cores, plan)
    if not plan.setting.training:
        return [out.op]
    return [gradient.op for gradient in tf.gradients(out, [inp] + cores, out_gradient)]
