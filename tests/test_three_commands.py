"""The three commands end alike: one line on stderr, and nothing that is half written."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.checkpoints.command_line import main as checkpoints_main
from tensornet.convert.command_line import main as convert_main
from tensornet.port.__main__ import main as port_main
from tests import prepared_python
from tests.folder_contents import folder_contents

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The arguments for an input and an output.
COMMANDS = {
    'convert': lambda inp, out: [inp, out, '--layer', 'fc', '--max-rank', '2'],
    'checkpoints': lambda inp, out: [inp, '--out', out],
    'port': lambda inp, out: [inp, '--out', out],
}
MAINS = {'convert': convert_main, 'checkpoints': checkpoints_main, 'port': port_main}


class CommandsTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.script = self.path('script.py')
        with open(self.script, 'w') as file:
            file.write('import tensorflow as tf\nimport tensornet\n')
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable('fc/weights', initializer=np.ones([8, 12], np.float32))
            session.run(tf.global_variables_initializer())
            self.prefix = tf.train.Saver().save(session, self.path('in'))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def input_of(self, command):
        return self.script if command == 'port' else self.prefix

    def run_main(self, command, arguments):
        """Returns the exit status and the lines on stderr; what is on stdout goes nowhere."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = MAINS[command](arguments)
        return status, err.getvalue().splitlines()

    @parameterized.expand(list(COMMANDS))
    def test_missing_input(self, command):
        status, lines = self.run_main(command, COMMANDS[command](self.path('none'),
                                                                 self.path('out')))
        self.assertEqual((2 if command == 'port' else 1, 1), (status, len(lines)), lines)
        self.assertRegex(lines[0], '^error: .*none')
        self.assertEqual([], [name for name in os.listdir(self.folder) if name.startswith('out')])

    @parameterized.expand(list(COMMANDS))
    def test_a_place_that_cannot_be_written(self, command):
        before = folder_contents(self.folder)
        status, lines = self.run_main(command, COMMANDS[command](self.input_of(command),
                                                                 self.path('in.index', 'out')))
        self.assertEqual((2 if command == 'port' else 1, 1), (status, len(lines)), lines)
        self.assertRegex(lines[0], '^error: .*in.index')
        self.assertEqual(before, folder_contents(self.folder))

    def test_report_in_a_folder_that_is_not_there(self):
        before = folder_contents(self.folder)
        status, lines = self.run_main('convert', COMMANDS['convert'](
            self.prefix, self.path('out')) + ['--json', self.path('missing', 'r.json')])
        self.assertEqual((1, 1), (status, len(lines)))
        self.assertRegex(lines[0], 'r.json: the folder of the report does not exist; make it')
        self.assertEqual(before, folder_contents(self.folder))

    @unittest.skipUnless(os.path.exists('/dev/full'), 'Linux has this file')
    @parameterized.expand(list(COMMANDS))
    def test_output_on_a_full_disk(self, command):
        arguments = COMMANDS[command](self.input_of(command), self.path('out'))
        with open('/dev/full', 'w') as full:
            done = prepared_python.run(
                [sys.executable, '-m', 'tensornet.' + command, *arguments], cwd=ROOT, stdout=full,
                stderr=prepared_python.PIPE, text=True)
        self.assertNotIn('Traceback', done.stderr)
        self.assertEqual((1, ['error: [Errno 28] No space left on device']), (
            done.returncode, [line for line in done.stderr.splitlines() if 'error:' in line]))


if __name__ == '__main__':
    unittest.main()
