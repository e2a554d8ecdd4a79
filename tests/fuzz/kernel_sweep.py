"""Sweeps the kernels that the library uses, to find sizes for which they are wrong.

    python -m tests.fuzz.kernel_sweep [--through tensorflow] [--count 2000] [--seed 0]

Random sizes of convolutions, depthwise convolutions, products, bias additions and sums, with
empty batches, single channels, windows and pixels among them, in all types, forward and backward
against NumPy in float64. `--through tensorflow` runs the plain kernels: what it finds is what
`tensornet.contraction.kernel_faults` has to know. `--through library`, the default, runs them as
the library calls them, and should find nothing.

The cases run in processes of their own. Where one is ended by a kernel, its cases are run again
in halves until the one that did it is found. Prints each fault with its case; exits with 1 if
there are any.
"""

import argparse
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHUNK = 400
ATTEMPTS = 3


def main():
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--through', choices=('tensorflow', 'library'), default='library')
    parser.add_argument('--count', type=int, default=2000)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--kind')
    parser.add_argument('--dtype')
    parser.add_argument('--seconds', type=float, default=float('inf'),
                        help='stop after so many, whatever the count')
    parser.add_argument('--worker', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return _work(arguments.through)
    found = sweep(arguments)
    print('%d cases, seed %d: %d wrong, %d without a kernel, %d ended the process'
          % (found['run'], arguments.seed, found['wrong'], found['missing'], found['crashed']))
    return 1 if found['wrong'] or found['crashed'] else 0


def sweep(arguments):
    """Draws and runs cases; returns how many were `run`, `wrong`, `missing` and `crashed`."""
    import numpy as np

    from tests.fuzz.kernel_cases import draw

    random = np.random.RandomState(arguments.seed)
    cases = [draw(random, arguments.kind, arguments.dtype) for _ in range(arguments.count)]
    counts = dict.fromkeys(('run', 'wrong', 'missing', 'crashed'), 0)
    began = time.time()
    for first in range(0, len(cases), CHUNK):
        if time.time() - began > arguments.seconds:
            break
        chunk = cases[first:first + CHUNK]
        counts['run'] += len(chunk)
        results, ended = _run(chunk, arguments.through)
        for case, faults in zip(chunk, results):
            counts['missing'] += faults is None
            if faults:
                counts['wrong'] += 1
                print(json.dumps(faults), json.dumps(case), flush=True)
        if ended:
            counts['crashed'] += 1
            print('the process ended with %s, by one of' % ended, flush=True)
            for case in _bisected(chunk, arguments.through):
                print('  ' + json.dumps(case), flush=True)
    return counts


def _run(cases, through):
    """Runs cases in one process; returns their faults and its exit status if that is not 0."""
    process = subprocess.run(
        [sys.executable, '-m', 'tests.fuzz.kernel_sweep', '--worker', '--through', through],
        input='\n'.join(map(json.dumps, cases)), stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    return [json.loads(line) for line in process.stdout.splitlines()], process.returncode


def _bisected(cases, through):
    """Returns as few of the cases as end a process."""
    while len(cases) > 1:
        halves = cases[:len(cases) // 2], cases[len(cases) // 2:]
        ending = [half for half in halves
                  if any(_run(half, through)[1] for _ in range(ATTEMPTS))]
        if not ending:
            break
        cases = ending[0]
    return cases


def _work(through):
    """Runs the cases of the standard input; prints a line for each."""
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    from tests.fuzz.kernel_runs import faults

    for line in sys.stdin:
        print(json.dumps(faults(json.loads(line), through)), flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
