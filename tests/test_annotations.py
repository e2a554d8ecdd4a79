"""What the exported functions say of their arguments to type checkers and editors."""

import importlib
import inspect
import os
import unittest

from parameterized import parameterized

import tensornet

PACKAGES = ['checkpoints', 'contraction', 'convert', 'cost', 'initializers', 'layers',
            'port.equivalents', 'rnn', 'tt']


def functions(package):
    """Returns pairs of a name and a function: the exported ones, and constructors of classes."""
    module = importlib.import_module('tensornet.' + package)
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isfunction(value):
            yield name, inspect.unwrap(value)
        elif inspect.isclass(value) and '__init__' in vars(value):
            yield name, value.__init__


class AnnotationsTest(unittest.TestCase):

    @parameterized.expand([(package,) for package in PACKAGES])
    def test_every_argument_and_result(self, package):
        for name, function in functions(package):
            signature = inspect.signature(function)
            missing = [parameter.name for parameter in signature.parameters.values()
                       if parameter.annotation is parameter.empty and parameter.name != 'self']
            self.assertEqual([], missing, name)
            self.assertIsNot(signature.return_annotation, signature.empty, name)

    def test_is_marked_as_typed(self):
        folder = os.path.dirname(tensornet.__file__)
        self.assertTrue(os.path.exists(os.path.join(folder, 'py.typed')))


if __name__ == '__main__':
    unittest.main()
