"""`experiments.common.command_line.run`: how a script ends."""
import os
import subprocess
import sys
import tempfile
import unittest

from parameterized import parameterized

from tests.script_runner import ROOT
from tests.unread_pipe import unread_pipe

SCRIPT = '''
from experiments.common import command_line
from experiments.common.errors import ExpectedError
from experiments.common.interrupts import RunInterruptedError

def main():
    {body}

command_line.run(main)
'''
WRITE_IN_A_SESSION = '''
    from experiments.common.tensorflow_import import import_tensorflow
    tf = import_tensorflow()
    with tf.Session() as session:
        session.run(tf.write_file("/dev/full", "a"))
'''
# TensorFlow has one class of errors for both.
WRITE_MORE_THAN_IS_ALLOWED = '''
    import resource
    from experiments.common.tensorflow_import import import_tensorflow
    tf = import_tensorflow()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    with tf.gfile.Open("%s", "w") as file:
        file.write("a" * 2000)
'''
READ_PAST_THE_END = '''
    from experiments.common.tensorflow_import import import_tensorflow
    tf = import_tensorflow()
    following = tf.data.make_one_shot_iterator(tf.data.Dataset.range(0)).get_next()
    with tf.Session() as session:
        session.run(following)
'''
WITH_DEV_FULL = unittest.skipUnless(os.path.exists('/dev/full'), 'Linux has this file')


def run(body, stdout=subprocess.PIPE):
    """Runs a main function as a script; returns its exit status, output and errors."""
    process = subprocess.Popen(
        [sys.executable, '-c', SCRIPT.format(body=body.strip())], cwd=ROOT, stdout=stdout,
        stderr=subprocess.PIPE, universal_newlines=True)
    output, errors = process.communicate(timeout=1200)
    return process.returncode, output, errors


class RunTest(unittest.TestCase):

    @parameterized.expand([
        ('end', 'command_line.say("a")', 0, 'a\n', ''),
        ('interrupted', 'raise KeyboardInterrupt', 130, 'interrupted\n', ''),
        ('expected', 'raise ExpectedError("no data")', 1, '', 'error: no data\n'),
        ('missing', 'open("/missing")', 1, '',
         "error: [Errno 2] No such file or directory: '/missing'\n"),
    ])
    def test_status_and_message(self, _, body, *expected):
        self.assertEqual(tuple(expected), run(body))

    @WITH_DEV_FULL
    def test_full_disk(self):
        status, _, errors = run('open("/dev/full", "w", buffering=1).write("a\\n")')
        self.assertEqual((1, 'error: [Errno 28] No space left on device\n'), (status, errors))

    @WITH_DEV_FULL
    def test_full_disk_met_by_tensorflow(self):
        status, _, errors = run(WRITE_IN_A_SESSION)
        self.assertEqual((1, 'error: /dev/full; No space left on device'),
                         (status, errors.splitlines()[-1]))
        self.assertNotIn('Traceback', errors)

    @unittest.skipIf(os.name == 'nt', 'there are no such limits')
    def test_a_limit_of_files_met_by_tensorflow(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'file')
            status, _, errors = run(WRITE_MORE_THAN_IS_ALLOWED % path)
            self.assertEqual((1, f'error: {path}; File too large'),
                             (status, errors.splitlines()[-1]))
        self.assertNotIn('Traceback', errors)

    @parameterized.expand([
        ('main', 'command_line.say("a")'),
        ('help', 'command_line.parse(["script.py", "--help"], "what it does", [])')])
    def test_nobody_reads(self, _, body):
        with unread_pipe() as writing:
            status, _, errors = run(body, writing)
        self.assertEqual((141, ''), (status, errors))

    @parameterized.expand([
        ('by_the_first_signal', 'raise RunInterruptedError("saved")', 'saved\n'),
        ('at_once', 'raise KeyboardInterrupt', 'interrupted\n')])
    def test_an_interrupt_ends_who_reads_too(self, _, body, message):
        with unread_pipe() as writing:
            status, _, errors = run(body, writing)
        self.assertEqual((130, message), (status, errors))

    @WITH_DEV_FULL
    def test_output_on_a_full_disk(self):
        with open('/dev/full', 'w') as full:
            status, _, errors = run('command_line.say("a")', full)
        self.assertEqual((1, 'error: [Errno 28] No space left on device\n'), (status, errors))

    def test_defects_keep_their_traceback(self):
        status, _, errors = run('raise TypeError("a defect")')
        self.assertEqual(1, status)
        self.assertRegex(errors, '(?s)Traceback.*TypeError: a defect')

    def test_defects_that_tensorflow_meets_keep_their_traceback(self):
        status, _, errors = run(READ_PAST_THE_END)
        self.assertEqual(1, status)
        self.assertRegex(errors, '(?s)Traceback.*OutOfRangeError: .*End of sequence')


