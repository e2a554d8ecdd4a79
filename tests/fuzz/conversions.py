"""Random conversions of layers in checkpoints against their dense weights in float64.

    python -m tests.fuzz.conversions [--count 500] [--seed 0] [--layer tt] [--dtype float16]

Dense layers are converted; TT layers are rounded, grown and given other modes; all with moving
averages, padding, every type and the ends of its range, types that differ within a checkpoint.
Compared are the reported errors, ranks and sizes, what was to be copied, the way back to dense
weights, and the output of a graph that is built with the reported arguments and restored with
`tf.train.Saver` and `tensornet.checkpoints.Saver`. Each disagreement is printed with its case, as
JSON; the last line has the counts. Exits with 1 if there is any.
"""

import argparse
import os
import sys

import numpy as np

from tests.fuzz import isolated
from tests.fuzz.conversion_cases import ACTIONS, DTYPES, LAYERS, draw


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=500)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--layer', choices=LAYERS)
    parser.add_argument('--dtype', choices=DTYPES)
    parser.add_argument('--action', choices=ACTIONS)
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='begin nothing new after so many')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
        from tests.fuzz.conversion_runs import faults

        isolated.work(faults)
        return 0
    random = np.random.RandomState(arguments.seed)
    cases = [draw(random, arguments.layer, arguments.dtype, arguments.action)
             for _ in range(arguments.count)]
    counts = isolated.run(cases, ['-m', 'tests.fuzz.conversions', '--worker'], arguments.seconds)
    print(isolated.summary(counts, arguments.seed))
    return 1 if counts['wrong'] or counts['ended'] else 0


if __name__ == '__main__':
    sys.exit(main())
