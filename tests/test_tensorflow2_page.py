"""The code of docs/tensorflow2.md runs as printed, block after block, and prints what it says."""

import importlib.util
import os
import re
import subprocess
import sys
import unittest

import tensorflow.compat.v1 as tf

TF_KERAS = '# needs tf_keras'
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@unittest.skipIf(tf.__version__.startswith('1.'), 'the page is for programs of TensorFlow 2')
class TensorFlow2PageTest(unittest.TestCase):

    def test_blocks(self):
        self._run([block for block in self._blocks() if TF_KERAS not in block])

    @unittest.skipUnless(importlib.util.find_spec('tf_keras'), 'tf_keras is not installed')
    def test_block_of_tf_keras(self):
        blocks = [block for block in self._blocks() if 'import keras' not in block]
        self._run(blocks, TF_USE_LEGACY_KERAS='1')

    def _blocks(self):
        with open(os.path.join(ROOT, 'docs', 'tensorflow2.md'), encoding='utf-8') as file:
            return re.findall(r'```python\n(.*?)```', file.read(), re.DOTALL)

    def _run(self, blocks, **variables):
        program = '\n'.join(blocks)
        expected = re.findall(r'print\(.*\)  # (.*)$', program, re.MULTILINE)
        self.assertEqual(program.count('print('), len(expected))
        done = subprocess.run([sys.executable, '-c', program], capture_output=True, text=True,
                              cwd=ROOT, env=dict(os.environ, **variables))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(expected, done.stdout.splitlines())


if __name__ == '__main__':
    unittest.main()
