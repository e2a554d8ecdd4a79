"""Running the command and scripts as a user does."""

import os
import sys

from tests import prepared_python

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
    done = prepared_python.run(
        [sys.executable] + arguments, cwd=folder, env=environment, stdin=prepared_python.DEVNULL,
        capture_output=True, text=True, timeout=1200)
    return done.returncode, done.stdout, done.stderr
