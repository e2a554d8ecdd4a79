"""What the exported functions say of their arguments to type checkers and editors."""

import importlib
import inspect
import os
import re
import unittest

from parameterized import parameterized

import tensornet

PACKAGES = ['checkpoints', 'contraction', 'convert', 'cost', 'initializers', 'layers',
            'port.equivalents', 'rnn', 'tt']
# The types of which None is one.
ADMITS_NONE = 'Optional|None|Any|ArrayLike|Initializer|Regularizer|Scope'


def functions(package):
    """Returns pairs of a name and a function: the exported ones, and constructors of classes."""
    module = importlib.import_module('tensornet.' + package)
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isfunction(value):
            yield name, inspect.unwrap(value)
        elif inspect.isclass(value) and '__init__' in vars(value):
            yield name, value.__init__


def arguments_of(docstring):
    """Returns what a docstring says of each argument, without what stands in backquotes."""
    section = re.search(r'^Args:$(.*?)(?=^\S|\Z)', docstring, re.MULTILINE | re.DOTALL)
    if section is None:
        return {}
    entries = re.findall(r'^    (\w[\w, *]*): (.*?)(?=^    \w|\Z)', section.group(1),
                         re.MULTILINE | re.DOTALL)
    return {name.strip(' *'): re.sub('`[^`]*`', '', text)
            for names, text in entries for name in names.split(',')}


class AnnotationsTest(unittest.TestCase):

    @parameterized.expand([(package,) for package in PACKAGES])
    def test_every_argument_and_result(self, package):
        for name, function in functions(package):
            signature = inspect.signature(function)
            missing = [parameter.name for parameter in signature.parameters.values()
                       if parameter.annotation is parameter.empty and parameter.name != 'self']
            self.assertEqual([], missing, name)
            self.assertIsNot(signature.return_annotation, signature.empty, name)

    @parameterized.expand([(package,) for package in PACKAGES])
    def test_none_is_admitted_where_the_docstring_says_so(self, package):
        for name, function in functions(package):
            owner = getattr(importlib.import_module('tensornet.' + package), name)
            described = arguments_of(inspect.getdoc(owner))
            for parameter in inspect.signature(function).parameters.values():
                says_none = 'None' in described.get(parameter.name, '')
                if says_none or parameter.default is None:
                    self.assertRegex(str(parameter.annotation), ADMITS_NONE,
                                     f'{name}: {parameter.name}')

    def test_is_marked_as_typed(self):
        folder = os.path.dirname(tensornet.__file__)
        self.assertTrue(os.path.exists(os.path.join(folder, 'py.typed')))


if __name__ == '__main__':
    unittest.main()
