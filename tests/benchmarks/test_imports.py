"""What the benchmarks take from where."""

import glob
import os
import unittest

from tests.imported_modules import imported
from tests.script_runner import ROOT


class ImportsTest(unittest.TestCase):

    def test_nothing_comes_from_the_experiments(self):
        paths = glob.glob(os.path.join(ROOT, 'benchmarks', '*.py'))
        found = {os.path.basename(path): list(imported(path)) for path in paths}
        self.assertIn('benchmarks.interleaved', found['run.py'])
        for name, modules in found.items():
            self.assertEqual([], [module for module in modules
                                  if module.split('.')[0] in ('experiments', 'tests')], name)


if __name__ == '__main__':
    unittest.main()
