"""Running cases in processes of their own, which a fault of a kernel may end.

Where there is a C compiler these have `poisoned_memory`.
"""

import json
import os
import sys
import time

from tests import prepared_python
from tests.fuzz import poisoned_memory

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHUNK = 200
ATTEMPTS = 3


def run(cases, command, seconds=float('inf')):
    """Runs cases chunk by chunk and prints what is wrong.

    Args:
        cases: list of dictionaries that JSON can hold.
        command: arguments for Python that run `work`.
        seconds: after which no new chunk is begun.

    Returns:
        Dictionary of how many cases were `run`, `wrong` and `missing`, of which TensorFlow has no
        kernel, and how many processes were `ended`.
    """
    counts = dict.fromkeys(('run', 'wrong', 'missing', 'ended'), 0)
    began = time.time()
    for first in range(0, len(cases), CHUNK):
        if time.time() - began > seconds:
            break
        chunk = cases[first:first + CHUNK]
        found, status = results(chunk, command)
        counts['run'] += len(chunk)
        for case, faults in zip(chunk, found):
            counts['missing'] += faults is None
            if faults:
                counts['wrong'] += 1
                print(json.dumps(faults), json.dumps(case), flush=True)
        if status:
            counts['ended'] += 1
            print(f'a process ended with {status}, by', flush=True)
            for case in _bisected(chunk, command):
                print('  ' + json.dumps(case), flush=True)
    return counts


def summary(counts, seed):
    """Returns the last line of a run."""
    memory = 'poisoned memory' if poisoned_memory.environment() else 'no C compiler: plain memory'
    return (f'{counts["run"]} cases, seed {seed}, {memory}: {counts["wrong"]} wrong, '
            f'{counts["missing"]} without a kernel, {counts["ended"]} processes ended')


def work(faults):
    """Runs the cases of the standard input, a line each, and prints a line for each.

    Args:
        faults: function of a case that returns a dictionary of what is wrong, or None.
    """
    for line in sys.stdin:
        print(json.dumps(faults(json.loads(line))), flush=True)


def results(cases, command):
    """Runs cases in one process; returns what it found in each and its exit status."""
    process = prepared_python.run(
        [sys.executable] + command, input='\n'.join(map(json.dumps, cases)), text=True, cwd=ROOT,
        stdout=prepared_python.PIPE, stderr=prepared_python.DEVNULL,
        env=poisoned_memory.environment())
    return [json.loads(line) for line in process.stdout.splitlines()], process.returncode


def _bisected(cases, command):
    """Returns as few of the cases as end a process."""
    while len(cases) > 1:
        halves = cases[:len(cases) // 2], cases[len(cases) // 2:]
        ending = [half for half in halves
                  if any(results(half, command)[1] for _ in range(ATTEMPTS))]
        if not ending:
            break
        cases = ending[0]
    return cases
