"""What the benchmarks take from where."""

import ast
import glob
import os
import unittest

from tests.script_runner import ROOT


def imported(path):
    """The names of the modules that a file imports, at its top or in a function."""
    with open(path, encoding='utf-8') as file:
        tree = ast.parse(file.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ''


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
