"""Running the command and scripts as a user does."""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPTS = os.path.join(ROOT, 'tests', 'fixtures', 'scripts')


def run(arguments, folder, path=ROOT):
    """Runs Python without a terminal.

    Args:
        arguments: list of strings, the command line behind `python`.
        folder: working directory.
        path: PYTHONPATH, where `tensornet` is found.

    Returns:
        Exit status, what was printed, what was printed to stderr.
    """
    environment = dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE='1')
    environment.pop('COLUMNS', None)
    process = subprocess.Popen(
        [sys.executable] + arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    output, errors = process.communicate(timeout=300)
    return process.returncode, output, errors
