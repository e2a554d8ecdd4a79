"""Choosing among plans by measurement, whatever they compute.

The candidates run in a graph and a session of their own, on the device, in the type and in the
phase that the layer is for. What was measured is remembered, see `wisdom`.
"""

import logging
import time
import warnings
from collections import namedtuple

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction.environment import (
    GPU_DEVICE,
    environment_key,
    session_config,
    target_device,
)
from tensornet.contraction.trial import time_alternatives
from tensornet.contraction.wisdom import wisdom

# Seconds for the search of one layer. Where a run is estimated to take long, the search may take as
# long as this many runs, up to a bound.
BUDGET, RUNS, LARGEST_BUDGET = 1.8, 40, 10.0
# Plans whose estimate is this many times the best one are not tried. Both estimates get the seconds
# added that a session takes to run anything.
HOPELESS, SESSION_RUN = 8, 2e-5
# A variation replaces the fastest candidate if it takes at most this part of its time.
WORTH = 0.98
# Runs shorter than SHORT seconds differ by a factor from session to session, since TensorFlow may
# or may not hand operations to other threads. The first FINALISTS plans that are slower by at most
# the factor CLOSE, and the one that is estimated to be the fastest, are then timed in SESSIONS more
# sessions. The estimate's choice is taken unless another is faster in each of them, and takes less
# than WORTH_OF_SHORT of its time in the mean.
SHORT, CLOSE, FINALISTS, SESSIONS, WORTH_OF_SHORT = 3e-4, 1.5, 4, 6, 0.9
# A search that takes longer says so.
WORTH_A_LINE = 1.0

_LOGGER = logging.getLogger('tensornet')


class Kind(namedtuple('Kind', [
        'describe', 'name', 'candidates', 'variations', 'prepare', 'operations', 'to_record',
        'from_record'])):
    """What there is to know of a kind of plan, as functions.

    Attributes:
        describe: of a plan: one line that names the layer and what it is planned for.
        name: of a plan: a few words that tell it from others for the same layer.
        candidates: of a plan: the plans for the same layer that are worth a trial, the one of
            least estimated time first.
        variations: of a plan: others that differ from it in a detail.
        prepare: of a plan: creates the variables that a run reads.
        operations: of a plan and these: builds the operations of one run, as a list.
        to_record: of a plan: a JSON value.
        from_record: of such a value and a plan: the plan of the value, for the same layer;
            ValueError if there is none.
    """

    __slots__ = ()


class Measurement(namedtuple('Measurement', ['seconds', 'times'])):
    """Times of a measured plan and of those that it was compared with.

    Attributes:
        seconds: of the plan, in the graph that it was measured in.
        times: tuple of pairs `(name, seconds)`, the least first. Plans that seemed much slower were
            dropped after few runs, and their times are rough. One that is hardly slower than
            another may have been chosen for its estimate.
    """

    __slots__ = ()

    def __str__(self):
        lines = [f'measured: {self.seconds * 1e3:.4f} ms, chosen of {len(self.times)}']
        lines += [f'{seconds * 1e3:12.4f} ms  {name}' for name, seconds in self.times]
        return '\n'.join(lines)


def measured(estimated, kind, config=None):
    """Returns the fastest plan by measurement, or what is remembered of an earlier one.

    Args:
        estimated: a plan, which says what is computed.
        kind: its `Kind`.
        config: `tf.ConfigProto` of the sessions that the layer will run in; None takes that of the
            default session. The measuring session counts as one of the process: if it is the
            first, its number of threads remains that of the process.

    Returns:
        The plan, with its `measurement`. It is the estimated plan, with a warning, where no plan
        can be run, as in types that TensorFlow has no kernels for; and on a GPU without a
        configuration and without a default session, since a session would settle the process's GPU
        options.
    """
    device = target_device()
    if device == GPU_DEVICE and config is None and tf.get_default_session() is None:
        _warn('nothing is measured on the GPU, since a session would settle the GPU options of the '
              'process; pass `config` or build the layer under `with session.as_default():`')
        return estimated
    config = session_config(config, device)
    machine, layer = environment_key(device, config), kind.describe(estimated)
    remembered = wisdom().find(machine, layer)
    if remembered is not None:
        try:
            return _recalled(remembered, estimated, kind)
        except ValueError as error:
            _warn(f'what is remembered of {layer} is of no use, so it is measured again: {error}')
    fastest = _search(estimated, kind, config, device)
    if fastest is None:
        _warn(f'none of the plans for {layer} could be run here, so the estimate is used')
        return estimated
    wisdom().add(machine, layer, {
        'plan': kind.to_record(fastest), 'seconds': fastest.measurement.seconds,
        'times': [list(pair) for pair in fastest.measurement.times]})
    return fastest


