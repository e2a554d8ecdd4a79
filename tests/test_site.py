"""The site of the documentation names what there is: pages, exported names, files behind links."""

import glob
import importlib
import inspect
import os
import pkgutil
import re
import unittest

from parameterized import parameterized

from tests import pages

PACKAGES = ['checkpoints', 'contraction', 'convert', 'cost', 'initializers', 'layers', 'rnn',
            'tt']


class NavigationTest(unittest.TestCase):

    def test_has_every_page(self):
        named = set(re.findall(r'[\w/]+\.(?:md|ipynb)', pages.read('mkdocs.yml')))
        docs = os.path.join(pages.ROOT, 'docs')
        there = {os.path.relpath(path, docs) for kind in ('md', 'ipynb')
                 for path in glob.glob(os.path.join(docs, '**', '*.' + kind), recursive=True)}
        outside = {'CHANGELOG.md', 'benchmarks/README.md', 'experiments/README.md'}
        self.assertEqual(there | outside, named)


class ApiTest(unittest.TestCase):

    @parameterized.expand([(package,) for package in PACKAGES])
    def test_page_has_every_exported_name_once(self, package):
        text = pages.read(f'docs/api/{package}.md')
        full = 'tensornet.' + package
        named = re.findall(rf'^(?:::: |`){re.escape(full)}\.(\w+)', text, re.MULTILINE)
        module = importlib.import_module(full)
        self.assertEqual(sorted(module.__all__), sorted(named))

    @parameterized.expand([(package,) for package in PACKAGES])
    def test_dir_shows_the_exported_names_alone(self, package):
        module = importlib.import_module('tensornet.' + package)
        self.assertEqual(sorted(module.__all__), dir(module))
        self.assertEqual([], [name for name in module.__all__ if not hasattr(module, name)])

    @parameterized.expand([(package,) for package in PACKAGES + ['port.equivalents']
                           if package != 'layers'])
    def test_no_exported_name_hides_a_module(self, package):
        # The files of `layers` keep the names of the original's functions.
        module = importlib.import_module('tensornet.' + package)
        modules = {name for _, name, _ in pkgutil.iter_modules(module.__path__)}
        self.assertEqual(set(), modules.intersection(module.__all__))

    @parameterized.expand([(package,) for package in PACKAGES])
    def test_exported_functions_have_docstrings(self, package):
        module = importlib.import_module('tensornet.' + package)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                self.assertTrue(inspect.getdoc(value), name)


class LinksTest(unittest.TestCase):

    @parameterized.expand([(page,) for page in pages.pages() + ['CHANGELOG.md']])
    def test_lead_to_files_of_the_repository(self, page):
        folder = os.path.dirname(os.path.join(pages.ROOT, page))
        text = re.sub(r'^```.*?^```$', '', pages.read(page), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r'\]\(([^)#\s]+)', text):
            if not re.match(r'https?:', target):
                path = os.path.normpath(os.path.join(folder, target))
                self.assertTrue(os.path.exists(path), target)
                self.assertTrue(path.startswith(pages.ROOT + os.sep), target)


if __name__ == '__main__':
    unittest.main()
