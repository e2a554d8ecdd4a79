"""`tensornet.tt` depends on NumPy alone."""

import ast
import os
import unittest

from tensornet import tt

FOLDER = os.path.dirname(tt.__file__)
ALLOWED = {'bisect', 'collections', 'functools', 'itertools', 'math', 'numbers', 'numpy', 'sys',
           'warnings'}


def _imported(path):
    with open(path) as file:
        for node in ast.walk(ast.parse(file.read())):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name
            elif isinstance(node, ast.ImportFrom):
                yield node.module


class ImportsTest(unittest.TestCase):

    def test_only_numpy_and_itself(self):
        modules = [name for name in sorted(os.listdir(FOLDER)) if name.endswith('.py')]
        self.assertIn('svd.py', modules)
        for module in modules:
            for name in _imported(os.path.join(FOLDER, module)):
                self.assertTrue(name.startswith('tensornet.tt.') or name in ALLOWED,
                                msg='%s imports %s' % (module, name))

    def test_every_public_name_exists(self):
        for name in tt.__all__:
            self.assertTrue(callable(getattr(tt, name)), msg=name)
