"""Which lines tests execute, and what `python -m tests.mutations --executed` makes of that."""
import contextlib
import functools
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

from tests import executed_lines, mutations

FIXTURES = os.path.join(executed_lines.ROOT, 'tests', 'fixtures') + os.sep
FILE = 'tests/fixtures/mutations/limits.py'
NAME = 'tests.fixtures.mutations.noticing'


@unittest.skipIf(sys.version_info < (3, 8), 'needs a newer Python')
class ExecutedLinesTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_lines_and_their_tests(self):
        self.assertEqual(1, executed_lines.record(NAME, FIXTURES, self.folder))
        executed = executed_lines.read(FILE, self.folder)
        test, = executed.seconds
        self.assertTrue(test.startswith(NAME))
        # The test has a value that is larger; `return value` is not executed.
        self.assertEqual({3: {test}, 4: {test}}, dict(executed.lines))
        self.assertEqual([test], executed.of([3, 5]))
        self.assertEqual([], executed.of([5]))

    def test_tests_that_fail_are_not_kept(self):
        name = 'tests.fixtures.runs.mixed.MixedTest.test_failing'
        self.assertEqual(0, executed_lines.record(name, FIXTURES, self.folder))

    def test_fast_tests_come_first(self):
        executed = executed_lines.Executed()
        executed.seconds.update(slow=2., fast=1.)
        executed.lines[7].update(['slow', 'fast'])
        executed.lines[8].add('slow')
        self.assertEqual(['fast', 'slow'], executed.of([7, 8]))
        self.assertEqual(['slow'], executed.of([8]))

    def test_all_modules_get_as_much_time(self):
        seconds = {'a.T.one': 1., 'a.T.two': 2., 'b.T.three': 3., 'a.T.four': 50., 'b.T.five': 4.,
                   'b.T.six': 7.}
        self.assertEqual(['a.T.one', 'b.T.three', 'a.T.two', 'a.T.four', 'b.T.five'],
                         mutations._first(list(seconds), seconds))
        self.assertEqual(['a.T.four'], mutations._first(['a.T.four'], {'a.T.four': 100.}))

    def test_names_are_needed(self):
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            self.assertEqual(2, executed_lines.main([]))
        self.assertIn('tests.executed_lines NAME', printed.getvalue())

    def test_changes_that_these_tests_do_not_notice(self):
        executed_lines.record(NAME, FIXTURES, self.folder)
        read = functools.partial(executed_lines.read, folder=self.folder)
        with mock.patch.object(executed_lines, 'read', read), \
                contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(0, mutations.main(['--executed',
                                                os.path.join(executed_lines.ROOT, FILE)]))
            # The default is a line that imports execute.
            self.assertEqual(
                [f'{FILE}:3: Gt becomes GtE: if value > most:', '2 changes, 1 passed'],
                printed.getvalue().splitlines())

    def test_names_beside_those_that_are_found(self):
        with contextlib.redirect_stderr(io.StringIO()) as printed, self.assertRaises(SystemExit):
            mutations.main(['--executed', FILE, NAME])
        self.assertIn('--executed finds the tests itself; leave the names out', printed.getvalue())

    def test_a_file_that_no_test_executes(self):
        read = functools.partial(executed_lines.read, folder=os.path.join(self.folder, 'none'))
        with mock.patch.object(executed_lines, 'read', read), \
                contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(1, mutations.main(['--executed',
                                                os.path.join(executed_lines.ROOT, FILE)]))
        self.assertEqual(f'no test is known to execute {FILE}; first run tests.executed_lines\n',
                         printed.getvalue())


if __name__ == '__main__':
    unittest.main()