class ParseTest(unittest.TestCase):

    def test_without_stdout_and_stderr_no_other_file_gets_what_they_are_told(self):
        body = """
    import os
    command_line.parse(["script.py"], "what it does", [])
    with open(r"{path}", "w") as file:
        command_line.say("said")
        command_line.warn("warned")
        os.write(2, b"as C++ does")
        file.write("only this")
"""
        for closed in ('>&-', '2>&-', '<&- >&- 2>&-'):
            with self.subTest(closed), tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'file')
                script = SCRIPT.format(body=body.format(path=path).strip())
                status = subprocess.call(['sh', '-c', f'exec "$0" -c "$1" {closed}',
                                          sys.executable, script], cwd=ROOT,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.assertEqual(0, status)
                with open(path) as file:
                    self.assertEqual('only this', file.read())

    def test_an_argument_that_is_not_utf_8(self):
        script = SCRIPT.format(body='import sys; command_line.parse(sys.argv, "", [])')
        c_locale = dict(os.environ, LC_ALL='C', PYTHONUTF8='0', PYTHONCOERCECLOCALE='0')
        for argument, environment, shown, remedy in (
                (b'a\xff', os.environ, 'a\\udcff', 'choose another name'),
                (b'a\xc3\xa9', c_locale, 'a\\xe9',
                 'set the environment variable PYTHONUTF8=1, with which Python reads it as that')):
            process = subprocess.run(
                [sys.executable, '-c', script, b'--log_dir=' + argument], cwd=ROOT,
                env=environment, capture_output=True, text=True, timeout=1200)
            self.assertEqual(
                (2, '', f"error: argument '--log_dir={shown}' is not UTF-8, which TensorFlow takes "
                 f'all names for; {remedy}\n'),
                (process.returncode, process.stdout, process.stderr))


class NeededFlagTest(unittest.TestCase):

    SCRIPT = """
from absl import flags
from experiments.common import command_line

flags.DEFINE_float('decay', 0.0, 'a number')
flags.DEFINE_boolean('again', False, 'whether again')
flags.DEFINE_string('source', None, 'a folder')
flags.mark_flag_as_required('source')
command_line.parse({arguments!r}, 'Trains.', [('Flags', ['decay', 'again', 'source'])])
"""

    def parse(self, *arguments):
        script = self.SCRIPT.format(arguments=['train.py', *arguments])
        done = subprocess.run([sys.executable, '-c', script], cwd=ROOT, capture_output=True,
                              text=True)
        return done.returncode, done.stdout, done.stderr

    def test_help_shows_a_default_of_zero(self):
        self.assertEqual(
            (0, 'usage: python train.py [flags]\n\nTrains.\n\nFlags:\n'
             '  --decay: a number (default: 0.0)\n  --again: whether again\n'
             '  --source: a folder\n', ''), self.parse('--help'))

    def test_a_flag_that_is_needed(self):
        self.assertEqual((2, '', 'error: --source is needed, see --help\n'), self.parse())
        self.assertEqual((0, '', ''), self.parse('--source=here'))

    @parameterized.expand(['nan', '-nan', 'NaN'])
    def test_what_is_no_number(self, text):
        self.assertEqual((2, '', 'error: flag --decay=nan: expected a number\n'),
                         self.parse('--source=here', f'--decay={text}'))


if __name__ == '__main__':
    unittest.main()
