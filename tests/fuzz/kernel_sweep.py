"""Sweeps the kernels that the library uses, to find sizes for which they are wrong.

    python -m tests.fuzz.kernel_sweep [--through tensorflow] [--count 2000] [--seed 0]

Random sizes of convolutions and depthwise ones, with and without dilations, of products, bias
additions and sums, with empty batches, single channels, windows and pixels among them, in all
types, forward and backward against NumPy in float64. `--through tensorflow` runs the plain kernels:
what it finds is what `tensornet.contraction.kernel_faults` has to know. `--through library`, the
default, runs them as the library calls them, and should find nothing.

The cases run in processes of their own. Where one is ended by a kernel, its cases are run again
in halves until the one that did it is found. Prints each fault with its case; exits with 1 if
there are any.
"""

import argparse
import os
import sys

import numpy as np

from tests.fuzz import isolated
from tests.fuzz.kernel_cases import DTYPES, KINDS, draw


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--through', choices=('tensorflow', 'library'), default='library')
    parser.add_argument('--count', type=int, default=2000)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--kind', choices=KINDS)
    parser.add_argument('--dtype', choices=DTYPES)
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='begin nothing new after so many')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
        from tests.fuzz.kernel_runs import faults

        isolated.work(lambda case: faults(case, arguments.through))
        return 0
    random = np.random.RandomState(arguments.seed)
    cases = [draw(random, arguments.kind, arguments.dtype) for _ in range(arguments.count)]
    counts = isolated.run(cases, ['-m', 'tests.fuzz.kernel_sweep', '--worker', '--through',
                                  arguments.through], arguments.seconds)
    print(isolated.summary(counts, arguments.seed))
    return 1 if counts['wrong'] or counts['ended'] else 0


if __name__ == '__main__':
    sys.exit(main())
