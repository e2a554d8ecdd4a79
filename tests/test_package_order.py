"""Packages import in the direction that CONTRIBUTING.md draws, and in no circle."""

import ast
import collections
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = os.path.join(ROOT, 'tensornet')
PACKAGES = sorted(name for name in os.listdir(LIBRARY)
                  if os.path.exists(os.path.join(LIBRARY, name, '__init__.py')))
# The modules of a command stand above the packages: the command of one may show what another does.
COMMANDS = ('__main__.py', 'command_line.py')


def rooms():
    """Returns the sets of packages of the drawing's rooms, from the top to the bottom."""
    with open(os.path.join(ROOT, 'CONTRIBUTING.md'), encoding='utf-8') as file:
        drawing = re.search(r'^```text$(.*?)^```$', file.read(), re.MULTILINE | re.DOTALL).group(1)
    found = [set(re.findall(r'\w+', room)) for room in re.split(r'^ +\+-.*$', drawing,
                                                               flags=re.MULTILINE)]
    return [room.intersection(PACKAGES) for room in found if room.intersection(PACKAGES)]


def imports():
    """Yields the file of each import at run time, and the names of both packages or modules."""
    for folder, _, files in os.walk(LIBRARY):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), LIBRARY)
            if name.endswith('.py') and path != '__init__.py':
                with open(os.path.join(folder, name), encoding='utf-8') as file:
                    tree = ast.parse(file.read())
                own = os.path.splitext(path.split(os.sep)[0])[0]
                for other in _imported(tree):
                    if other != own:
                        yield path, own, other


def _imported(node):
    """Yields the names below `tensornet` that a syntax tree imports when it runs."""
    if isinstance(node, ast.If) and getattr(node.test, 'id', None) == 'TYPE_CHECKING':
        return
    if isinstance(node, ast.ImportFrom) and node.module == 'tensornet':
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and (node.module or '').startswith('tensornet.'):
        yield node.module.split('.')[1]
    elif isinstance(node, ast.Import):
        yield from (alias.name.split('.')[1] for alias in node.names
                    if alias.name.startswith('tensornet.'))
    for child in ast.iter_child_nodes(node):
        yield from _imported(child)


class PackageOrderTest(unittest.TestCase):

    def test_every_package_is_drawn_once(self):
        self.assertEqual(PACKAGES, sorted(name for room in rooms() for name in room))

    def test_nothing_imports_what_is_above(self):
        height = {name: -k for k, room in enumerate(rooms()) for name in room}
        seen = 0
        for path, own, other in imports():
            if own in height and other in height:
                seen += 1
                self.assertGreaterEqual(height[own], height[other], f'{path} imports {other}')
        self.assertGreater(seen, 50)

    def test_no_circle(self):
        below = collections.defaultdict(set)
        for path, own, other in imports():
            if os.path.basename(path) not in COMMANDS:
                below[own].add(other)
        left = set(below)
        while left:
            # Those that need nothing that is left.
            free = {name for name in left if not below[name] & left}
            self.assertTrue(free, f'{sorted(left)} import each other in a circle')
            left -= free

    def test_modules_of_no_package_need_none(self):
        for path, own, other in imports():
            if own not in PACKAGES:
                self.assertNotIn(other, PACKAGES, path)


if __name__ == '__main__':
    unittest.main()
