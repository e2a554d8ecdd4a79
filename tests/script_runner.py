"""Running a script of the experiments or benchmarks as a user does."""
import json
import os
import signal
import sys
import tempfile
import unittest

import matplotlib

from tests import prepared_python

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class ScriptTest(unittest.TestCase):
    """Each test has a folder of its own, in which the script runs.

    Attributes:
        script: path of the script in the repository, set by the class of the tests.
        folder: the folder.
    """
    script = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *arguments):
        """Starts the script; returns its process."""
        # Neither Keras' cache nor the network is to be found.
        environment = dict(os.environ, HOME=self.folder, KERAS_HOME=self.folder,
                           https_proxy='http://127.0.0.1:9', no_proxy='')
        # The tests' own; a user has none, and the script then keeps TensorFlow quiet itself.
        environment.pop('TF_CPP_MIN_LOG_LEVEL', None)
        # Below another home Matplotlib would look for all fonts again, and may say so.
        environment['MPLCONFIGDIR'] = matplotlib.get_cachedir()
        # A shell has its background jobs ignore SIGINT, and what they start inherits that. A script
        # that a user starts does not ignore it.
        inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return prepared_python.Popen(
                [sys.executable, os.path.join(ROOT, self.script)] + list(arguments),
                cwd=self.folder, env=environment, stdin=prepared_python.DEVNULL,
                stdout=prepared_python.PIPE, stderr=prepared_python.PIPE, universal_newlines=True)
        finally:
            signal.signal(signal.SIGINT, inherited)

    def run_script(self, *arguments):
        """Returns the exit status and what was printed to stdout and stderr."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=1200)
        return process.returncode, out, err

    def interrupt(self, process, line):
        """Sends SIGINT once a line begins so; returns what is printed from then on.

        Asserts that the script says nothing on stderr and ends with the status of the signal.
        """
        for printed in process.stdout:
            if printed.startswith(line):
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=1200)
        self.assertEqual((128 + signal.SIGINT, ''), (process.returncode, err), out)
        return out

    def read_json(self, *names):
        """Returns the content of a JSON file in the folder."""
        with open(os.path.join(self.folder, *names), encoding='utf-8') as file:
            return json.load(file)

    def assert_picture(self, *names):
        """Asserts that a file in the folder is a picture."""
        with open(os.path.join(self.folder, *names), 'rb') as file:
            self.assertEqual(b'\x89PNG\r\n\x1a\n', file.read(8))

    def assert_help(self, titles, names):
        """Asserts that `--help` shows these titles and flags, and nothing else."""
        status, out, _ = self.run_script('--help')
        self.assertEqual(0, status)
        self.assertEqual(titles, [line for line in out.splitlines() if line.endswith(':')])
        self.assertEqual(names, [line.split(':')[0].strip() for line in out.splitlines()
                                 if line.startswith('  --')])

    def assert_flag_error(self, argument, message):
        """Asserts that one argument, or a list, is refused in a line, before anything is written.
        """
        arguments = [argument] if isinstance(argument, str) else argument
        status, _, err = self.run_script(*arguments)
        self.assertEqual(2, status)
        self.assertRegex(err, '^error: .*' + message)
        self.assertEqual(1, len(err.splitlines()))
        self.assertEqual([], os.listdir(self.folder))
