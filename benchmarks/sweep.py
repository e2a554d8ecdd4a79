"""Compares the chosen plan with the chain over random shapes, ranks and batches.

    python benchmarks/sweep.py --cases 200

A case counts as slow where the chosen plan takes more than 10 % and 50 us longer than the chain in
two measurements. Writes sweep.json to --out.
"""

import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.command_line import add_out, make_parser, positive_integer, run
from benchmarks.machine import busy_cores, machine_record
from benchmarks.random_cases import median_seconds, random_case, random_plans
from tensornet.whole_file import write_json


def main(arguments):
    """Measures the cases; returns 1 where one is slow."""
    tf.disable_v2_behavior()
    draw = random.Random(arguments.seed)
    busy, rows = busy_cores(), []
    for number in range(arguments.cases):
        case = random_case(draw)
        best, chain = random_plans(case, draw, 0)
        ours, theirs = _measure(case, [best, chain], 7)
        if _is_slow(ours, theirs):
            ours, theirs = _measure(case, [best, chain], 31)
        rows.append(dict(case._asdict(), groups=best.groups, order=best.order, seconds=ours,
                         chain_seconds=theirs, slow=bool(_is_slow(ours, theirs))))
        if rows[-1]['slow']:
            print(f'slow: {rows[-1]}', flush=True)
        if number % 20 == 19:
            print(f'{number + 1} of {arguments.cases} cases', flush=True)
    ratios = np.array([row['chain_seconds'] / row['seconds'] for row in rows])
    slow = sum(row['slow'] for row in rows)
    write_json(os.path.join(arguments.out, 'sweep.json'),
               {'machine': machine_record(tensorflow=tf.__version__), 'busy_cores': busy,
                'cases': rows, 'slow': slow,
                'median_speedup': float(np.median(ratios))})
    print(f'{len(rows)} cases: chain over ours min {ratios.min():.2f}, median '
          f'{np.median(ratios):.2f}, max {ratios.max():.2f}; {slow} slow')
    return 1 if slow else 0


def _measure(case, plans, repetitions):
    """Median seconds of the two plans."""
    if plans[0].is_chain:
        # Both are the same graph: there is nothing to compare.
        plans = plans[1:]
    medians = median_seconds(case, plans, repetitions)
    return medians[0], medians[-1]


def _is_slow(ours, theirs):
    return ours > 1.1 * theirs and ours > theirs + 50e-6


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--cases', type=positive_integer, default=200)
    parser.add_argument('--seed', type=int, default=0)
    add_out(parser)
    run(main, parser)
