"""`sys.path.append('../..')`, by which scripts found the source of the original library."""

import ast
import importlib.util
import os
import re
import sys

from tensornet.port import python2_evidence
from tensornet.port.argument_kinds import string

_ADDING = ('sys.path.append', 'sys.path.insert')
_ABOVE = re.compile(r'^(\./)?\.\.([/\\]+\.\.)*[/\\]*$')


def port(ported):
    """Removes the line; names it where other modules come from there, or where it is computed.

    Args:
        ported: PortedScript.
    """
    uses = {reference.node for reference in ported.bindings.of('sys.path')}
    for statement in ported.module.nodes:
        if not isinstance(statement, (ast.Expr, ast.Assign, ast.AugAssign)) or not any(
                node in uses for node in ast.walk(statement)):
            continue
        text = ported.statements.text(statement)
        if re.search(r'\.(egg|zip|whl)\b', text):
            ported.look(statement, f'`{text}`: a copy of the original in an archive would hide '
                                   'this library; leave the line out if it holds one')
            continue
        path = _added_path(ported, statement)
        if path is None:
            if '..' in text:
                ported.look(statement, f'`{text}`: tensornet is an installed package; leave the '
                                       'line out, or correct it if other modules come from there')
            continue
        found = _modules_there(ported, path)
        if found:
            ported.look(statement, f'`{text}` is relative to where the script is started, and '
                                   f"{', '.join(found)} may come from there; correct it")
        else:
            ported.statements.replace(statement, [])
            ported.changed(statement, f'removed `{text}`: tensornet is an installed package')


def _added_path(ported, statement):
    """Returns the path of folders above that a statement adds to `sys.path`, else None."""
    call = statement.value
    if not (isinstance(call, ast.Call) and call.args and any(
            reference.node is call.func and reference.name in _ADDING
            for reference in ported.bindings.references)):
        return None
    path = string(call.args[-1])
    return path if path and _ABOVE.match(path) else None


def _modules_there(ported, path):
    """Returns the imported modules that are in the folder, or found nowhere."""
    beside = os.path.dirname(os.path.abspath(ported.path))
    names = {binding.imported.split('.')[0] for binding in ported.bindings.imports}
    names -= {'', 'tensornet', 'tensorflow', 'imp'} | set(python2_evidence.MODULES)
    return sorted(f'`{name}`' for name in names if _is_in(os.path.join(beside, path), name)
                  or not (_is_in(beside, name) or _is_installed(name)))


def _is_in(folder, name):
    return any(os.path.exists(os.path.join(folder, name + end))
               for end in ('.py', os.sep + '__init__.py'))


def _is_installed(name):
    return name in sys.modules or importlib.util.find_spec(name) is not None
