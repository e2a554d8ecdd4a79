"""Ports and runs projects, and tells whether the report named what stopped each.

    python -m tests.port.run_projects FOLDER [--time SECONDS] [--keep FOLDER]

Each folder in FOLDER is a project. What is run is the command line in its `command.txt`, such as
`nets/train.py --max_steps=2`, in the folder of the script; without it `train.py`. A line is printed
for each: `runs`; `named`, where the report on the ported project names a line that the error
passed; `lacks`, where a package of others is not installed; or `not named`. The exit status is the
number of these last ones.
"""

import argparse
import os
import re
import runpy
import shlex
import signal
import sys
import tempfile
import traceback

import tensornet  # noqa: F401, the scripts find TensorFlow and the library loaded
from tensornet.port import files, gone, project, python2_evidence, report

_FRAME = re.compile(r'^\s*File "([^"]+)", line (\d+)', re.MULTILINE)
_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
RUNS, NAMED, LACKS, NOT_NAMED = 'runs', 'named', 'lacks', 'not named'


def judge(folder, out, seconds):
    """Ports a project, runs it and compares.

    Args:
        folder: the project.
        out: folder that is made for the ported project.
        seconds: how long it may run.

    Returns:
        Verdict, and the last line of the error with the place in the project; '' where it runs.
    """
    _port(folder, out)
    status, errors = _run(out, _command(folder), seconds)
    if status == 0:
        return RUNS, ''
    error = ([line for line in errors.splitlines() if line.strip()] or ['no message'])[-1]
    places = [(os.path.relpath(path, os.path.realpath(out)), int(line))
              for path, line in _FRAME.findall(errors)
              if os.path.realpath(path).startswith(os.path.realpath(out) + os.sep)]
    # Ported again, the project is as it is, and its lines have the numbers of what ran.
    looks = {(file.name, line) for file, result in _pairs(out) for note in result.looks
             for line in [note.line] + [int(line) for line in re.findall(r'line (\d+)', note.text)]}
    named = [place for place in places if place in looks]
    where = ''.join(f'{path}:{line}: ' for path, line in (named or places)[-1:])
    verdict = NAMED if named else LACKS if _is_of_others(error, out) else NOT_NAMED
    return verdict, where + error.strip()[:150]


def _is_of_others(error, folder):
    """Whether a module was not found that neither Python, TensorFlow nor the project ever had."""
    match = _NO_MODULE.match(error)
    name = match.group(1) if match else 'tensorflow'
    first = name.split('.')[0]
    return first not in ('tensorflow', 'tensornet') and not gone.is_gone(name) and (
        first not in python2_evidence.MODULES) and not any(
            first in names + [os.path.splitext(file)[0] for file in found]
            for _, names, found in os.walk(folder))


def _pairs(folder, out=None):
    return project.port(files.find(folder, out))


def _port(folder, out):
    pairs = _pairs(folder, out)
    found, results = [file for file, _ in pairs], [result for _, result in pairs]
    files.write(found, [result.content for result in results], out)
    with open(out + '.report.txt', 'w', encoding='utf-8') as file:
        file.write(report.text(found, results) + '\n')


def _command(folder):
    path = os.path.join(folder, 'command.txt')
    if not os.path.exists(path):
        return ['train.py']
    with open(path) as file:
        return shlex.split(file.read())


def _run(folder, command, seconds):
    """Runs a script in a process of its own that TensorFlow is loaded in."""
    script = os.path.join(os.path.realpath(folder), command[0])
    with tempfile.TemporaryFile() as errors:
        child = os.fork()
        if not child:
            _become(script, command[1:], errors, seconds)
        _, status = os.waitpid(child, 0)
        errors.seek(0)
        text = errors.read().decode('utf-8', 'replace')
    if os.WIFSIGNALED(status):
        return 1, f'{text}\nended by signal {os.WTERMSIG(status)}'
    return os.WEXITSTATUS(status), text


def _become(script, arguments, errors, seconds):
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    os.dup2(errors.fileno(), 2)
    os.chdir(os.path.dirname(script))
    sys.path[0:0], sys.argv[:] = [os.path.dirname(script)], [script] + arguments
    signal.alarm(seconds)
    status = 0
    try:
        runpy.run_path(script, run_name='__main__')
    except SystemExit as error:
        status = 1 if error.code else 0
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stderr.flush()
    os._exit(status)


def main():
    """Prints the table and returns how many projects failed without being named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder')
    parser.add_argument('--time', type=int, default=200, metavar='SECONDS')
    parser.add_argument('--keep', metavar='FOLDER', help='where the ported projects are left')
    options = parser.parse_args()
    verdicts = []
    with tempfile.TemporaryDirectory() as temporary:
        for name in sorted(os.listdir(options.folder)):
            folder = os.path.join(options.folder, name)
            if os.path.isdir(folder):
                verdict, error = judge(
                    folder, os.path.join(options.keep or temporary, name), options.time)
                verdicts.append(verdict)
                print(f'{name:<24} {verdict:<10} {error}', flush=True)
    judged = len(verdicts) - verdicts.count(LACKS)
    print(f'{judged - verdicts.count(NOT_NAMED)} of {judged} run or are named')
    return verdicts.count(NOT_NAMED)


if __name__ == '__main__':
    sys.exit(main())
