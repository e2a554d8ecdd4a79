"""Import statements: what the rules dropped is left out, and TensorFlow's modules are renamed."""

import ast
import re

import tensorflow.compat.v1 as tf

from tensornet.port.gone import is_missing
from tensornet.port.tensorflow_imports import (
    is_contrib,
    is_private,
    is_tensorflow,
    is_version_1,
    upgrade,
    upgraded_module,
)

# The imports of customary names. A script that uses one without its import is run by another
# one with `exec`.
_IMPORTS = {
    'np': 'import numpy as np',
    'slim': 'import tensorflow.contrib.slim as slim',
    'tensornet': 'import tensornet',
    'tf': 'import tensorflow as tf',
}


def port(ported):
    """Ports the import statements; the last rule, as the others say which names they dropped.

    Args:
        ported: PortedScript.
    """
    for statement in ported.module.imports:
        kept = [alias for alias in statement.names if alias not in ported.dropped]
        if not kept:
            ported.statements.replace(statement, [])
        elif isinstance(statement, ast.Import):
            _port_import(ported, statement, kept)
        elif statement.level:
            _port_relative(ported, statement, kept)
        elif not ported.statements.is_replaced(statement):
            _port_import_from(ported, statement, kept)


def lacking(ported):
    """Returns the import statements that the customary names of a script lack.

    Args:
        ported: PortedScript.
    """
    used = {node.id for node in ported.module.nodes
            if isinstance(node, ast.Name) and node.id in _IMPORTS}
    return [_IMPORTS[name] for name in sorted(used) if not ported.bindings.is_bound(name)]


def _port_import(ported, statement, kept):
    for alias in kept:
        if re.match(r'tensorflow\.(?!compat\b|contrib\b|python\b)', alias.name) and (
                not alias.asname):
            ported.look(statement, f'`import {alias.name}` makes `tensorflow` the interface of '
                                   'version 2; write `import tensorflow.compat.v1 as tensorflow`')
    private = [alias for alias in kept if is_private(alias.name)]
    public = [alias for alias in kept if not is_private(alias.name)]
    if len(public) == len(statement.names):
        lines = [ported.statements.text(statement)]
    else:
        lines = [_import(aliases) for aliases in (public, private) if aliases]
    if any(is_version_1(alias.name) for alias in public):
        upgraded = upgrade(lines[0])
        if upgraded != lines[0]:
            ported.changed(statement, f'`{upgraded}` (tf_upgrade_v2)')
        lines[0] = upgraded
    if '; '.join(lines) != ported.statements.text(statement):
        ported.statements.replace(statement, lines)


def _port_import_from(ported, statement, kept):
    contrib = [alias for alias in kept if is_contrib(statement.module + '.' + alias.name)]
    others = [alias for alias in kept if alias not in contrib]
    module = statement.module
    if is_tensorflow(module) and not contrib and kept[0].name == '*':
        ported.look(statement, '`import *` hides which names come from TensorFlow, so those that '
                               'are gone are not found; import them one by one')
    if others and is_version_1(module):
        module = upgraded_module(module)
        if is_missing(tf, statement.module.partition('.')[2]):
            ported.look(statement, f'`{statement.module}`: TensorFlow {tf.__version__} has no such '
                                   'module')
    if module != statement.module:
        ported.changed(statement, f'imports from `{module}` (tf_upgrade_v2)')
    if len(others) == len(statement.names):
        lines = [ported.statements.with_module(statement, module)]
    else:
        lines = [f'from {origin} import {as_written(aliases)}'
                 for origin, aliases in ((module, others), (statement.module, contrib)) if aliases]
    if len(kept) < len(statement.names) or (others and module != statement.module):
        ported.statements.replace(statement, lines)


def _port_relative(ported, statement, kept):
    if len(kept) < len(statement.names):
        origin = '.' * statement.level + (statement.module or '')
        ported.statements.replace(statement, [f'from {origin} import {as_written(kept)}'])


def _import(aliases):
    return 'import ' + as_written(aliases)


def as_written(aliases):
    """Returns the names of an import statement as they are written."""
    return ', '.join(alias.name + (' as ' + alias.asname if alias.asname else '')
                     for alias in aliases)
