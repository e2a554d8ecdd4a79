"""Random valid calls of the layers against their dense weights in float64.

    python -m tests.fuzz.valid_layers [--count 2000] [--seed 0] [--layer tt] [--dtype float16]

All layers with weights, plans and types; strides, dilations, windows, both orders of the axes,
batches of 0, 1 and more, sizes that the graph does not know, modes that multiply to more than there
is, one rank for all bonds, inside of loops and branches of both kinds, with and without biases, and
`recompute`. Output and all gradients are compared; `rounding` says how far they may be off. Each
disagreement is printed with its call, as JSON; the last line has the counts. Exits with 1 if there
is any.
"""

import argparse
import os
import sys

import numpy as np

from tests.fuzz import isolated
from tests.fuzz.layer_cases import DTYPES, LAYERS, draw


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=2000)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--layer', choices=LAYERS)
    parser.add_argument('--dtype', choices=DTYPES)
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='begin nothing new after so many')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
        from tests.fuzz.layer_runs import faults

        isolated.work(faults)
        return 0
    random = np.random.RandomState(arguments.seed)
    cases = [draw(random, arguments.layer, arguments.dtype) for _ in range(arguments.count)]
    counts = isolated.run(cases, ['-m', 'tests.fuzz.valid_layers', '--worker'],
                          arguments.seconds)
    print(isolated.summary(counts, arguments.seed))
    return 1 if counts['wrong'] or counts['ended'] else 0


if __name__ == '__main__':
    sys.exit(main())
