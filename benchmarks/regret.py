"""How far the chosen plan and the measured plan are from the fastest of all plans.

    python benchmarks/regret.py                                # goes on where it was stopped
    python benchmarks/regret.py --only 'vgg100 *' --again --seconds 60

The regret of a plan is its time over that of the fastest plan: of plan='auto', the one that the
model takes for the fastest, and of plan='measure', with its usual budget and nothing remembered.
For a layer with up to six cores all plans are compared, for a deeper one the 60 that the model
ranks first; on the workloads and on random layers, in float32 and bfloat16, forward and training.

Each plan is first run alone, in the order of the model. Left out are plans whose arithmetic alone
takes longer than a plan that has been timed, and those that do not fit the memory. Runs that take
too long are stopped. The best plans take turns in one session and are dropped one by one. The one
that is left is then timed anew in other sessions, together with the chosen and the measured plan:
the repetitions that a plan was picked by flatter it, and do not count. The fastest of these three
is what the others are compared with, so that no regret is below 1. Times are means over sessions of
their medians.

Writes regret.json and regret.png to --out after every case. Cases that are in the file are not
measured again, unless with --again, which begins a new file where it goes without --only.
"""

import fnmatch
import gc
import logging
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import (
    add_out,
    make_parser,
    positive_integer,
    positive_number,
    read_record,
    run,
)
from benchmarks.interleaved import summary
from benchmarks.machine import available_memory, busy_cores, machine_record
from benchmarks.plan_race import fastest, race, regrets_of, settled, stopwatch
from benchmarks.regret_cases import all_plans, estimated_plan, regret_cases
from benchmarks.regret_report import case_line, draw, header, summarize, summary_lines
from benchmarks.roofline import fastest_product
from tensornet.contraction import measured_conv_plan, measured_plan, use_wisdom
from tensornet.contraction.environment import target_machine
from tensornet.contraction.measured_plans import TT_MATRIX
from tensornet.whole_file import write_json

# Plans that share a graph while each is run alone: the more, the longer TensorFlow prepares a run.
CHUNK = 16
# Seconds that a repetition of short runs takes: alone, while plans are dropped, and at the end.
SHORTEST_ALONE, SHORTEST_RACE, SHORTEST_FINAL = 1e-3, 1e-2, 2e-2
# How many of the plans that were run alone take turns, and how many times slower than the best
# they may be.
FINALISTS, CLOSE = 16, 1.6
# A run is stopped once it takes this many times as long as the fastest one, but not before these
# seconds.
TOO_SLOW, STOPPED_AFTER = 3.0, 0.02
# No product is faster than a large one by more than this factor.
FASTER_PRODUCT = 1.3
# A process may take this share of the free memory for a plan.
MEMORY_SHARE = 0.5
# In how many sessions the last ones are compared, and in how many where a run takes less than SHORT
# seconds: such runs differ by a factor from one session to the next, as TensorFlow hands operations
# to other threads or does not.
SESSIONS, SESSIONS_OF_SHORT, SHORT = 2, 8, 2e-4
# Shares of a case's seconds that are over when the plans have run alone, and have raced.
ALONE_UNTIL, RACED_UNTIL = 0.6, 0.8


def main(arguments):
    """Measures the cases that are missing, prints them and the summary."""
    tf.disable_v2_behavior()
    # A search of more than a second says so; here all searches are looked at.
    logging.getLogger('tensornet').setLevel(logging.ERROR)
    cases = regret_cases(arguments.random, arguments.seed)
    wanted = [case for case in cases if fnmatch.fnmatchcase(case.name, arguments.only)]
    if not wanted:
        sys.exit(f"error: no case is named --only={arguments.only!r}; the first is "
                 f"{cases[0].name!r}, and '*' stands for any text")
    path = os.path.join(arguments.out, 'regret.json')
    settings = {'random_layers': arguments.random, 'seed': arguments.seed}
    results = _finished(path, settings, arguments.again and arguments.only == '*')
    end = time.monotonic() + 60 * arguments.minutes
    print(header(), flush=True)
    for case in wanted:
        if case.name in results['cases'] and not arguments.again:
            continue
        if time.monotonic() > end:
            print('the time is over; start again to go on')
            break
        entry = measure_case(case, arguments.seconds)
        results['cases'][case.name] = entry
        print(case_line(case.name, entry), flush=True)
        results['summary'] = summarize(results['cases'])
        write_json(path, results)
        draw(os.path.join(arguments.out, 'regret.png'), results['cases'])
    print('\n'.join(summary_lines(summarize(results['cases']))))


