"""Fits the constants of the cost model to the plans that `measure_plans.py` has measured.

    python benchmarks/calibrate.py benchmarks/results/plans/plans-float32-all.json

For every file: how well the present constants choose among the plans of each layer, how well those
fitted to one half of the layers choose in the other half, and the constants fitted to all. What is
chosen counts by its regret, its measured time over that of the fastest. The constants of
convolutions are not fitted. Needs scipy.
"""

import os
import sys
from collections import namedtuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

import numpy as np

from benchmarks.command_line import make_parser, read_record, require, run
from tensornet.contraction import cpu, plan
from tensornet.contraction.machine import CPU
from tensornet.contraction.plan_record import plan_from_record

RATES = 'flops', 'batched_flops', 'bandwidth', 'transpose_bandwidth', 'small_flops'
TIMES = 'op', 'batched_op', 'transpose_op', 'matrix', 'small_matrix', 'shared_op'
# A machine on which all that is fitted takes no time.
NO_TIME = CPU._replace(**dict.fromkeys(RATES, 1e300), **dict.fromkeys(TIMES, 0.0))
# Seconds that a session's run takes, to begin with.
SESSION_RUN = 2e-5
# A time of zero would have no logarithm.
LEAST_TIME = 1e-9


class Layer(namedtuple('Layer', ['seconds', 'amounts'])):
    """The measured plans of a layer.

    Attributes:
        seconds: array `[plans]`.
        amounts: array `[plans, constants + 1]`, of which the product with the constants, as
            seconds, is the estimate. The last is the time of a session's run.
    """

    __slots__ = ()


def main(arguments):
    """Fits and prints."""
    require('scipy', 'requirements-peers.txt')
    for path in arguments.files:
        record = read_record(path, ['cases', 'dtype', 'threads', 'machine'],
                             'pass what measure_plans.py wrote')
        layers = _layers(record)
        if len(layers) < 2:
            sys.exit(f'error: {path} has fewer than two layers with several plans; run '
                     'measure_plans.py longer')
        present = _logarithms(cpu(record['dtype'], threads=record['threads'] or None))
        print(f'{path}: {len(layers)} layers, {record["machine"]["processor"]}')
        print('  present constants:   ', _quality(present, layers))
        print('  fitted to other half:', _quality(_fitted(present, layers[::2]), layers[1::2]))
        constants = _fitted(present, layers)
        print('  fitted to all:       ', _quality(constants, layers))
        values = [(name, 1 / value if name in RATES else value)
                  for name, value in zip(RATES + TIMES, np.exp(constants))]
        print('   ', ', '.join(f'{name}={value:.2g}' for name, value in values))


def _layers(record):
    """Returns the `Layer`s of a file that have something to choose."""
    layers = []
    for case in record['cases']:
        any_plan = plan(case['inp_modes'], case['out_modes'], case['ranks'], case['batch_size'],
                        training=case['training'], dtype=record['dtype'])
        plans = [plan_from_record(entry, any_plan) for entry in case['plans']]
        if len(plans) > 1:
            layers.append(Layer(np.array([entry['seconds'] for entry in case['plans']]),
                                _amounts(plans)))
    return layers


def _amounts(plans):
    """Returns the amounts of a `Layer`.

    An estimate is linear in the times and in the inverse rates, so each column is the estimate with
    all other constants at no time.
    """
    columns = []
    for name in RATES + TIMES:
        machine = NO_TIME._replace(**{name: 1.0})
        columns.append([each._replace(setting=each.setting._replace(machine=machine)).cost.seconds
                        for each in plans])
    return np.array(columns + [[1.0] * len(plans)]).T


def _logarithms(machine):
    """Returns the logarithms of a machine's constants, as seconds."""
    return np.log([1 / getattr(machine, name) for name in RATES]
                  + [max(getattr(machine, name), LEAST_TIME) for name in TIMES] + [SESSION_RUN])


def _fitted(start, layers):
    """Returns logarithms of constants that choose well and estimate well."""
    from scipy.optimize import minimize

    constants = start
    for _ in range(2):
        simplex = np.vstack([constants, constants + 0.5 * np.eye(len(constants))])
        constants = minimize(
            _loss, constants, args=(start, layers), method='Nelder-Mead',
            options={'maxfev': 2500, 'xatol': 0.01, 'fatol': 1e-5,
                     'initial_simplex': simplex}).x
    return constants


def _loss(constants, start, layers):
    """What is wrong with constants; single outliers must not rule."""
    total = 0.0
    for layer in layers:
        estimate = np.log(layer.amounts @ np.exp(constants))
        error = estimate - np.log(layer.seconds)
        best = np.argmin(layer.seconds)
        # The regret of a choice among those that are estimated nearly alike, which is smooth.
        chances = np.exp((estimate.min() - estimate) / 0.08)
        regrets = np.minimum(layer.seconds / layer.seconds[best] - 1, 1.5)
        total += (chances @ regrets / chances.sum()
                  + 0.4 * np.minimum(np.abs(error - error[best]), 1).mean()
                  + 0.15 * np.minimum(np.abs(error), 1).mean())
    # Constants that the layers say nothing of stay where they are.
    return total / len(layers) + 0.01 * np.abs(constants - start).mean()


def _quality(constants, layers):
    regrets, errors = [], []
    for layer in layers:
        estimate = layer.amounts @ np.exp(constants)
        regrets.append(layer.seconds[np.argmin(estimate)] / layer.seconds.min())
        errors.append(np.abs(np.log(estimate / layer.seconds)).mean())
    median, high, worst = np.percentile(regrets, [50, 90, 100])
    return (f'regret median {median:.2f}, 9 of 10 {high:.2f}, worst {worst:.2f}; mean error of the '
            f'logarithm {np.mean(errors):.2f}')


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('files', nargs='+', metavar='FILE', help='what measure_plans.py wrote')
    run(main, parser)
