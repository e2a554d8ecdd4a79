"""Imports of modules that are private to TensorFlow, or that it no longer has."""

import ast

from tensornet.port import private_names
from tensornet.port.bindings import canonical
from tensornet.port.gone import private_exists
from tensornet.port.tensorflow_imports import drop_module, is_private

_PLATFORM = 'tensorflow.python.platform'

# What scripts took from the platform module, and what compat.v1 calls it.
_PUBLIC = {
    _PLATFORM + '.app': 'app',
    _PLATFORM + '.flags': 'flags',
    _PLATFORM + '.gfile': 'gfile',
    _PLATFORM + '.tf_logging': 'logging',
}


def port(ported):
    """Removes `import tensorflow.python.platform`, takes public names for private ones.

    Args:
        ported: PortedScript.
    """
    for reference in ported.bindings.references:
        _check_use(ported, reference)
    for binding in ported.bindings.imports:
        statement = binding.statement
        if isinstance(statement, ast.Import):
            if binding.alias.name == _PLATFORM and not binding.alias.asname:
                _remove_platform(ported, binding)
            elif is_private(binding.alias.name):
                _look(ported, statement, binding.alias.name, binding.alias.name)
        elif isinstance(statement, ast.ImportFrom) and is_private(statement.module):
            public = _PUBLIC.get(binding.target)
            if public:
                line = 'from tensorflow.compat.v1 import ' + public
                if binding.local != public:
                    line += ' as ' + binding.local
                ported.drop(binding)
                ported.statements.add_after(statement, line)
                ported.changed(statement, f'`{line}`')
            else:
                _look(ported, statement, statement.module, binding.target)


def _remove_platform(ported, binding):
    drop_module(ported, binding)
    ported.changed(binding.statement, f'removed `import {_PLATFORM}`: nothing needs it')


def _look(ported, statement, module, target):
    """Names an import of `target`, which is `module` or in it."""
    if module.startswith('tensorflow.examples'):
        reason = f'`{module}` is gone with TensorFlow\'s tutorials; read the data another way'
    elif not private_exists(module):
        reason = f'`{module}` is private to TensorFlow and gone; {private_names.advice(target)}'
    elif target == module or target.endswith('.*') or private_exists(target):
        reason = f'`{module}` is private to TensorFlow: this version has it, another one may not'
    else:
        name = target.rpartition('.')[2]
        reason = (f'`{module}` is private to TensorFlow, and this version has no `{name}` there; '
                  f'{private_names.advice(target)}')
    ported.look(statement, reason)


def _check_use(ported, reference):
    """Names what an imported module no longer has, and `tf.python`, which nothing imports."""
    if not is_private(reference.name) or reference.name.startswith('tensorflow.examples'):
        return
    written = reference.written
    alias = reference.binding.alias
    if alias and canonical(alias.name) == 'tensorflow' or (
            canonical(reference.binding.target) == 'tensorflow' and not reference.binding.alias):
        ported.look(reference.node, f'`{written}`: `tensorflow.compat.v1` has no '
                                    f"`{reference.name.split('.')[1]}`; "
                                    f'{private_names.advice(reference.name)}')
        return
    target = reference.binding.target
    if reference.name != target and private_exists(target) and not (
            private_exists(reference.name)):
        ported.look(reference.node, f'`{written}`: this version no longer has it; '
                                    f'{private_names.advice(reference.name)}')
