"""Names that are not in the package: what their AttributeError says, and that nothing breaks."""

import copy
import doctest
import importlib
import inspect
import os
import pickle
import re
import unittest

from parameterized import parameterized

import tensornet
from tensornet import layers
from tensornet.gone_names import INSTEAD

GUIDE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'docs',
                     'porting.md')


def value_of(name):
    """Returns what a full dotted name below tensornet stands for."""
    value = tensornet
    for piece in name.split('.')[1:]:
        value = getattr(value, piece)
    return value


class GoneNamesTest(unittest.TestCase):

    @parameterized.expand(sorted(INSTEAD.items()))
    def test_message_names_the_replacement(self, name, instead):
        module, _, attribute = name.rpartition('.')
        message = f"module '{module}' has no attribute '{attribute}'; write `{instead}`"
        with self.assertRaisesRegex(AttributeError, f'^{re.escape(message)}$'):
            value_of(name)
        self.assertFalse(hasattr(value_of(module), attribute))

    @parameterized.expand(sorted(set(INSTEAD.values())))
    def test_replacement_exists(self, instead):
        if instead.startswith('import '):
            exec(instead, {})
        else:
            self.assertTrue(callable(value_of(instead)))

    @parameterized.expand([
        (module, name) for module in (tensornet, layers)
        for name in ('nothing', '__wrapped__', '__all_', '__getstate__x')])
    def test_other_names(self, module, name):
        message = f"^module '{module.__name__}' has no attribute '{name}'$"
        with self.assertRaisesRegex(AttributeError, message):
            getattr(module, name)
        self.assertIsNone(getattr(module, name, None))

    def test_import_of_a_gone_name(self):
        with self.assertRaisesRegex(ImportError, "cannot import name 'tt_conv1d'"):
            exec('from tensornet.layers import tt_conv1d', {})
        with self.assertRaises(ModuleNotFoundError):
            importlib.import_module('tensornet.layers.aux')

    def test_every_public_name_can_be_imported(self):
        for module in (tensornet, layers):
            names = {}
            exec(f'from {module.__name__} import *', names)
            self.assertLessEqual(set(module.__all__), set(names))
            self.assertLessEqual(set(module.__all__), set(dir(module)))

    def test_names_that_scripts_reach_by_accident(self):
        self.assertIs(value_of('tensornet.layers.get_var_wrap'), layers.get_var_wrap)

    def test_tools_that_look_for_special_names(self):
        for module in (tensornet, layers):
            inspect.getmembers(module)
            self.assertEqual(0, doctest.testmod(module).failed)
        for function in (layers.tt, layers.batch_normalization):
            # The layer itself, without what looks at its calls.
            self.assertEqual(function.__doc__, inspect.unwrap(function).__doc__)
            self.assertFalse(hasattr(inspect.unwrap(function), '__wrapped__'))
            self.assertIs(function, pickle.loads(pickle.dumps(function)))
            self.assertIs(function, copy.deepcopy(function))

    def test_table_of_the_guide(self):
        with open(GUIDE, encoding='utf-8') as file:
            section = file.read().split('\n### Names of TensorNet\n')[1].split('\n#')[0]
        written = {}
        for line in section.splitlines():
            if line.startswith('| `'):
                names, instead = [re.findall('`([^`]+)`', cell) for cell in line.split('|')[1:3]]
                written.update(zip(names, instead * len(names) if len(instead) == 1 else instead))
        self.assertEqual(INSTEAD, written)


if __name__ == '__main__':
    unittest.main()
