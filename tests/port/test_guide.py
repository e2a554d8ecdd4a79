"""docs/porting.md: its commands run, its error messages occur."""

import os
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import tensorflow
from parameterized import parameterized

from tests.port.processes import ROOT, SCRIPTS

with open(os.path.join(ROOT, 'docs', 'porting.md'), encoding='utf-8') as file:
    GUIDE = file.read()
# What an installation reads.
INSTALLED_FROM = ['setup.py', 'pyproject.toml', 'README.md', 'tensornet'] + [
    os.path.join(folder, 'requirements.txt') for folder in ('docs', 'experiments', 'tests')]
# Exit statuses other than 0.
STATUS = {'diff -ru old ported': 1}
CHECKPOINT = os.path.join(ROOT, 'tests', 'fixtures', 'checkpoints', 'tf1.1-conv')


def commands(text):
    """Returns the lines of all blocks of shell commands."""
    return [line for block in re.findall(r'^```sh\n(.*?)^```', text, re.MULTILINE | re.DOTALL)
            for line in block.splitlines()]


class CommandsTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.environment = cls.prepare(cls.temporary.name)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def prepare(cls, folder):
        """Makes the folders that the guide assumes; returns the environment of a shell."""
        for name in INSTALLED_FROM:
            source, target = os.path.join(ROOT, name), os.path.join(folder, 'TensorNet', name)
            if os.path.isdir(source):
                shutil.copytree(source, target, ignore=shutil.ignore_patterns('__pycache__'))
            else:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy(source, target)
        shutil.copytree(os.path.join(SCRIPTS, 'towers'), os.path.join(folder, 'work', 'old'))
        os.makedirs(os.path.join(folder, 'bin'))
        with open(os.path.join(folder, 'bin', 'python'), 'w') as file:
            file.write(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        os.chmod(os.path.join(folder, 'bin', 'python'), 0o755)
        installed = os.path.join(folder, 'installed')
        # What pip installs stays in the folder; what TensorNet needs is there already.
        return dict(os.environ, PATH=os.path.join(folder, 'bin') + os.pathsep + os.environ['PATH'],
                    PIP_TARGET=installed, PIP_NO_DEPS='1', PIP_NO_INDEX='1',
                    PIP_NO_BUILD_ISOLATION='0', PYTHONPATH=installed)

    def run_all(self, lines, folder):
        for line in lines:
            if line.startswith('cd '):
                folder = os.path.join(folder, line[3:])
                continue
            process = subprocess.Popen(line, shell=True, cwd=folder, env=self.environment,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, universal_newlines=True)
            output, _ = process.communicate(timeout=1200)
            self.assertEqual(STATUS.get(line, 0), process.returncode, line + '\n' + output)

    def test_in_their_order(self):
        scripts, rest = GUIDE.split('\n## Checkpoints\n')
        checkpoints, rest = rest.split('\n## Renamed and removed\n')
        work = os.path.join(self.temporary.name, 'work')
        self.assertEqual(5, len([line for line in commands(scripts) if 'python' in line])
                         + len([line for line in commands(scripts) if 'diff' in line]))
        self.assertEqual([], commands(rest))
        self.run_all(commands(scripts), work)
        self.assertTrue(os.path.exists(os.path.join(work, 'ported', 'results', 'log.txt')))
        # It ran with the library that the first command installed.
        self.assertTrue(os.path.exists(os.path.join(self.temporary.name, 'installed',
                                                    'tensornet')))
        shutil.copytree(CHECKPOINT, os.path.join(work, 'old', 'results'))
        self.assertEqual(2, len(commands(checkpoints)))
        self.run_all(commands(checkpoints), os.path.join(work, 'ported'))


GRAPH = 'import tensorflow.compat.v1 as tf, tensornet\nwith tf.Graph().as_default(): '
ERRORS = [
    ('import tensorflow; tensorflow.app', "module 'tensorflow' has no attribute 'app'"),
    ('import tensorflow.contrib', "No module named 'tensorflow.contrib'"),
    ('import tensorflow.compat.v1 as tf; tf.placeholder(tf.float32)',
     'tf.placeholder() is not compatible with eager execution'),
    ('import tensornet; tensornet.layers.linear(None, 3)',
     'adds to a graph, but eager execution is on'),
    ('import tensorflow.compat.v1 as tf; tf.app.flags.DEFINE_string("log_dir", "", "")',
     "The flag 'log_dir' is defined twice"),
    ('import tensornet; tensornet.layers.tt_conv1d',
     "module 'tensornet.layers' has no attribute"),
    ('from tensornet.layers import tt_conv1d',
     "cannot import name 'tt_conv1d' from 'tensornet.layers'"),
    ('import time; time.clock()', "module 'time' has no attribute 'clock'"),
    ('import os; os.get_terminal_size(os.open(os.devnull, os.O_RDONLY))',
     'Inappropriate ioctl for device'),
    ('import numpy; numpy.int', "module 'numpy' has no attribute 'int'"),
    ('import tensorflow.compat.v1 as tf; tf.layers.dense',
     '`dense` is not available with Keras 3'),
    ('import tensorflow.compat.v1 as tf; tf.nn.rnn_cell.LSTMCell',
     '`LSTMCell` is not available with Keras 3'),
    ('import tensorflow.compat.v1 as tf; tf.estimator',
     "module 'tensorflow.compat.v1' has no attribute 'estimator'"),
    ('import tensorflow.compat.v1 as tf; tf.mul',
     "module 'tensorflow.compat.v1' has no attribute 'mul'"),
    ('from tensorflow.python.ops.array_ops import stack',
     "cannot import name 'stack' from 'tensorflow.python.ops.array_ops'"),
    ('import tensorflow.examples', "No module named 'tensorflow.examples'"),
    (GRAPH + 'tensornet.layers.tt([[1.0]], [1], [1], [1, 1], 3.0)', 'this is a call of 2016'),
    (GRAPH + 'tensornet.layers.linear([[1.0]], 3, use_biases=False)', 'has no such argument'),
    (GRAPH + 'tensornet.layers.tt([[1.0]], [1], [1])', '`mat_ranks` must be passed to'),
    (GRAPH + 'tf.truncated_normal([16, 40 / 4])',
     "Value passed to parameter 'shape' has DataType float32"),
    (GRAPH + 'tf.get_variable("w", [16 / 4, 2])', 'Dimension value must be integer or None'),
    ('import numpy; numpy.zeros(4 / 2)', 'expected a sequence of integers or a single integer'),
    ('xrange(3)', "name 'xrange' is not defined"),
    ('{}.iteritems()', "'dict' object has no attribute 'iteritems'"),
    ('map(int, "12")[0]', "'map' object is not subscriptable"),
    ('import io, numpy; file = io.BytesIO(); numpy.save(file, {}); file.seek(0); numpy.load(file)',
     'Object arrays cannot be loaded when allow_pickle=False'),
    ('print "a"', "Missing parentheses in call to 'print'"),
    ('range(4 / 2)', "'float' object cannot be interpreted as an integer"),
    ('pickle.loads(b"S\'\\\\xe9\'\\n.")', "'ascii' codec can't decode byte"),
]


class ErrorsTest(unittest.TestCase):

    @parameterized.expand(ERRORS)
    @unittest.skipIf(tensorflow.__version__ < '2', 'errors of TensorFlow 2 and newer Pythons')
    def test_message(self, statement, message):
        self.assertIn(f'| `{message}' if '`' not in message else message, GUIDE)
        with self.assertRaisesRegex(Exception, re.escape(message)):
            exec(statement, {'pickle': pickle})


if __name__ == '__main__':
    unittest.main()
