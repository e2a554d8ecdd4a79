"""Copies of the original library beside the scripts."""

import textwrap
import unittest

from parameterized import parameterized

from tensornet.port import copies
from tensornet.port.source_tree import Module, SourceTree

LAYERS = '''\
    from .aux import get_var_wrap
    def tt(inp, inp_modes, out_modes, mat_ranks, scope=None): pass
    def linear(inp, out_size, weights_initializer=None, cpu_variables=False): pass
    '''
OWN = LAYERS + 'def tt_rcl(inp, inp_modes, out_modes, ranks): pass\n'


def tree(**texts):
    """Returns a SourceTree of files; `__` in a name stands for `/`, a folder is a package."""
    modules = [Module(name, name, textwrap.dedent(text)) for name, text in texts.items()]
    return SourceTree(modules)


def library(root, layers=LAYERS):
    names = {root + '/__init__.py': 'from . import layers\n',
             root + '/layers/__init__.py': 'from .all import *\n', root + '/layers/all.py': layers}
    return names


class CopiesTest(unittest.TestCase):

    def treat(self, files):
        found = copies.treat(tree(**files), set(files))
        return [(treatment.place, treatment.how, treatment.to) for treatment in found]

    @parameterized.expand([('tensornet',), ('lib/tensornet',), ('a/b/tensornet',)])
    def test_left_out_where_it_hides_the_library(self, root):
        files = dict(library(root), **{'train.py': 'import tensornet\n'})
        self.assertEqual([(root, copies.LEFT_OUT, None)], self.treat(files))

    def test_set_aside_where_it_has_layers_of_its_own(self):
        files = dict(library('tensornet', OWN), **{'train.py': 'import tensornet\n'})
        self.assertEqual([('tensornet', copies.ASIDE, 'tensornet_copy')], self.treat(files))
        files['tensornet_copy'] = ''
        self.assertEqual([('tensornet', copies.ASIDE, 'tensornet_copy_')], self.treat(files))

    @parameterized.expand([
        ('ttnet', 'import ttnet as tensornet\n'),
        ('lib/tensornet', 'from lib import tensornet\n'),
        ('lib/tensornet', 'from lib.tensornet.layers import tt\n'),
    ])
    def test_stays_where_it_hides_nothing(self, root, statement):
        files = dict(library(root), **{'train.py': statement, 'lib/__init__.py': ''})
        self.assertEqual([(root, copies.IN_PLACE, root)], self.treat(files))

    def test_one_file(self):
        files = {'tensornet.py': LAYERS, 'train.py': 'import tensornet\n'}
        self.assertEqual([('tensornet.py', copies.LEFT_OUT, None)], self.treat(files))

    def test_this_library(self):
        files = dict(library('tensornet'), **{'tensornet/port/__main__.py': '',
                                              'train.py': 'import tensornet\n'})
        self.assertEqual([('tensornet', copies.AS_IT_IS, 'tensornet')], self.treat(files))

    def test_scripts_with_functions_of_these_names(self):
        files = {'nets/__init__.py': '', 'nets/net.py': 'def tt(x): pass\ndef linear(x, n): pass\n',
                 'train.py': 'import nets.net\n'}
        self.assertEqual([], self.treat(files))

    def test_import_of_a_layer_that_only_the_copy_has(self):
        files = dict(library('lib/tensornet', OWN), **{'train.py': 'import tensornet\n'})
        found = copies.treat(tree(**files), set(files))
        self.assertEqual(('from tensornet_copy.layers.all import tt_rcl',
                          'lib/tensornet/layers/all.py'),
                         copies.import_of_own(found, 'tt_rcl'))
        self.assertIsNone(copies.import_of_own(found, 'tt'))


if __name__ == '__main__':
    unittest.main()
