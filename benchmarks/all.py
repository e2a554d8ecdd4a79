"""Runs all benchmarks, one after another.

    python benchmarks/all.py --out benchmarks/results
    python benchmarks/all.py --only run --only regret

Needs requirements-peers.txt. For PyTorch the first script with --peers makes the environment
.venv-torch. A script that fails is named at the end, and the others run all the same.
"""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')

from benchmarks.command_line import FOLDER, add_out, make_parser, run
from benchmarks.decomposition import CASES

# Scripts with their arguments; what the README is made of comes first.
SCRIPTS = {
    'run': ['--peers'],
    'precision': [],
    'regret': ['--again'],
    'frozen': [],
    'deployment': [],
    'build_time': [],
    'network': ['--profile'],
    'recurrent': [],
    'memory': [],
    'sweep': [],
    'products': [],
    'growth': [],
    'decomposition': [*('--case=' + name for name in CASES), '--timeout=1800'],
    'traffic': [],
    'embedding': ['--peers'],
    'xla': [],
}


def main(arguments):
    """Runs the chosen scripts; returns 1 where one has failed."""
    failed = []
    for name in arguments.only or SCRIPTS:
        command = [sys.executable, os.path.join(FOLDER, name + '.py'),
                   *SCRIPTS[name], '--out', arguments.out]
        print(f'== {name} {" ".join(command[2:])}', flush=True)
        start = time.monotonic()
        # Ctrl-C reaches both; the script ends as it does alone, and so does this one.
        status = subprocess.call(command)
        if status:
            failed.append(name)
        ended = f'status {status}' if status else 'done'
        print(f'== {name}: {ended} after {time.monotonic() - start:.0f} s', flush=True)
    if failed:
        print(f'not all went well: {", ".join(failed)}')
    return 1 if failed else 0


if __name__ == '__main__':
    parser = make_parser(__doc__)
    parser.add_argument('--only', action='append', choices=list(SCRIPTS),
                        help='script to run (default: all)')
    add_out(parser)
    run(main, parser)
