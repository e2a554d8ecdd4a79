"""Functions that newer Pythons no longer have, or that fail without a terminal."""

import base64
import unittest

from parameterized import parameterized

from tests.port.texts import TextTest


class StandardLibraryTest(TextTest):

    @parameterized.expand([
        ('import imp', 'imp.load_source("net", path)', 'from tensornet.port import equivalents',
         'equivalents.load_source("net", path)'),
        ('import os, imp', 'imp.load_source("net", path)',
         'import os\nfrom tensornet.port import equivalents',
         'equivalents.load_source("net", path)'),
        ('from imp import load_source as ls', 'ls("net", path)',
         'from tensornet.port import equivalents', 'equivalents.load_source("net", path)'),
        ('import imp', 'imp.reload(net)', 'import importlib', 'importlib.reload(net)'),
        ('import time', 'time.clock()', 'import time', 'time.perf_counter()'),
        ('import time as t', 't . clock()', 'import time as t', 't.perf_counter()'),
        ('import time', 'timer = time.clock', 'import time', 'timer = time.perf_counter'),
        ('from time import sleep, clock', 'clock()', 'from time import sleep\nimport time',
         'time.perf_counter()'),
        ('import os', 'os.get_terminal_size().columns', 'import os\nimport shutil',
         'shutil.get_terminal_size().columns'),
        ('import os\nimport shutil', 'os.get_terminal_size(0)', 'import os\nimport shutil',
         'shutil.get_terminal_size()'),
        ('from os import get_terminal_size', 'get_terminal_size()', 'import shutil',
         'shutil.get_terminal_size()'),
    ])
    def test_replaced(self, old_import, old, new_import, new):
        self.assert_ported(f'{old_import}\nx = [{old}]\n' if '=' not in old
                           else f'{old_import}\n{old}\n',
                           f'{new_import}\nx = [{new}]\n' if '=' not in new
                           else f'{new_import}\n{new}\n')

    def test_inside_of_a_function(self):
        self.assert_ported('''\
            def load(path):
                import imp
                return imp.load_source('net', path)
            ''', '''\
            def load(path):
                from tensornet.port import equivalents
                return equivalents.load_source('net', path)
            ''')

    def test_several_uses_need_one_import(self):
        self.assert_ported('''\
            import imp
            import tensorflow as tf
            net = imp.load_source('net', path)
            reg = tf.contrib.layers.l2_regularizer(0.1)
            ''', '''\
            from tensornet.port import equivalents
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
            net = equivalents.load_source('net', path)
            reg = equivalents.l2_regularizer(0.1)
            ''')

    def test_the_rest_of_imp_is_named(self):
        text = 'import imp\nimp.find_module("net")\n'
        self.assert_looks(text, '2: `imp.find_module`: Python 3.12 has no module `imp`')
        self.assertEqual(text, self.port(text).content)

    @parameterized.expand([
        ('import collections\nx = isinstance(y, collections.Iterable)', 'collections.Iterable'),
        ('import os\nfrom collections import Mapping, OrderedDict', 'collections.Mapping'),
        ('import inspect\nx = inspect.getargspec(f).args', 'inspect.getargspec'),
        ('from PIL import Image\nfrom scipy.misc import imread', 'scipy.misc.imread'),
        ('import scipy.misc\nx = scipy.misc.imresize(y, 2)', 'scipy.misc.imresize'),
        ('import os\nfrom sklearn.cross_validation import KFold', 'sklearn.cross_validation'),
        ('import os\nif e == os.errno.EEXIST: f()', 'os.errno'),
    ])
    def test_what_is_gone_is_named(self, text, name):
        self.assert_looks(text + '\n', f'2: `{name}` is gone: write ')
        self.assertEqual(text + '\n', self.port(text + '\n').content)

    @parameterized.expand([
        ('import os\nos.path.walk(x, f, 1)', 'os.path.walk'),
        ('import os.path as p\np.walk(x, f, 1)', 'os.path.walk'),
        ('from contextlib import contextmanager, nested', 'contextlib.nested'),
        ('import email.MIMEText', 'email.MIMEText'),
        ('import logging.handlers\nlogging.handlers.NoHandler(x)', 'logging.handlers.NoHandler'),
    ])
    def test_what_this_python_lacks_is_named(self, text, name):
        line = 1 + text.count('\n')
        self.assert_looks(text + '\n', f'{line}: `{name}`: Python .* has no such name')

    def test_what_only_older_pythons_have(self):
        looks = self.port('import base64\nx = base64.encodestring(y)\n').looks
        self.assertEqual(not hasattr(base64, 'encodestring'), bool(looks))

    @parameterized.expand([
        'from os import *\nimport concurrent.futures\nx = concurrent.futures.ThreadPoolExecutor()',
        'import os\nx = os.environ.no_such_name + os.path.join.no_such_name',
        'from no_such_module import no_such_name',
        'import this, antigravity\nx = antigravity.no_such_name',
        'from urllib.request import urlopen',
        'import collections\nx = collections.OrderedDict()',
        'try:\n    from collections import Mapping\nexcept ImportError:\n'
        '    from collections.abc import Mapping\nx = isinstance(y, Mapping)',
        'from collections import abc\nx = abc.Mapping',
    ])
    def test_what_is_there_is_not(self, text):
        self.assert_looks(text + '\n')

    def test_a_method_of_another_object(self):
        text = 'class A:\n    def f(self):\n        return self.time.clock()\n'
        self.assert_ported(text, text)


if __name__ == '__main__':
    unittest.main()