def measure_case(case, seconds):
    """Finds the fastest plan of a case and the regrets.

    Args:
        case: a `RegretCase`.
        seconds: budget, `plan='measure'` included; what must be done takes longer in places.

    Returns:
        Dictionary of JSON values, see `regret_report`.
    """
    begin, busy = time.perf_counter(), busy_cores(0.2)
    machine, kind = target_machine(case.dtype), case.kind
    plans = all_plans(case, machine)
    auto = estimated_plan(case, machine)
    start = time.perf_counter()
    measured = _measured_plan(case, machine)
    search_seconds = time.perf_counter() - start
    entry = {'layer': kind.describe(auto), 'busy_cores': busy, 'plans': len(plans),
             'search_seconds': search_seconds}
    if measured.measurement is None:
        return dict(entry, skipped='no plan can be run here')

    by_name = {kind.name(plan): plan for plan in plans}
    auto_name, measured_name = kind.name(auto), kind.name(measured)
    by_name.update({auto_name: auto, measured_name: measured._replace(measurement=None)})
    alone, left_out = _run_alone(case, by_name, begin + ALONE_UNTIL * seconds)
    if auto_name not in alone:
        return dict(entry, **left_out, skipped='the chosen plan does not fit the memory')
    bound = CLOSE * min(alone.values())
    finalists = [name for name in sorted(alone, key=alone.get)[:FINALISTS] if alone[name] <= bound]
    names = sorted({auto_name, measured_name, *finalists})
    with _Runs(case, {name: by_name[name] for name in names}) as runs:
        timers = {name: stopwatch(runs[name], SHORTEST_RACE) for name in names}
        raced = race(timers, kept=(auto_name, measured_name),
                     deadline=begin + RACED_UNTIL * seconds)
    compared = sorted({fastest(raced), auto_name, measured_name})
    is_short = np.median(raced[fastest(raced)]) < SHORT
    sessions = []
    for _ in range(SESSIONS_OF_SHORT if is_short else SESSIONS):
        with _Runs(case, {name: by_name[name] for name in compared}) as runs:
            timers = {name: stopwatch(runs[name], SHORTEST_FINAL) for name in compared}
            sessions.append(settled(timers, least=5, deadline=begin + seconds))
    best, regrets = regrets_of(sessions)
    times = {name: dict(
        summary(np.concatenate([session[name] for session in sessions])),
        session_mean_ms=1e3 * float(np.mean([np.median(session[name]) for session in sessions])))
        for name in compared}
    repetitions = sum(len(session[best]) for session in sessions)
    ranks = {kind.name(plan): rank for rank, plan in enumerate(plans, start=1)}
    return dict(entry, **left_out, tried=len(alone), repetitions=repetitions,
                rank_of_best=ranks.get(best), seconds=time.perf_counter() - begin,
                plan_names={'best': best, 'auto': auto_name, 'measure': measured_name},
                times={'best': times[best], 'auto': times[auto_name],
                       'measure': times[measured_name]},
                regret={'auto': regrets[auto_name], 'measure': regrets[measured_name]})


def _measured_plan(case, machine):
    """Returns the plan of plan='measure', which remembers nothing."""
    use_wisdom(None)
    setting = case.setting(machine)
    if case.kind is TT_MATRIX:
        return measured_plan(*case.shape, setting.batch_size, training=setting.training,
                             dtype=setting.dtype)
    return measured_conv_plan(case.shape, setting)


