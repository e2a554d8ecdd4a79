"""Tests of what `.ci/run` says at its end, of which alone a record may be kept."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

SUMMARY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), '.ci',
                       'summary.py')
PASSED = '1 of 1    0.1 s  tests.tt.test_axes: 10 ran, 2 skipped\n\nRan 10 tests in 1.0s, ' \
         '1 of 1 modules\n\nOK (skipped=2)\n'
REPORT = 'Traceback (most recent call last):\n  File "a.py", line 1\n\nValueError: of {}\n'


def log_of(failures, printed=''):
    """A log of `python -m tests` in which the named tests failed."""
    told = ''.join(f'ERROR: {name}\n' for name in failures)
    reports = ''.join(f'\nERROR: {name}\n{REPORT.format(name)}' for name in failures)
    return (f' 1 of 2    0.1 s  tests.a: 10 ran, {len(failures)} FAILED\n{printed}{told}'
            f' 2 of 2    3.0 s  tests.b: 10 ran\n{reports}\nRan 20 tests in 3.1s, 2 of 2 modules\n'
            f'\nFAILED (failures={len(failures)})\n')


class SummaryTest(unittest.TestCase):

    def summary(self, failed=(), **logs):
        """What it prints, and its exit status; names of logs have `_` for `-`."""
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, 'mnist-run'))
            files = {name.replace('_', '-'): text for name, text in logs.items()}
            if failed:
                files['failed'] = ''.join(f'{name}\n' for name in failed)
            for name, text in files.items():
                with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                    file.write(text)
            ended = subprocess.run([sys.executable, SUMMARY, folder], stdout=subprocess.PIPE,
                                   text=True, check=False)
        return ended.stdout, ended.returncode

    def test_all_passed(self):
        printed, status = self.summary(tests_tf1=PASSED, tests_tf2=PASSED, lint='Success\n')
        self.assertEqual(('16 passed, 0 failed, 4 skipped\n', 0), (printed, status))

    def test_failed_tests_are_reported_once(self):
        names = ['tests.a.ATest.test_one', 'tests.a.ATest.test_two']
        printed, status = self.summary(['tests-tf2'], tests_tf1=PASSED,
                                       tests_tf2=log_of(names, 'a warning\n'))
        expected = '\n'.join(f'ERROR: {name}\n{REPORT.format(name)}' for name in names)
        self.assertEqual(f'\n== tests-tf2 failed:\n{expected}26 passed, 2 failed, 2 skipped\n',
                         printed)
        self.assertEqual(1, status)

    def test_long_reports_keep_their_first_line_and_their_end(self):
        log = log_of(['tests.a.ATest.test_one']).replace('Traceback', 'x\n' * 3000 + 'Traceback')
        printed, _ = self.summary(['tests-tf2'], tests_tf2=log)
        self.assertIn('ERROR: tests.a.ATest.test_one\n...', printed)
        self.assertIn('ValueError: of tests.a.ATest.test_one\n', printed)
        self.assertLess(len(printed), 2000)

    def test_of_many_failures_some_are_reported_and_others_named(self):
        for count, more in ((4, None), (24, None), (25, 'and 1 more'), (500, 'and 476 more')):
            names = [f'tests.a.ATest.test_{n}' for n in range(count)]
            printed, _ = self.summary(['tests-tf1'], tests_tf1=log_of(names))
            self.assertEqual(4, printed.count('Traceback'))
            self.assertEqual([f'ERROR: {name}' for name in names[:24]],
                             re.findall('^ERROR.*$', printed, re.MULTILINE))
            self.assertEqual([more] if more else [], re.findall(r'and \d+ more', printed))

    def test_a_check_without_tests_is_told_by_its_last_lines(self):
        printed, status = self.summary(['lint'], tests_tf1=PASSED,
                                       lint='first\n' + 'more\n' * 30 + 'last\n')
        self.assertEqual(1, status)
        self.assertIn('== lint failed:\nmore\n', printed)
        self.assertIn('more\nlast\n8 passed', printed)
        self.assertNotIn('first', printed)

    def test_tests_that_never_ended_count_as_one_failure(self):
        printed, status = self.summary(['tests-tf1'], tests_tf2=PASSED,
                                       tests_tf1='pip: no network\n')
        self.assertEqual(1, status)
        self.assertIn('pip: no network\n8 passed, 1 failed, 2 skipped\n', printed)

    def test_nothing_that_ran_is_no_success(self):
        self.assertEqual(('0 passed, 0 failed, 0 skipped\n', 1), self.summary(lint='Success\n'))


if __name__ == '__main__':
    unittest.main()
