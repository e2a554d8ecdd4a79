"""The code of docs/plans.md runs as printed, block after block."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class PlansPageTest(unittest.TestCase):

    def test_blocks(self):
        with open(os.path.join(ROOT, 'docs', 'plans.md'), encoding='utf-8') as file:
            blocks = re.findall(r'```python\n(.*?)```', file.read(), re.DOTALL)
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, '-c', '\n'.join(blocks)], capture_output=True, text=True,
                cwd=folder, env=dict(os.environ, PYTHONPATH=ROOT, PYTHONIOENCODING='utf-8'))
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertEqual(['wisdom.json', 'wisdom.json.lock'], sorted(os.listdir(folder)))
        self.assertRegex(done.stdout, r'(?s)est\. speed-up.*measured: .*the fastest of \d+')
        self.assertRegex(done.stdout, r'\n\d+\n$')


if __name__ == '__main__':
    unittest.main()
