"""Choosing among plans by measurement, whatever they compute.

The candidates run in a graph and a session of their own, on the device, in the type and in the
phase that the layer is for. What was measured is remembered, see `wisdom`.
"""

import logging
import time
from collections import namedtuple

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction.environment import (
    GPU_DEVICE,
    environment_key,
    session_config,
    target_device,
)
from tensornet.contraction.measurement import Measurement
from tensornet.contraction.trial import time_alternatives
from tensornet.contraction.wisdom import wisdom
from tensornet.tt.arguments import warn

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
        describe(plan): one line that names the layer and what it is planned for.
        name(plan): a few words that tell the plan from others for the same layer.
        candidates(plan): the plans for the same layer that are worth a trial, the one of least
            estimated time first.
        variations(plan): others that differ from the plan in a detail.
        prepare(plan): creates the variables that a run reads.
        operations(plan, *prepared): builds the operations of one run, as a list.
        to_record(plan): the plan as a JSON value.
        from_record(record, plan): the plan of a JSON value, for the layer of another plan;
            ValueError if there is none.
    """

    __slots__ = ()


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
    search = _Search(kind, config, device)
    fastest = search.fastest(estimated)
    if fastest is None:
        reason = search.errors[0].message.partition('\n')[0]
        _warn(f'none of the plans for {layer} could be run here, so the estimate is used: {reason}')
        return estimated
    wisdom().add(machine, layer, {
        'plan': kind.to_record(fastest), 'seconds': fastest.measurement.seconds,
        'times': [list(pair) for pair in fastest.measurement.times]})
    return fastest


def _warn(message):
    warn("plan='measure': " + message)


def _recalled(entry, estimated, kind):
    try:
        seconds, record = float(entry['seconds']), entry['plan']
        times = tuple((str(name), float(spent)) for name, spent in entry['times'])
    except (KeyError, TypeError) as error:
        raise ValueError(f'the entry is damaged: {error!r}') from error
    return kind.from_record(record, estimated)._replace(measurement=Measurement(seconds, times))


class _Search:
    """The plans of one layer and what was measured of them.

    Attributes:
        kind: `Kind` of the plans.
        config, device: of the sessions that time them.
        plans: from the name of each plan to it.
        races: for each session, the seconds of the plans that it could run, by name.
        errors: of those that could not be run.
    """

    def __init__(self, kind, config, device):
        self.kind, self.config, self.device = kind, config, device
        self.plans, self.races, self.errors = {}, [], []

    def fastest(self, estimated):
        """Returns the fastest plan, with its measurement; None where none can be run."""
        start = time.perf_counter()
        candidates = self.kind.candidates(estimated)
        budget = max(BUDGET, min(RUNS * candidates[0].cost.seconds, LARGEST_BUDGET))
        bound = HOPELESS * (candidates[0].cost.seconds + SESSION_RUN)
        names = self._add_plans(candidate for candidate in candidates
                                if candidate.cost.seconds + SESSION_RUN <= bound)
        leader, _ = self._race(names, 0.5 * budget)
        if leader is None:
            return None
        winner = leader
        variations = self._add_plans(self.kind.variations(self.plans[winner]))
        if variations:
            changed, seconds = self._race([winner] + variations, 0.3 * budget)
            if changed is not None and seconds[changed] < WORTH * seconds.get(winner, np.inf):
                winner = changed
        if self._means()[winner] < SHORT:
            winner = self._confirmed(winner, self.kind.name(candidates[0]), start + budget)
        times = self._comparable_times(winner, leader)
        elapsed = time.perf_counter() - start
        if elapsed > WORTH_A_LINE:
            _LOGGER.warning('tensornet: measured %d plans of %s in %.1f s: %s', len(times),
                            self.kind.describe(estimated), elapsed, winner)
        return self.plans[winner]._replace(measurement=Measurement(
            times[winner], tuple(sorted(times.items(), key=lambda pair: pair[1]))))

    def _confirmed(self, winner, first, deadline):
        """Times the winner, the first by estimate and those close to them in more sessions.

        Returns:
            The name of the fastest.
        """
        means = self._means()
        finalists = [winner] + ([first] if first in means and first != winner else [])
        finalists += [name for name in sorted(means, key=means.get)
                      if means[name] <= CLOSE * means[winner] and name not in finalists]
        finalists = finalists[:FINALISTS]
        sessions = []
        while len(sessions) < SESSIONS and len(finalists) > 1:
            remaining = deadline - time.perf_counter()
            if remaining <= 0:
                break
            sessions.append(self._race(finalists, remaining / (SESSIONS - len(sessions)))[1])
        means = self._means()
        fastest = min(finalists, key=means.get)
        if first not in finalists:
            return fastest
        is_clear = (means[fastest] < WORTH_OF_SHORT * means[first]
                    and all(seconds[fastest] < seconds[first] for seconds in sessions
                            if fastest in seconds and first in seconds))
        return fastest if is_clear else first

    def _race(self, names, budget):
        """Times plans in a session, and adds the seconds to their samples.

        Returns:
            The name of the fastest, None where none could be run; and a dictionary from the names
            of those that ran to seconds.
        """
        builders = {name: lambda given, plan=self.plans[name]: self.kind.operations(plan, *given)
                    for name in names}
        some_plan = self.plans[names[0]]
        trials = time_alternatives(lambda: self.kind.prepare(some_plan), builders, budget,
                                   self.config, self.device, self.errors)
        if not trials:
            return None, {}
        seconds = {name: trial.seconds for name, trial in trials.items()}
        self.races.append(seconds)
        # One that was dropped early has not been measured well enough to win.
        most = max(trial.rounds for trial in trials.values())
        return min((name for name, trial in trials.items() if trial.rounds == most),
                   key=seconds.get), seconds

    def _add_plans(self, plans):
        """Adds plans; returns their names."""
        by_name = {self.kind.name(plan): plan for plan in plans}
        self.plans.update(by_name)
        return list(by_name)

    def _means(self):
        names = dict.fromkeys(name for race in self.races for name in race)
        return {name: float(np.mean([race[name] for race in self.races if name in race]))
                for name in names}

    def _comparable_times(self, winner, leader):
        """Returns the seconds of all plans that were run, as if in the same sessions.

        The machine may be busier in one session than in another. So a plan's time is that of the
        winner times how many times as long it took beside it, or beside the leader of the first
        session, which all others ran in.
        """
        means = self._means()
        leader_ratio = self._ratio(leader, winner)
        times = {}
        for name, seconds in means.items():
            ratio, to_leader = self._ratio(name, winner), self._ratio(name, leader)
            if ratio is None and leader_ratio is not None and to_leader is not None:
                ratio = to_leader * leader_ratio
            times[name] = seconds if ratio is None else means[winner] * ratio
        return times

    def _ratio(self, name, other):
        """How many times as long as another a plan took in the sessions that ran both, or None."""
        ratios = [race[name] / race[other] for race in self.races
                  if name in race and other in race]
        return float(np.mean(ratios)) if ratios else None
