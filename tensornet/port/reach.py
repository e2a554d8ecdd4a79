"""By which names the scripts of a tree import each other: as parts of packages, or alone."""

import ast
import collections
import re

# Modules that run as a part of their package; modules that are imported by their own name; modules
# that import what lies beside them as only Python 2 does.
Reach = collections.namedtuple('Reach', ['in_packages', 'by_own_name', 'implicit'])

_STRING = re.compile(r"""["']([^"'\n]*)["']""")


def of_tree(tree):
    """Returns the Reach of a tree.

    Args:
        tree: source_tree.SourceTree.
    """
    in_packages = {module for module in tree.modules if module.is_package}
    by_own_name, beside = set(), []
    for module in tree.modules:
        for statement in module.imports:
            for name, level in _names(statement):
                pieces = tuple(name.split('.')) if name else ()
                base = tree.base(module, name, level)
                if base is None:
                    by_own_name.update(tree.called(pieces[0]))
                    continue
                for length in range(1, len(pieces) + 1):
                    found = tree.at(base + pieces[:length])
                    if found is None:
                        continue
                    if level or length > 1:
                        in_packages.add(found)
                    elif base == module.folder and tree.is_package(base):
                        beside.append((module, found))
                    elif tree.is_package(base):
                        by_own_name.add(found)
    _spread(in_packages, beside)
    by_own_name.update(found for module, found in beside if module not in in_packages)
    by_own_name.update(_on_search_path(tree))
    implicit = {module for module, found in beside
                if module in in_packages - by_own_name and not any(
                    tree.at(module.folder[:length] + found.pieces[-1:])
                    for length in range(len(module.folder)))}
    return Reach(in_packages, by_own_name, implicit)


def _spread(in_packages, beside):
    """What a module of a package imports from beside it was a part of the package as well."""
    while True:
        more = {found for module, found in beside if module in in_packages} - in_packages
        if not more:
            return
        in_packages |= more


def _on_search_path(tree):
    """Returns the modules of folders that a script puts on the search path, as far as is seen."""
    folders = set()
    for module in tree.modules:
        for line in module.text.splitlines() if 'sys.path' in module.text else []:
            if 'sys.path' in line:
                folders.update(string.rstrip('/').rpartition('/')[2]
                               for string in _STRING.findall(line))
    return {module for module in tree.modules if module.folder and module.folder[-1] in folders}


def _names(statement):
    """Returns the dotted names that an import may lead to, with the number of leading dots."""
    if isinstance(statement, ast.Import):
        return [(alias.name, 0) for alias in statement.names]
    module = statement.module or ''
    return [((module + '.' if module else '') + alias.name, statement.level)
            for alias in statement.names if alias.name != '*'] or [(module, statement.level)]
