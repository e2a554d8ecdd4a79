"""Which small mistakes in a module its tests do not notice.

    python -m tests.mutations tensornet/tt/rounding.py
    python -m tests.mutations tensornet/tt/sweep.py tests.tt.test_tt_svd tests.tt.test_rounding
    python -m tests.mutations --executed tensornet/tt/sweep.py

One comparison, operator, number, flag, `not`, `min` or `max` of the module is changed at a time, in
memory, and the tests that mirror the module run, or those that are named; with `--executed` those
that execute the line, as `python -m tests.executed_lines` found. What passes is listed. Some of
these changes are none, such as a larger bound on work; for the others a test is missing.
Needs Python 3.8 and a system with `fork`.
"""

import argparse
import ast
import collections
import heapq
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
import unittest

from tests import executed_lines

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SWAPPED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
           ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
           ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
           ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
           ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult}
SWAPPED_NAMES = {'min': 'max', 'max': 'min'}
# Messages and types: no test needs to know their every number.
LEFT_OUT = (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom)
LEFT_OUT_FIELDS = ('annotation', 'returns')
# Seconds for a change beside a few times those of the tests; longer is an endless loop.
PATIENCE, TIMES = 10, 5
# Of the tests that execute a line as many seconds, and at least one test.
LONGEST = 60

Change = collections.namedtuple('Change', ['line', 'what', 'parent', 'field', 'index', 'node'])


def main(arguments=None):
    parser = argparse.ArgumentParser(prog='python -m tests.mutations',
                                     description='Lists changes that tests do not notice.')
    parser.add_argument('file', help='the module to change, such as tensornet/tt/rounding.py')
    parser.add_argument('names', nargs='*', metavar='NAME',
                        help='modules, classes or methods of the tests; by default those of the '
                             'module that mirrors the file')
    parser.add_argument('--executed', action='store_true',
                        help='run the tests that execute the line that is changed')
    flags = parser.parse_args(arguments)
    if flags.executed and flags.names:
        parser.error('--executed finds the tests itself; leave the names out')
    file = os.path.relpath(os.path.abspath(flags.file), ROOT)
    if not os.path.isfile(os.path.join(ROOT, file)):
        parser.error(f'there is no file {flags.file}')
    with open(os.path.join(ROOT, file), encoding='utf-8') as opened:
        source = opened.read()
    tree = ast.parse(source)
    tests_of = _tests_that_execute(file, tree) if flags.executed else None
    names = tests_of(None) if flags.executed else flags.names or [mirror(file)]
    if not names:
        print(f'no test is known to execute {file}; first run tests.executed_lines')
        return 1
    if not (flags.names or flags.executed
            or os.path.exists(os.path.join(ROOT, *names[0].split('.')) + '.py')):
        print(f'there is no `{names[0]}`; name the tests')
        return 1
    # Most tests import it, which takes seconds. The library must not be imported before it is
    # changed: TensorFlow keeps the first gradient that it is given under a name.
    importlib.import_module('tensorflow')
    start = time.monotonic()
    if not passes(names, file, compile(source, file, 'exec')):
        print('the tests fail without any change, or there are none: ' + ' '.join(names))
        return 1
    patience = PATIENCE + TIMES * (time.monotonic() - start)
    lines, survivors = source.splitlines(), 0
    found = list(changes(tree))
    for change in found:
        run = tests_of(change.line) if flags.executed else names
        if passes(run, file, _changed_code(tree, change, file), patience):
            survivors += 1
            print(f'{file}:{change.line}: {change.what}: {lines[change.line - 1].strip()}',
                  flush=True)
    print(f'{len(found)} changes, {survivors} passed')
    return 0


def _tests_that_execute(file, tree):
    """Returns a function from a line to the names of tests.

    Lines that are executed by an import alone, such as defaults, count as those of the function
    around them, or else as those of the file. None is any line of the file.
    """
    executed = executed_lines.read(file)
    everywhere = executed.of(list(executed.lines))
    functions = [(node.lineno, node.end_lineno) for node in ast.walk(tree)
                 if isinstance(node, (ast.FunctionDef, ast.Lambda))]

    def tests_of(line):
        if line is None:
            return _first(everywhere, executed.seconds)
        around = [(last - first, range(first, last + 1)) for first, last in functions
                  if first <= line <= last]
        names = executed.of([line])
        if not names and around:
            names = executed.of(min(around)[1])
        return _first(names or everywhere, executed.seconds)

    return tests_of


