"""`tensornet.command.run`: how a program ends."""

import os
import subprocess
import sys
import unittest

from tests.unread_pipe import unread_pipe

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The module alone, without the package and so without TensorFlow.
SCRIPT = '''
import importlib.util
spec = importlib.util.spec_from_file_location('command', 'tensornet/command.py')
command = importlib.util.module_from_spec(spec)
spec.loader.exec_module(command)

def main():
    {body}

command.run(main)
'''


def run(body, stdout=subprocess.PIPE, **environment):
    """Runs a main function as a program; returns its exit status, output and errors."""
    process = subprocess.Popen(
        [sys.executable, '-c', SCRIPT.format(body=body)], cwd=ROOT, stdout=stdout,
        stderr=subprocess.PIPE, universal_newlines=True, env=dict(os.environ, **environment))
    output, errors = process.communicate(timeout=1200)
    return process.returncode, output, errors


class RunTest(unittest.TestCase):

    def test_status(self):
        self.assertEqual((0, 'a\n', ''), run('print("a"); return 0'))
        self.assertEqual((2, '', ''), run('return 2'))

    def test_wrong_options(self):
        self.assertEqual((2, '', ''), run('raise SystemExit(2)'))

    def test_interrupted(self):
        self.assertEqual((130, 'a\n', 'interrupted\n'),
                         run('print("a"); raise KeyboardInterrupt'))

    def test_nobody_reads(self):
        for count in (1, 100000):
            with unread_pipe() as writing:
                status, _, errors = run(f'print("a" * {count}); return 0', stdout=writing)
            self.assertEqual((141, ''), (status, errors))

    @unittest.skipUnless(os.path.exists('/dev/full'), 'Linux has this file')
    def test_output_on_a_full_disk(self):
        with open('/dev/full', 'w') as full:
            status, _, errors = run('print("a"); return 0', stdout=full)
        self.assertEqual((1, 'error: [Errno 28] No space left on device\n'), (status, errors))

    def test_help_that_cannot_be_written(self):
        # Where nothing is buffered, argparse itself swallows that.
        body, buffered = 'print("a"); raise SystemExit(0)', {'PYTHONUNBUFFERED': ''}
        with unread_pipe() as writing:
            status, _, errors = run(body, stdout=writing, **buffered)
        self.assertEqual((141, ''), (status, errors))
        if os.path.exists('/dev/full'):
            with open('/dev/full', 'w') as full:
                status, _, errors = run(body, stdout=full, **buffered)
            self.assertEqual((1, 'error: [Errno 28] No space left on device\n'), (status, errors))

    def test_a_closed_output(self):
        script = SCRIPT.format(body='print("a"); return 3')
        process = subprocess.run(
            ['sh', '-c', 'exec "$@" >&-', 'sh', sys.executable, '-c', script], cwd=ROOT,
            stderr=subprocess.PIPE, timeout=1200)
        self.assertEqual((3, b''), (process.returncode, process.stderr))

    def test_characters_that_the_terminal_lacks(self):
        self.assertEqual((0, 'a\\xfc\n', ''),
                         run(r'print("a\xfc"); return 0', PYTHONIOENCODING='ascii'))

    def test_defects_keep_their_traceback(self):
        status, _, errors = run('raise TypeError("a defect")')
        self.assertEqual(1, status)
        self.assertRegex(errors, '(?s)Traceback.*TypeError: a defect')


if __name__ == '__main__':
    unittest.main()
