"""Fits the constants of the cost model to measured plans of random layers.

    python benchmarks/calibrate.py --seconds 150

Prints the constants for `tensornet.contraction.machine.CPU`. The constants of convolutions are
not fitted here. Needs scipy.
"""

import os
import random
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np  # noqa: E402
import tensorflow.compat.v1 as tf  # noqa: E402
from scipy.optimize import minimize  # noqa: E402

from benchmarks.command_line import make_parser, run  # noqa: E402
from benchmarks.random_cases import (  # noqa: E402
    Case,
    operations_of_plans,
    random_case,
    random_plans,
)
from benchmarks.workloads import TT_WORKLOADS  # noqa: E402
from experiments.common.interleaved import interleaved_times  # noqa: E402
from tensornet.contraction.machine import CPU  # noqa: E402

CONSTANTS = ('flops', 'batched_flops', 'bandwidth', 'transpose_bandwidth', 'op', 'batched_op',
             'transpose_op', 'matrix', 'small_flops', 'small_matrix')


def main(arguments):
    """Measures for the given time, fits and prints."""
    tf.disable_v2_behavior()
    plans, seconds = _measurements(arguments.seconds, random.Random(arguments.seed))
    factors = _fit(plans, seconds)
    print('fitted to %d plans; mean error of the logarithm %.2f'
          % (len(plans), np.abs(_errors(factors, plans, seconds)).mean()))
    for name in CONSTANTS:
        print('%s=%.2g' % (name, getattr(_machine(factors), name)))


def _measurements(seconds, draw):
    """Measures plans until the time is over; returns them and their median seconds."""
    small = [Case(list(w.inp_modes), list(w.out_modes), list(w.ranks), w.batch_size, training)
             for w in TT_WORKLOADS if w.name in ('vgg1', 'vgg100', 'mnist100', 'fc41')
             for training in (False, True)]
    plans, medians = [], []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        case = draw.choice(small) if draw.random() < 0.35 else random_case(draw)
        candidates = random_plans(case, draw, 4)
        with tf.Graph().as_default(), tf.Session() as session:
            operations = operations_of_plans(case, candidates)
            session.run(tf.global_variables_initializer())
            runs = {k: session.make_callable(ops) for k, ops in enumerate(operations)}
            times = interleaved_times(runs, 7)
        plans += candidates
        medians += [float(np.median(times[k])) for k in range(len(candidates))]
    return plans, np.array(medians)


def _fit(plans, seconds):
    """Minimizes the mean error of the logarithm; single outliers must not rule."""
    start = np.zeros(len(CONSTANTS) + 1)
    simplex = np.vstack([start, start + 0.5 * np.eye(len(start))])

    def loss(factors):
        return np.minimum(np.abs(_errors(factors, plans, seconds)), 1.0).mean()

    return minimize(loss, start, method='Nelder-Mead',
                    options={'maxfev': 900, 'xatol': 0.02, 'fatol': 1e-4,
                             'initial_simplex': simplex}).x


def _errors(factors, plans, seconds):
    """Logarithms of estimate over measurement; the last factor is the time of a session's run."""
    machine = _machine(factors)
    estimates = [plan._replace(setting=plan.setting._replace(machine=machine)).cost.seconds
                 for plan in plans]
    return np.log(np.array(estimates) + 1e-4 * np.exp(factors[-1])) - np.log(seconds)


def _machine(factors):
    scaled = {name: float(np.exp(factor)) * getattr(CPU, name)
              for name, factor in zip(CONSTANTS, factors)}
    return CPU._replace(**scaled)


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--seconds', type=float, default=150)
    parser.add_argument('--seed', type=int, default=1)
    run(main, parser)