def _first(names, seconds):
    """Returns as many of the names as `LONGEST` admits, of all modules for about as long.

    Args:
        names: of tests, the fastest first.
        seconds: dict from names to seconds.
    """
    modules = collections.defaultdict(list)
    for name in names:
        modules[name.rsplit('.', 2)[0]].append(name)
    waiting = [(0.0, module, 0) for module in modules]
    kept, total = [], 0.0
    while waiting:
        used, module, position = heapq.heappop(waiting)
        name = modules[module][position]
        total += seconds[name]
        if kept and total > LONGEST:
            break
        kept.append(name)
        if position + 1 < len(modules[module]):
            heapq.heappush(waiting, (used + seconds[name], module, position + 1))
    return kept


def mirror(file):
    """Returns the name of the module of the tests for a file of the library."""
    folder, name = os.path.split(file)
    return '.'.join(['tests', *folder.split(os.sep)[1:], 'test_' + name[:-len('.py')]])


def changes(node, line=1):
    """Yields every `Change` to a part of a syntax tree, in the order of the lines."""
    line = getattr(node, 'lineno', line)
    for field, value in ast.iter_fields(node):
        if field in LEFT_OUT_FIELDS:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or isinstance(child, LEFT_OUT):
                continue
            other, what = _other(child)
            if other is not None:
                yield Change(getattr(child, 'lineno', line), what, node, field,
                             index if isinstance(value, list) else None, other)
            yield from changes(child, line)


def _other(node):
    """Returns what takes the place of a node, and what the change is; None where nothing does."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        value = node.value
        if isinstance(value, bool):
            value = not value
        else:
            value = value + 1 if isinstance(value, int) or value == 0 else 2 * value
        return ast.copy_location(ast.Constant(value), node), f'{node.value} becomes {value}'
    if type(node) in SWAPPED:
        other = SWAPPED[type(node)]
        return other(), f'{type(node).__name__} becomes {other.__name__}'
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        return node.operand, f'{type(node.op).__name__} is left out'
    if isinstance(node, ast.Name) and node.id in SWAPPED_NAMES:
        other = SWAPPED_NAMES[node.id]
        return ast.copy_location(ast.Name(other, node.ctx), node), f'{node.id} becomes {other}'
    return None, None


def _changed_code(tree, change, file):
    """Returns the compiled module with one change; the tree stays as it is."""
    def replace(node):
        if change.index is None:
            setattr(change.parent, change.field, node)
        else:
            getattr(change.parent, change.field)[change.index] = node

    value = getattr(change.parent, change.field)
    before = value if change.index is None else value[change.index]
    replace(change.node)
    try:
        return compile(tree, file, 'exec')
    finally:
        replace(before)


def passes(names, file, code, patience=None):
    """Whether there are tests and all pass, in a process of their own.

    Args:
        names: of the tests.
        file, code: a module, and its code or what takes the place of it.
        patience: seconds after which the tests count as failed; None waits for them.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = _run(names, file, code)
        finally:
            os._exit(status)
    start, status = time.monotonic(), None
    while status is None:
        if patience is not None and time.monotonic() - start > patience:
            os.kill(child, signal.SIGKILL)
        ended, result = os.waitpid(child, 0 if patience is None else os.WNOHANG)
        if ended:
            status = result
        else:
            time.sleep(0.01)
    return status == 0


def _run(names, file, code):
    """Runs tests in this process, which has to end then; returns its status."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.meta_path.insert(0, _Finder(file, code))
    for name in list(sys.modules):
        if name.split('.')[0] in ('tensornet', 'tests'):
            del sys.modules[name]
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(failfast=True).run(suite)
    return 0 if result.wasSuccessful() and result.testsRun else 1


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, and has other code for it."""

    def __init__(self, file, code):
        self._name = file[:-len('.py')].replace(os.sep, '.')
        self._path = os.path.join(ROOT, file)
        self._code = code

    def find_spec(self, fullname, path, target=None):
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def exec_module(self, module):
        exec(self._code, module.__dict__)


if __name__ == '__main__':
    sys.exit(main())
