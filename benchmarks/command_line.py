"""The command line of the benchmarks: `--out`, errors and exit status."""

import argparse
import importlib.util
import json
import math
import os
import signal
import subprocess
import sys
import tempfile

from tensornet import command

FOLDER = os.path.dirname(os.path.abspath(__file__))
# The committed results. A run goes elsewhere by default: one of a single workload would take the
# place of the full one.
RESULTS, RUNS = os.path.join(FOLDER, 'results'), os.path.join(FOLDER, 'runs')


def make_parser(description):
    """Returns a parser that prints a script's docstring at `--help`."""
    return argparse.ArgumentParser(description=description,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)


def add_out(parser):
    """Adds `--out`, the folder of the results."""
    parser.add_argument('--out', default=RUNS, metavar='FOLDER',
                        help='folder to write to (default: benchmarks/runs)')


def add_repetitions(parser, default):
    """Adds `--repetitions`."""
    parser.add_argument('--repetitions', type=positive_integer, default=default,
                        help='how often each alternative is measured (default: %(default)s)')


def positive_integer(text):
    """Type of arguments that count."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f'expected a positive integer, but got {text!r}')
    return value


def positive_number(text):
    """Type of arguments that are times."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f'expected a positive number, but got {text!r}')
    return value


def share(text):
    """Type of arguments that are a share of a whole, and not nothing."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(
            f'expected a number above 0 and at most 1, but got {text!r}')
    return value


def run(main, parser):
    """Parses the command line and calls `main(arguments)`; does not return.

    `--out` is made and tried first: what was measured for an hour should not be lost.

    Raises:
        SystemExit: with the status that `main` returns; 2 after a wrong argument; 1 where files
            cannot be written or a process that measures has failed; 130 after Ctrl-C.
    """
    arguments = parser.parse_args()

    def checked():
        if hasattr(arguments, 'out'):
            _check_out(arguments.out)
        try:
            return main(arguments)
        except subprocess.CalledProcessError as error:
            if error.returncode == -signal.SIGINT:  # Ctrl-C reached the process that measures.
                raise KeyboardInterrupt from error
            # The process has printed what happened.
            sys.exit(f'error: {error}')

    command.run(checked)


def _check_out(folder):
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        sys.exit(f'error: the folder --out={folder} cannot be written to: {error.strerror}; name '
                 'another one')


def read_record(path, names, remedy):
    """Returns the JSON object in a file, or ends the process where it is no such object.

    Args:
        path: the file.
        names: the entries that it must have.
        remedy: what to do where it is another file, for the message.
    """
    try:
        with open(path, encoding='utf-8') as file:
            record = json.load(file)
    except ValueError as error:
        sys.exit(f'error: {path} is no JSON: {error}; {remedy}')
    missing = [name for name in names if not isinstance(record, dict) or name not in record]
    if missing:
        sys.exit(f'error: {path} has no {" and no ".join(missing)}; {remedy}')
    return record


def require(package, requirements):
    """Ends the process with an error where a package is not installed."""
    if importlib.util.find_spec(package) is None:
        sys.exit(f'error: {package} is not installed; python -m pip install -r '
                 f'benchmarks/{requirements}')
