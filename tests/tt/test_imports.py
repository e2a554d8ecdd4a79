"""`tensornet.tt` depends on NumPy alone."""

import ast
import os
import subprocess
import sys
import unittest

from tensornet import tt

FOLDER = os.path.dirname(tt.__file__)
ROOT = os.path.dirname(os.path.dirname(FOLDER))
ALLOWED = {'__future__', 'bisect', 'collections', 'collections.abc', 'functools', 'itertools',
           'math', 'numbers', 'numpy', 'sys', 'tensornet.annotations', 'typing', 'warnings'}


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
        self.assertIn('tt_svd.py', modules)
        for module in modules:
            for name in _imported(os.path.join(FOLDER, module)):
                self.assertTrue(name.startswith('tensornet.tt.') or name in ALLOWED,
                                msg=f'{module} imports {name}')

    def test_every_public_name_exists(self):
        for name in tt.__all__:
            self.assertTrue(callable(getattr(tt, name)), msg=name)

    def test_works_where_there_is_no_tensorflow(self):
        program = ("import sys; sys.modules['tensorflow'] = None; import tensornet.tt; "
                   "print(len(tensornet.tt.svd([1, 2, 3, 4], [2, 2], 1)))")
        printed = subprocess.run([sys.executable, '-c', program], cwd=ROOT, timeout=1200,
                                 check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertEqual('4\n', printed)
