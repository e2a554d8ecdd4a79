"""Which lines of the library each test executes.

    python -m tests.executed_lines tests.rnn tests.checkpoints

What the tests of each name execute in this process is kept in `build/executed-lines`, for
`python -m tests.mutations --executed`. They take about twice as long as otherwise.
"""

import collections
import json
import os
import sys
import time
import unittest

from tensornet.whole_file import write_json

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, 'build', 'executed-lines')
LIBRARY = os.path.join(ROOT, 'tensornet') + os.sep


class Executed:
    """The tests that execute lines of one file.

    Attributes:
        seconds: dict from the names of tests to how long they took.
        lines: dict from lines to sets of names of tests.
    """

    def __init__(self):
        self.seconds = {}
        self.lines = collections.defaultdict(set)

    def of(self, lines):
        """Returns the names of the tests that execute any of these lines, the fastest first."""
        return sorted(set().union(*(self.lines.get(line, ()) for line in lines)),
                      key=lambda name: (self.seconds[name], name))


def main(names):
    if not names:
        print('usage: python -m tests.executed_lines NAME...', file=sys.stderr)
        return 2
    for name in names:
        print(f'{name}: {record(name)} tests')
    return 0


def record(name, library=LIBRARY, folder=FOLDER):
    """Runs tests and keeps what they execute.

    Args:
        name: of a package, a module, a class or a method of the tests.
        library: folder of the files whose lines count.
        folder: where it is kept.

    Returns:
        The number of tests that passed; the others are not kept.
    """
    path = os.path.join(ROOT, *name.split('.'))
    loader = unittest.defaultTestLoader
    suite = (loader.discover(path, top_level_dir=ROOT) if os.path.isdir(path)
             else loader.loadTestsFromName(name))
    result = _Result(library)
    before = sys.gettrace()
    sys.settrace(result.trace)
    try:
        suite.run(result)
    finally:
        sys.settrace(before)
    os.makedirs(folder, exist_ok=True)
    write_json(os.path.join(folder, f'{name}.json'), {
        'seconds': result.seconds,
        'files': {file: {line: sorted(tests) for line, tests in lines.items()}
                  for file, lines in result.files.items()}})
    return len(result.seconds)


def read(file, folder=FOLDER):
    """Returns the `Executed` of a file, by its path in the repository."""
    executed = Executed()
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, name), encoding='utf-8') as opened:
            kept = json.load(opened)
        executed.seconds.update(kept['seconds'])
        for line, tests in kept['files'].get(file, {}).items():
            executed.lines[int(line)].update(tests)
    return executed


class _Result(unittest.TestResult):
    """Notes what each test that passes executes, and how long it takes."""

    def __init__(self, library):
        super().__init__()
        self._library = library
        self.seconds = {}
        self.files = collections.defaultdict(lambda: collections.defaultdict(set))
        self._executed = set()
        self._start = None

    def startTest(self, test):  # noqa: N802
        super().startTest(test)
        self._executed = set()
        self._start = time.perf_counter()

    def addSuccess(self, test):  # noqa: N802
        seconds = time.perf_counter() - self._start
        self.seconds[test.id()] = round(seconds, 3)
        for path, line in self._executed:
            self.files[os.path.relpath(path, ROOT)][line].add(test.id())

    def trace(self, frame, event, argument):
        if not frame.f_code.co_filename.startswith(self._library):
            return None
        return self._trace_line

    def _trace_line(self, frame, event, argument):
        self._executed.add((frame.f_code.co_filename, frame.f_lineno))
        return self._trace_line


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
