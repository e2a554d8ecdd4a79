"""`python -m tests.mutations`: what it changes, and what it lists."""
import ast
import contextlib
import io
import os
import subprocess
import sys
import unittest

from parameterized import parameterized

from tests import mutations

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILE = 'tests/fixtures/mutations/limits.py'


@unittest.skipIf(sys.version_info < (3, 8), 'needs a newer Python')
class MutationsTest(unittest.TestCase):

    @parameterized.expand([
        ('a < b', ['a <= b']),
        ('a < b == c', ['a <= b == c', 'a < b != c']),
        ('a + b * c', ['a - b * c', 'a + b / c']),
        ('not a and b', ['not a or b', 'a and b']),
        ('-2', ['2', '-3']),
        ('0.5', ['1.0']),
        ('0.0', ['1.0']),
        ('def f(a, b=True): pass', ['def f(a, b=False): pass']),
        ('min(a, 3)', ['max(a, 3)', 'min(a, 4)']),
        ('a += 1', ['a -= 1', 'a += 2']),
        ('raise E(1 + 2)', []),
        ('a: List[1] = f"{b + 1}"', []),
    ])
    def test_changes(self, source, expected):
        tree = ast.parse(source)
        found = []
        for change in mutations.changes(tree):
            code = mutations._changed_code(tree, change, 'file.py')
            found.append(code)
        self.assertEqual(sorted(_codes(expected)), sorted(map(_code, found)))
        self.assertEqual(ast.dump(ast.parse(source)), ast.dump(tree))

    def test_mirror(self):
        self.assertEqual('tests.tt.test_rounding', mutations.mirror('tensornet/tt/rounding.py'))
        self.assertEqual('tests.test_version', mutations.mirror('tensornet/version.py'))

    def test_what_passes_is_listed(self):
        printed = self._run('tests.fixtures.mutations.noticing').stdout
        self.assertEqual(
            ['tests/fixtures/mutations/limits.py:3: Gt becomes GtE: if value > most:',
             '2 changes, 1 passed'], printed.splitlines())

    def test_a_gradient_is_changed_too(self):
        ended = self._run('tests.fixtures.mutations.noticing_gradients',
                          'tests/fixtures/mutations/doubled.py')
        self.assertEqual('3 changes, 0 passed', ended.stdout.splitlines()[-1])

    def test_an_endless_loop_is_noticed(self):
        code = compile('while True: pass', 'limits.py', 'exec')
        self.assertFalse(mutations.passes(['tests.fixtures.mutations.noticing'],
                                          'tests/fixtures/mutations/limits.py', code, 0.5))

    def test_tests_that_fail_find_nothing(self):
        ended = self._run('tests.fixtures.runs.mixed')
        self.assertEqual(1, ended.returncode)
        self.assertIn('the tests fail without any change', ended.stdout)

    def test_a_module_that_no_tests_mirror(self):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(1, mutations.main([os.path.join(ROOT, FILE)]))
        self.assertEqual('there is no `tests.fixtures.mutations.test_limits`; name the tests\n',
                         printed.getvalue())

    def test_a_file_that_is_not_there(self):
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            with self.assertRaises(SystemExit):
                mutations.main(['tensornet/nothing.py', 'tests.fixtures.mutations.noticing'])
        self.assertIn('error: there is no file tensornet/nothing.py\n', printed.getvalue())

    def _run(self, name, file=FILE):
        return subprocess.run(
            [sys.executable, '-m', 'tests.mutations', file, name],
            cwd=ROOT, capture_output=True, text=True, timeout=1200)


def _codes(sources):
    return [_code(compile(source, 'file.py', 'exec')) for source in sources]


def _code(code):
    """What a piece of code does, whatever its lines are."""
    constants = [_code(part) if hasattr(part, 'co_code') else repr(part) for part in code.co_consts]
    return repr((code.co_code, code.co_names, constants))


if __name__ == '__main__':
    unittest.main()
