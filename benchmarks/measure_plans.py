"""Measures plans of random layers, for `calibrate.py` to fit the cost model to.

    python benchmarks/measure_plans.py --dtype bfloat16 --seconds 120

Of each layer the plans are measured that the model ranks first, some that are drawn, with other
operations too, and the chain. Writes plans-DTYPE-THREADS.json to --out; a file that is there
already is continued.
"""

import json
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

import tensorflow.compat.v1 as tf

from benchmarks.command_line import (
    add_out,
    make_parser,
    positive_integer,
    positive_number,
    read_record,
    run,
)
from benchmarks.machine import busy_cores, machine_record
from benchmarks.random_cases import Case, median_seconds, random_case, random_plans
from benchmarks.workloads import TT_WORKLOADS
from tensornet.contraction.plan_record import plan_to_record
from tensornet.contraction.plans import ranked_plans
from tensornet.contraction.step_operations import variants
from tensornet.whole_file import write_text

DTYPES = 'float32', 'bfloat16', 'float16', 'float64'
# How many plans of a layer are taken by rank, drawn, and drawn with other operations.
RANKED, DRAWN, VARIED = 5, 2, 2
REPETITIONS, SHORTEST = 5, 0.02


def main(arguments):
    """Measures layers until the time is over; writes the file after each."""
    tf.disable_v2_behavior()
    path = os.path.join(arguments.out, f'plans-{arguments.dtype}-{arguments.threads or "all"}.json')
    cases = []
    if os.path.exists(path):
        cases = read_record(path, ['cases'], 'remove it or pass another --out')['cases']
    # A continued file gets other layers.
    draw = random.Random(f'{arguments.seed} {len(cases)}')
    record = machine_record(tensorflow=tf.__version__)
    end, busy = time.monotonic() + arguments.seconds, busy_cores()
    while time.monotonic() < end:
        case = draw.choice(_workloads()) if draw.random() < 0.3 else random_case(draw)
        plans = _candidates(case, arguments.dtype, draw)
        seconds = median_seconds(case, plans, REPETITIONS, arguments.dtype, arguments.threads,
                                 SHORTEST)
        cases.append(dict(case._asdict(), plans=[
            dict(plan_to_record(plan), seconds=float(f'{value:.4g}'))
            for plan, value in zip(plans, seconds)]))
        # One line: indented it would be three times as long.
        write_text(path, json.dumps({
            'machine': record, 'busy_cores': busy, 'dtype': arguments.dtype,
            'threads': arguments.threads, 'cases': cases}, separators=(',', ':')) + '\n')
    print(f'{path}: {len(cases)} layers, {sum(len(c["plans"]) for c in cases)} plans')


def _workloads():
    return [Case(list(w.inp_modes), list(w.out_modes), list(w.ranks), w.batch_size, training)
            for w in TT_WORKLOADS if w.name in ('vgg1', 'vgg100', 'mnist100', 'fc41')
            for training in (False, True)]


def _candidates(case, dtype, draw):
    """Returns different plans of a layer, none of which the model takes for hopeless."""
    plans = random_plans(case, draw, DRAWN, dtype)
    best = plans[0]
    ranked = ranked_plans(best.shape, best.setting, RANKED)
    plans += ranked[:RANKED]
    for _ in range(VARIED):
        varied = draw.choice(ranked)
        if not varied.is_chain:
            k = draw.randrange(len(varied.operations))
            operations = list(varied.operations)
            operations[k] = draw.choice(list(variants(operations[k], case.training)))
            plans.append(varied._replace(operations=tuple(operations)))
    plans = list(dict.fromkeys(plans))
    limit = 8 * best.cost.seconds + 3e-4
    return [plan for plan in plans if plan.cost.seconds < limit]


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--dtype', choices=DTYPES, default='float32',
                        help='type of the layers (default: %(default)s)')
    parser.add_argument('--threads', type=positive_integer, default=0,
                        help='threads of an operation (default: one for each core)')
    parser.add_argument('--seconds', type=positive_number, default=120,
                        help='no layer begins later (default: %(default)g)')
    parser.add_argument('--seed', type=int, default=1, help='of the layers (default: %(default)s)')
    add_out(parser)
    run(main, parser)
