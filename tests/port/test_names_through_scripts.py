"""Names that reach a script through another one, which imports them."""

import unittest

from parameterized import parameterized

from tensornet.port import script
from tensornet.port.source_tree import Module, SourceTree


def port(files):
    """Ports the texts of a tree, a dictionary; returns a dictionary to a script.Result."""
    modules = {name: Module(name, name, text) for name, text in files.items()}
    tree = SourceTree(modules.values())
    return {name: script.port_module(tree, module) for name, module in modules.items()}


class RemovedModulesTest(unittest.TestCase):

    @parameterized.expand([
        ('from helpers import clock', 'clock()', 'import time', 'time.perf_counter()'),
        ('from helpers import clock as c, x', 'c()', 'from helpers import x\nimport time',
         'time.perf_counter()'),
        ('import helpers', 'helpers.clock()', 'import helpers\nimport time',
         'time.perf_counter()'),
        ('import helpers', 'helpers.time.clock()', 'import helpers',
         'helpers.time.perf_counter()'),
        ('from helpers import *', 'clock()', 'from helpers import *', 'time.perf_counter()'),
        ('from helpers import imp', 'imp.reload(x)', 'import importlib', 'importlib.reload(x)'),
        ('from helpers import load', 'load(x)', 'from tensornet.port import equivalents',
         'equivalents.load_source(x)'),
        ('from helpers import tick', 'tick()', 'from helpers import tick', 'tick()'),
        ('import helpers', 'helpers.tick()', 'import helpers', 'helpers.tick()'),
    ])
    def test_replaced_where_they_are_used(self, statement, use, new_statement, new_use):
        results = port({
            'helpers.py': 'import time\nimport imp\nfrom time import clock\n'
                          'from imp import load_source as load\ntick = time.clock\nx = 1\n',
            'train.py': f'{statement}\ny = {use}\n'})
        self.assertEqual(f'{new_statement}\ny = {new_use}\n', results['train.py'].content)
        self.assertEqual('import time\ntick = time.perf_counter\nx = 1\n',
                         results['helpers.py'].content)
        self.assertEqual([], results['train.py'].looks)

    @parameterized.expand([
        ('Queue', 'import Queue\nx = Queue.Queue()\n'),
        ('Queue', 'from Queue import Queue\n'),
        ('commands', 'import commands\ncommands.run(x)\n'),
        ('string', 'import string\nstring.join(x)\n'),
        ('fractions', 'from fractions import gcd\ngcd(x)\n'),
        ('imp', 'import imp\nimp.load_source(x)\n'),
        ('inspect', 'import inspect\ninspect.no_such_name(x)\n'),
    ])
    def test_modules_of_the_scripts_are_not_those_of_python(self, module, text):
        text += 'y = 6 / 4\n'
        for folder in ('', 'nets/'):
            results = port({module + '.py': 'def run(): pass\n', folder + 'train.py': text})
            self.assertEqual((text, [], []), results[folder + 'train.py'])

    def test_what_is_left_is_named_at_its_import(self):
        results = port({'helpers.py': 'import imp\n',
                        'train.py': 'from helpers import imp\nimp.find_module("x")\n'})
        self.assertEqual([1, 2], [note.line for note in results['train.py'].looks])


class ContribTest(unittest.TestCase):
    PACKAGE = {
        'nets/__init__.py': '',
        'nets/common.py': 'from tensorflow.contrib import slim\n'
                          'from tensorflow.contrib.layers import l2_regularizer as l2, flatten\n',
    }

    def port(self, text, name='nets/net.py'):
        return port(dict(self.PACKAGE, **{name: text}))[name]

    @parameterized.expand([
        ('from .common import slim\nslim.conv2d(x, 2)\n', [1, 2]),
        ('from .common import slim as s\nx = 1\ns.conv2d(x, 2)\n', [1, 3]),
        ('from .common import l2, flatten\ny = l2(0.1)\nflatten(x)\n', [1, 3]),
        ('from . import common\ncommon.slim.conv2d(x, 2)\n', [2]),
        ('from .common import *\nslim.conv2d(x, 2)\n', [2]),
    ])
    def test_relative_imports_are_named_with_their_uses(self, text, lines):
        result = self.port(text)
        self.assertEqual(lines, [note.line for note in result.looks], result.looks)
        for note in result.looks:
            self.assertIn('contrib is gone', note.text)

    def test_through_two_scripts(self):
        results = port(dict(self.PACKAGE, **{
            'nets/net.py': 'from .common import slim\n',
            'train.py': 'from nets.net import slim\nslim.conv2d(x, 2)\n'}))
        self.assertEqual([1, 2], [note.line for note in results['train.py'].looks])

    def test_an_import_that_nothing_uses_goes(self):
        result = self.port('from .common import slim, l2\ny = l2(0.1)\n')
        self.assertEqual('from tensornet.port import equivalents\n'
                         'y = equivalents.l2_regularizer(0.1)\n', result.content)
        self.assertEqual([], result.looks)


if __name__ == '__main__':
    unittest.main()
