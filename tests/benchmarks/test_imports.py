"""What the benchmarks take from where."""

import glob
import os
import subprocess
import sys
import tempfile
import unittest

from tests.imported_modules import imported
from tests.script_runner import ROOT

ADDED = 'sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))'


class ImportsTest(unittest.TestCase):

    def test_nothing_comes_from_the_experiments(self):
        paths = glob.glob(os.path.join(ROOT, 'benchmarks', '*.py'))
        found = {os.path.basename(path): list(imported(path)) for path in paths}
        self.assertIn('benchmarks.interleaved', found['run.py'])
        for name, modules in found.items():
            self.assertEqual([], [module for module in modules
                                  if module.split('.')[0] in ('experiments', 'tests')], name)

    def test_a_script_finds_the_others_by_a_link_too(self):
        scripts = 0
        for path in glob.glob(os.path.join(ROOT, 'benchmarks', '*.py')):
            with open(path, encoding='utf-8') as file:
                lines = file.read().splitlines()
            added = [line for line in lines if line.startswith('sys.path.insert')]
            scripts += len(added)
            self.assertEqual(added and [ADDED], added, os.path.basename(path))
        self.assertGreater(scripts, 20)
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.join(ROOT, 'benchmarks', 'overview.py'),
                       os.path.join(folder, 'link.py'))
            done = subprocess.run([sys.executable, 'link.py', '--help'], cwd=folder,
                                  capture_output=True, text=True, timeout=1200)
        self.assertEqual((0, ''), (done.returncode, done.stderr))


if __name__ == '__main__':
    unittest.main()
