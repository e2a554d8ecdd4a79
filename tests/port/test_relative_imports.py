"""Imports of modules that lie beside the one that imports."""

import unittest

from parameterized import parameterized

from tensornet.port import script
from tensornet.port.source_tree import Module, SourceTree

PYTHON_2 = 'print "a"\n'


class RelativeImportsTest(unittest.TestCase):

    def port(self, files, name):
        tree = SourceTree([Module(path, path, text) for path, text in files.items()])
        return script.port_module(tree, next(
            module for module in tree.modules if module.name == name))

    @parameterized.expand([
        ('import base', 'from . import base'),
        ('import base as b, os', 'from . import base as b\nimport os'),
        ('from base import (f,\n  g)', 'from .base import (f,\n  g)'),
        ('from base import *', 'from .base import *'),
        ('from import_data import load', 'from .import_data import load'),
        ('from base \\\n    import f', 'from .base \\\n    import f'),
        ('from  \\\n    base import f', 'from  \\\n    .base import f'),
        ('import sub.deep as d', 'from .sub import deep as d'),
    ])
    def test_in_a_package(self, old, new):
        files = {'train.py': 'import nets.small\n' + PYTHON_2, 'nets/__init__.py': '',
                 'nets/base.py': '', 'nets/sub/__init__.py': '', 'nets/sub/deep.py': '',
                 'nets/import_data.py': '', 'nets/small.py': old + '\n'}
        self.assertEqual(new + '\n', self.port(files, 'nets/small.py').content)
        files['nets/small.py'] = new + '\n'
        self.assertEqual([], self.port(files, 'nets/small.py').changes)

    @parameterized.expand([
        ('the_file_is_started', {'nets/small.py': 'import base\nif __name__ == "__main__": 0\n'}),
        ('imported_by_its_own_name', {'nets/run.py': 'import small\n'}),
        ('on_the_search_path', {'go.py': 'import sys\nsys.path.append("./nets")\n'}),
    ])
    def test_named_where(self, _, more):
        files = dict({'train.py': 'import nets.small\n' + PYTHON_2, 'nets/__init__.py': '',
                      'nets/base.py': '', 'nets/small.py': 'import base\n'}, **more)
        result = self.port(files, 'nets/small.py')
        self.assertEqual([], result.changes)
        self.assertRegex(result.looks[0].text, 'write `from . import base` where the package')

    @parameterized.expand([
        ('no_package', {'nets/small.py': 'import base\n', 'nets/base.py': ''}),
        ('absolute', {'nets/__init__.py': '', 'nets/base.py': '', 'train.py': 'import nets.small',
                      'nets/small.py': 'from __future__ import absolute_import\nimport base\n'}),
        ('of_python_3', {'nets/__init__.py': '', 'nets/base.py': '', 'base.py': '',
                         'train.py': 'import nets.small', 'nets/small.py': 'import base\n'}),
        ('never_imported', {'nets/__init__.py': '', 'nets/base.py': '',
                            'nets/small.py': 'import base\n'}),
    ])
    def test_left_alone_where(self, _, files):
        result = self.port(files, 'nets/small.py')
        self.assertEqual(([], []), (result.changes, result.looks))


if __name__ == '__main__':
    unittest.main()
