"""The example in the README runs as printed."""

import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class ReadmeTest(unittest.TestCase):

    def test_first_example(self):
        with open(os.path.join(ROOT, 'README.md'), encoding='utf-8') as file:
            example = re.search(r'```python\n(.*?)```', file.read(), re.DOTALL).group(1)
        expected, = re.findall(r'# (\(.*\))$', example, re.MULTILINE)
        done = subprocess.run([sys.executable, '-c', example], capture_output=True, text=True,
                              cwd=ROOT)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(expected, done.stdout.strip())
