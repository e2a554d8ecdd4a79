"""Imports of modules that lie beside the one that imports, inside of a package."""

import ast

from tensornet.port.imports import as_written


def port(ported):
    """Writes the dot that Python 3 wants before such a module, where it is sure.

    Python 2 looked beside the module first. Python 3 does so only for the script that is started,
    so a module that also may be one is only named.

    Args:
        ported: PortedScript.
    """
    tree, module = ported.source_tree, ported.module
    if not tree.is_package(module.folder) or any(
            binding.target == '__future__.absolute_import' for binding in ported.bindings.imports):
        return
    for statement in ported.module.imports:
        if isinstance(statement, ast.Import):
            beside = [alias for alias in statement.names if _is_beside(tree, module, alias.name)]
            if beside:
                _port_import(ported, statement, beside)
        elif not statement.level and _is_beside(tree, module, statement.module):
            kept = [alias for alias in statement.names if alias not in ported.dropped]
            if len(kept) == len(statement.names):
                line = ported.statements.with_module(statement, '.' + statement.module)
            else:
                line = f'from .{statement.module} import {as_written(kept)}'
            if kept:
                _port(ported, statement, [line])


def _is_beside(tree, module, name):
    first = name.split('.')[0]
    return first != 'tensornet' and tree.at(module.folder + (first,)) is not None


def _port_import(ported, statement, beside):
    lines = []
    for alias in statement.names:
        package, _, last = alias.name.rpartition('.')
        if alias not in beside:
            lines.append('import ' + as_written([alias]))
        elif package and not alias.asname:
            _look(ported, statement, f"from . import {alias.name.split('.')[0]}")
            return
        else:
            renamed = ast.alias(last, alias.asname)
            lines.append(f'from .{package} import {as_written([renamed])}')
    if len(beside) < len(statement.names) and any(
            alias.name.split('.')[0] == 'tensorflow' for alias in statement.names):
        _look(ported, statement, '; '.join(lines))
    else:
        _port(ported, statement, lines)


def _port(ported, statement, lines):
    reach = ported.source_tree.reach
    if ported.module not in reach.in_packages or not (
            ported.is_python2() or not _is_found_elsewhere(ported, statement)):
        return
    if ported.module in reach.by_own_name or _is_script(ported):
        _look(ported, statement, '; '.join(lines))
        return
    ported.statements.replace(statement, lines)
    ported.changed(statement, f"`{'; '.join(lines)}`: Python 3 looks beside the module only with "
                              'the dot')


def _is_script(ported):
    return ported.text.startswith('#!') or any(
        isinstance(node, ast.Compare) and isinstance(node.left, ast.Name)
        and node.left.id == '__name__' for node in ported.module.nodes)


def _is_found_elsewhere(ported, statement):
    """Whether the folder of a script that is started has a module of that name, too."""
    names = [statement.module] if isinstance(statement, ast.ImportFrom) else [
        alias.name for alias in statement.names]
    folder = ported.module.folder
    return any(ported.source_tree.at(folder[:length] + (name.split('.')[0],)) is not None
               for name in names for length in range(len(folder)))


def _look(ported, statement, text):
    if ported.module in ported.source_tree.reach.in_packages:
        ported.look(statement, f'Python 3 does not look beside the module: write `{text}` where '
                               'the package is imported, leave the line where the file itself is '
                               'started')