def _run_alone(case, by_name, deadline):
    """Runs each plan by itself, those of least estimated time first.

    Returns:
        Dictionary from names of plans to seconds, without those that were stopped; and a
        dictionary that says how many were left out: `too_much_arithmetic` for being the fastest,
        `too_large` for the memory, `stopped` since they take too long, and `untried` since the
        time was over.
    """
    names = sorted(by_name, key=lambda name: by_name[name].cost.seconds)
    seconds = {}
    left_out = dict.fromkeys(('too_much_arithmetic', 'too_large', 'stopped', 'untried'), 0)
    flops = FASTER_PRODUCT * fastest_product(case.dtype)
    memory = MEMORY_SHARE * available_memory()
    for first in range(0, len(names), CHUNK):
        is_over, chunk = seconds and time.perf_counter() > deadline, {}
        for name in names[first:first + CHUNK]:
            if seconds and by_name[name].cost.flops / flops > min(seconds.values()):
                left_out['too_much_arithmetic'] += 1
            elif _largest_tensors(by_name[name]) > memory:
                left_out['too_large'] += 1
            elif is_over:
                left_out['untried'] += 1
            else:
                chunk[name] = by_name[name]
        if not chunk:
            continue
        with _Runs(case, chunk) as runs:
            for name in chunk:
                limit = max(STOPPED_AFTER, TOO_SLOW * min(seconds.values(), default=np.inf))
                try:
                    runs.warm_up(name, limit)
                except tf.errors.DeadlineExceededError:
                    left_out['stopped'] += 1
                except tf.errors.ResourceExhaustedError:
                    # TensorFlow found less memory than there seemed to be.
                    left_out['too_large'] += 1
                else:
                    seconds[name] = stopwatch(runs[name], SHORTEST_ALONE)()
    return seconds, left_out


def _largest_tensors(plan):
    """Bytes of the tensors that a plan holds at the same time, about."""
    matrix = getattr(plan, 'matrix', plan)
    return 0 if matrix is None else matrix.kept_bytes + 3 * matrix.largest_intermediate_bytes


class _Runs:
    """Runs of plans for one layer in a graph and a session of their own; a context.

    Args:
        case: the `RegretCase`.
        by_name: dictionary from names to plans.
    """

    def __init__(self, case, by_name):
        with tf.Graph().as_default() as graph, tf.device('/cpu:0'):
            given = case.kind.prepare(next(iter(by_name.values())))
            self._operations = {name: case.kind.operations(plan, *given)
                                for name, plan in by_name.items()}
            initializer = tf.global_variables_initializer()
        self._session = tf.Session(graph=graph)
        self._session.run(initializer)

    def warm_up(self, name, limit):
        """Runs a plan once; DeadlineExceededError where that takes longer than `limit` seconds."""
        options = None
        if np.isfinite(limit):
            options = tf.RunOptions(timeout_in_ms=int(np.ceil(1e3 * limit)))
        self._session.run(self._operations[name], options=options)

    def __getitem__(self, name):
        return self._session.make_callable(self._operations[name])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._session.close()
        # Graphs are cycles, and hold gigabytes of ones here.
        gc.collect()


def _finished(path, settings, is_anew):
    """Returns the results in a file, or those of no case."""
    machine = machine_record(tensorflow=tf.__version__)
    if is_anew or not os.path.exists(path):
        return {'machine': machine, 'settings': settings, 'summary': {}, 'cases': {}}
    results = read_record(path, ['cases'], 'remove it or pass another --out')
    for name, value in (('machine', machine), ('settings', settings)):
        if results.get(name) != value:
            sys.exit(f'error: {path} has other {name}, {results.get(name)}; here it is {value}; '
                     'remove the file or pass another --out')
    return results


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--only', default='*', metavar='PATTERN',
                        help="cases to measure, such as 'vgg100 bfloat16 *' (default: all)")
    parser.add_argument('--again', action='store_true',
                        help='measure cases again that are in the file')
    parser.add_argument('--random', type=positive_integer, default=30,
                        help='number of random layers (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=14, help='of the random layers')
    parser.add_argument('--seconds', type=positive_number, default=8,
                        help='for a case (default: %(default)g); with more, more plans are tried '
                             'of layers that have many')
    parser.add_argument('--minutes', type=positive_number, default=60,
                        help='no case begins later (default: %(default)g)')
    add_out(parser)
    run(main, parser)
