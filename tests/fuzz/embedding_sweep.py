"""Random embeddings and bags of them against their tables in float64.

    python -m tests.fuzz.embedding_sweep [--count 500] [--seed 0]

Modes, ranks, padding, types, ids of every shape, known or not, none at all among them, plans and
parts are drawn; compared are the output and the gradients of the cores. Prints each fault with its
case; exits with 1 if there are any.
"""

import argparse
import os
import sys

import numpy as np

from tests.fuzz import isolated


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--count', type=int, default=500)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='begin nothing new after so many')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    from tests.fuzz.embedding_cases import draw, faults

    if arguments.worker:
        isolated.work(faults)
        return 0
    random = np.random.RandomState(arguments.seed)
    cases = [draw(random) for _ in range(arguments.count)]
    counts = isolated.run(cases, ['-m', 'tests.fuzz.embedding_sweep', '--worker'],
                          arguments.seconds)
    print(isolated.summary(counts, arguments.seed))
    return 1 if counts['wrong'] or counts['ended'] else 0


if __name__ == '__main__':
    sys.exit(main())