def _warn(message):
    warnings.warn("plan='measure': " + message, UserWarning, stacklevel=4)


def _recalled(entry, estimated, kind):
    try:
        seconds, record = float(entry['seconds']), entry['plan']
        times = tuple((str(name), float(spent)) for name, spent in entry['times'])
    except (KeyError, TypeError) as error:
        raise ValueError(f'the entry is damaged: {error!r}') from error
    return kind.from_record(record, estimated)._replace(measurement=Measurement(seconds, times))


def _search(estimated, kind, config, device):
    start = time.perf_counter()
    candidates = kind.candidates(estimated)
    budget = max(BUDGET, min(RUNS * candidates[0].cost.seconds, LARGEST_BUDGET))
    bound = HOPELESS * (candidates[0].cost.seconds + SESSION_RUN)
    candidates = [candidate for candidate in candidates
                  if candidate.cost.seconds + SESSION_RUN <= bound]
    by_name = {kind.name(candidate): candidate for candidate in candidates}
    winner, seconds = _race(by_name, kind, 0.5 * budget, config, device)
    if winner is None:
        return None
    samples = {name: [value] for name, value in seconds.items()}
    variations = {kind.name(plan): plan for plan in kind.variations(by_name[winner])}
    if variations:
        again = dict({winner: by_name[winner]}, **variations)
        changed, seconds = _race(again, kind, 0.3 * budget, config, device)
        _add(samples, seconds)
        by_name.update(variations)
        if changed is not None and seconds[changed] < WORTH * seconds.get(winner, np.inf):
            winner = changed
    if np.mean(samples[winner]) < SHORT:
        first = kind.name(candidates[0])
        winner = _confirmed(winner, first, by_name, samples, kind, start + budget, config, device)
    times = {name: float(np.mean(values)) for name, values in samples.items()}
    elapsed = time.perf_counter() - start
    if elapsed > WORTH_A_LINE:
        _LOGGER.warning('tensornet: measured %d plans of %s in %.1f s: %s', len(times),
                        kind.describe(estimated), elapsed, winner)
    return by_name[winner]._replace(measurement=Measurement(
        times[winner], tuple(sorted(times.items(), key=lambda pair: pair[1]))))


def _confirmed(winner, first, by_name, samples, kind, deadline, config, device):
    """Times the winner, the first by estimate and those close to them in more sessions.

    Returns:
        The name of the fastest.
    """
    means = {name: np.mean(values) for name, values in samples.items()}
    finalists = [winner] + ([first] if first in means and first != winner else [])
    finalists += [name for name in sorted(means, key=means.get)
                  if means[name] <= CLOSE * means[winner] and name not in finalists]
    finalists = {name: by_name[name] for name in finalists[:FINALISTS]}
    sessions = []
    while len(sessions) < SESSIONS and len(finalists) > 1:
        remaining = deadline - time.perf_counter()
        if remaining <= 0:
            break
        share = remaining / (SESSIONS - len(sessions))
        sessions.append(_race(finalists, kind, share, config, device)[1])
        _add(samples, sessions[-1])
    means = {name: np.mean(samples[name]) for name in finalists}
    fastest = min(means, key=means.get)
    if first not in means:
        return fastest
    is_clear = (means[fastest] < WORTH_OF_SHORT * means[first]
                and all(seconds[fastest] < seconds[first] for seconds in sessions
                        if fastest in seconds))
    return fastest if is_clear else first


def _add(samples, seconds):
    """Adds what one session measured to the samples of each name."""
    for name, value in seconds.items():
        samples.setdefault(name, []).append(value)


def _race(by_name, kind, budget, config, device):
    """Times plans of one layer in a session.

    Returns:
        The name of the fastest, None where none could be run; and a dictionary from the names of
        those that ran to seconds.
    """
    builders = {name: lambda given, plan=plan: kind.operations(plan, *given)
                for name, plan in by_name.items()}
    some_plan = next(iter(by_name.values()))
    trials = time_alternatives(lambda: kind.prepare(some_plan), builders, budget, config, device)
    if not trials:
        return None, {}
    seconds = {name: trial.seconds for name, trial in trials.items()}
    # One that was dropped early has not been measured well enough to win.
    most = max(trial.rounds for trial in trials.values())
    winner = min((name for name, trial in trials.items() if trial.rounds == most),
                 key=seconds.get)
    return winner, seconds
