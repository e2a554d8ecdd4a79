"""`python -m tests`: what it prints and returns, however the tests end."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from parameterized import parameterized

from tests.__main__ import SECONDS, find_modules

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def start(*arguments, cwd=ROOT, **variables):
    return subprocess.Popen(
        [sys.executable, '-m', 'tests'] + list(arguments), cwd=cwd, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, universal_newlines=True, env=dict(os.environ, **variables))


def read(file):
    """Returns bytes of a pipe; none where nobody has it open to write, None where nobody did."""
    try:
        return os.read(file, 100)
    except BlockingIOError:
        return None


class RunnerTest(unittest.TestCase):

    def test_all_ways_to_end(self):
        process = start('--processes=1', '--slowest=2', 'tests.fixtures.runs.mixed',
                        'tests.fixtures.runs.dying', 'tests.fixtures.runs.passing',
                        'tests.fixtures.runs.absent')
        out, _ = process.communicate()
        self.assertEqual(1, process.returncode, out)
        for line in (r'1 of 4 +\d+\.\d s  tests\.\S+: .*',
                     r'4 of 4 +\d+\.\d s  tests\.\S+: .*',
                     r'.* s  tests\.fixtures\.runs\.mixed: 5 ran, 4 FAILED, 1 skipped',
                     r'.* s  tests\.fixtures\.runs\.passing: 1 ran',
                     r'.* s  tests\.fixtures\.runs\.dying: 1 ran, 1 FAILED',
                     r'.* s  tests\.fixtures\.runs\.absent: 1 ran, 1 FAILED',
                     r'FAIL: .*test_failing \(number=0\)', r'AssertionError: 1 != 2',
                     r'ERROR: .*test_raising', r'ValueError: the message',
                     r'UNEXPECTED SUCCESS: .*test_unexpected',
                     r'written below Python', r'last words',
                     r'ERROR: .*DyingTest.test_dying: the process ended with status 3',
                     r'UserWarning in .*test_passing: unexpected \(.*mixed\.py:\d+\)',
                     r".*(No module named|has no attribute).*absent'",
                     r' +\d+\.\d\d  tests\.fixtures\.runs\.mixed',
                     r'Ran 8 tests in \d+\.\ds, 4 of 4 modules',
                     r'FAILED \(failures=6, skipped=1\)'):
            self.assertRegex(out, re.compile(f'^{line}$', re.MULTILINE))

    def test_an_interrupt_ends_it_and_tells_what_ran(self):
        with tempfile.TemporaryDirectory() as folder:
            waiting = os.path.join(folder, 'waiting')
            os.mkfifo(waiting)
            reading = os.open(waiting, os.O_RDONLY | os.O_NONBLOCK)
            self.addCleanup(os.close, reading)
            process = start('--processes=2', 'tests.fixtures.runs.passing',
                            'tests.fixtures.runs.waiting', WAITING=waiting)
            printed = ''
            while 'passing: 1 ran' not in printed:
                self.assertIsNone(process.poll(), printed)
                printed += process.stdout.readline()
            while not read(reading):
                self.assertIsNone(process.poll())
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=1200)
            # Else the test or the program that it started would still be there.
            self.assertEqual(b'', read(reading))
        self.assertEqual(1, process.returncode, out)
        self.assertIn('interrupted\n', out)
        self.assertRegex(out, r'\nRan 1 tests in .* 1 of 2 modules\n\nFAILED\n$')

    def test_a_process_that_dies_is_missed_whatever_it_leaves_behind(self):
        process = start('--processes=1', 'tests.fixtures.runs.killed')
        out, _ = process.communicate(timeout=1200)
        self.assertEqual(1, process.returncode, out)
        self.assertIn('\nERROR: tests.fixtures.runs.killed.KilledTest.test_killed: the process '
                      'ended with status -9\n', out)

    @parameterized.expand([('file', ''), ('no_names', '[1]'),
                           ('no_numbers', '{"tests.fixtures.runs.passing": "long"}')])
    def test_what_it_remembers_is_no_reason_to_fail(self, kind, remembered):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('tests', 'tensornet'):
                os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
            build = os.path.join(folder, 'build')
            if remembered:
                os.mkdir(build)
                with open(os.path.join(build, os.path.basename(SECONDS)), 'w') as file:
                    file.write(remembered)
            else:
                open(build, 'w').close()
            process = start('tests.fixtures.runs.passing', 'tests.fixtures.runs.absent',
                            cwd=folder)
            out, _ = process.communicate(timeout=1200)
        self.assertEqual(1, process.returncode, out)
        self.assertRegex(out, r"No module named|has no attribute")
        self.assertRegex(out, r'\nRan 2 tests in .* 2 of 2 modules\n\nFAILED \(failures=1\)\n$')
        self.assertEqual(kind == 'file', 'the seconds are not remembered' in out)

    @parameterized.expand([('--processes=0', 1), ('--processes=-1', 1), ('--processes=two', 1),
                           ('--slowest=-1', 0)])
    def test_a_wrong_number(self, argument, least):
        process = start(argument, 'tests.fixtures.runs.passing')
        out, _ = process.communicate(timeout=1200)
        name, _, value = argument.partition('=')
        self.assertEqual(2, process.returncode, out)
        self.assertIn(f"argument {name}: expected a number from {least} on, got '{value}'\n", out)

    def test_packages_are_taken_apart(self):
        modules = find_modules(['tests'])
        for name in ('tests.test_runner', 'tests.layers.test_tt', 'tests.experiments.test_cluster'):
            self.assertEqual(1, modules.count(name), name)
        self.assertEqual([], [name for name in modules if '.fixtures.' in name])
        self.assertEqual(['tests.a.b.C.method'], find_modules(['tests.a.b.C.method']))
