"""How the benchmarks take their arguments and how they end."""
import argparse
import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import unittest
from unittest import mock

from parameterized import parameterized

from benchmarks.command_line import (
    make_parser,
    positive_integer,
    positive_number,
    read_record,
    require,
    run,
    share,
)
from tests.script_runner import ScriptTest


class ArgumentTest(ScriptTest):
    script = 'benchmarks/products.py'

    @parameterized.expand([
        (['--repetitions=0'], "--repetitions: expected a positive integer, but got '0'"),
        (['--repetitions=many'], "--repetitions: expected a positive integer, but got 'many'"),
        (['--workload=vgg'], "--workload: invalid choice: 'vgg'"),
    ])
    def test_wrong_argument(self, arguments, message):
        status, out, err = self.run_script(*arguments)
        self.assertEqual((2, ''), (status, out))
        self.assertIn(message, err)

    def test_positive_integer(self):
        self.assertEqual(12, positive_integer('12'))

    @parameterized.expand(['0', '-1', 'nan', 'inf', 'long'])
    def test_no_positive_number(self, text):
        with self.assertRaisesRegex(argparse.ArgumentTypeError,
                                    f"expected a positive number, but got '{text}'"):
            positive_number(text)

    def test_positive_number(self):
        self.assertEqual(0.5, positive_number('0.5'))

    @parameterized.expand(['0', '1.5', '-1', 'nan', 'half'])
    def test_no_share(self, text):
        with self.assertRaisesRegex(argparse.ArgumentTypeError, 'expected a number above 0 and '
                                    f"at most 1, but got '{text}'"):
            share(text)

    def test_share(self):
        self.assertEqual([0.6, 1.0], [share('0.6'), share('1')])

    def test_folder_that_cannot_be_made(self):
        with open(os.path.join(self.folder, 'file'), 'w'):
            pass
        status, out, err = self.run_script('--out=file/results')
        self.assertEqual((1, ''), (status, out))
        self.assertRegex(err, r'error: the folder --out=file/results cannot be written to: Not a '
                              r'directory; name another one\n$')
        self.assertNotIn('Traceback', err)


class ReadRecordTest(ScriptTest):

    @parameterized.expand([
        ('{', 'plans.json is no JSON: .*; pass another'),
        ('[]', 'plans.json has no cases and no dtype; pass another'),
        ('{"cases": []}', 'plans.json has no dtype; pass another'),
    ])
    def test_a_file_of_something_else(self, content, message):
        path = os.path.join(self.folder, 'plans.json')
        with open(path, 'w') as file:
            file.write(content)
        with self.assertRaisesRegex(SystemExit, '^error: .*' + message):
            read_record(path, ['cases', 'dtype'], 'pass another')


class RequireTest(unittest.TestCase):

    def test_missing(self):
        with self.assertRaisesRegex(SystemExit, 'error: no_such_package is not installed; python '
                                    '-m pip install -r benchmarks/requirements-peers.txt'):
            require('no_such_package', 'requirements-peers.txt')

    def test_installed(self):
        require('numpy', 'requirements-peers.txt')


class InterruptTest(ScriptTest):
    script = 'benchmarks/memory.py'

    def test_interrupt(self):
        process = self.start('--out=results')
        # The folder is made when the arguments are right; the first process is then started.
        while not os.path.exists(os.path.join(self.folder, 'results')):
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=1200)
        self.assertEqual((130, ''), (process.returncode, out), err)
        self.assertRegex(err, r'(?m)^interrupted$')
        self.assertNotIn('Traceback', err)
        self.assertEqual([], os.listdir(os.path.join(self.folder, 'results')))

    @parameterized.expand([(-signal.SIGINT, 130), (-signal.SIGKILL, 'error: Command'),
                           (3, 'error: Command')])
    def test_how_the_process_that_measures_has_ended(self, status, expected):
        def measure(arguments):
            raise subprocess.CalledProcessError(status, 'python')

        with mock.patch.object(sys, 'argv', ['script']), self.assertRaises(SystemExit) as ended, \
                contextlib.redirect_stderr(io.StringIO()):
            run(measure, make_parser(''))
        self.assertRegex(str(ended.exception.code), f'^{expected}')


if __name__ == '__main__':
    unittest.main()
