"""Imports of modules that are private to TensorFlow, or that it ships no more."""

import ast
import importlib.util

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
    for binding in ported.bindings.imports:
        statement = binding.statement
        if isinstance(statement, ast.Import):
            if binding.alias.name == _PLATFORM and not binding.alias.asname:
                _remove_platform(ported, binding)
            elif is_private(binding.alias.name):
                _look(ported, statement, binding.alias.name)
        elif isinstance(statement, ast.ImportFrom) and is_private(statement.module):
            public = _PUBLIC.get(binding.target)
            if public:
                line = 'from tensorflow.compat.v1 import ' + public
                if binding.local != public:
                    line += ' as ' + binding.local
                ported.drop(binding)
                ported.statements.add_after(statement, line)
                ported.changed(statement, '`%s`' % line)
            else:
                _look(ported, statement, statement.module)


def _remove_platform(ported, binding):
    drop_module(ported, binding)
    ported.changed(binding.statement, 'removed `import %s`: nothing needs it' % _PLATFORM)


def _look(ported, statement, module):
    if module.startswith('tensorflow.examples'):
        reason = '`%s` is gone with TensorFlow\'s tutorials; read the data another way'
    elif _exists(module):
        reason = '`%s` is private to TensorFlow: this version has it, another one may not'
    else:
        reason = '`%s` is private to TensorFlow and gone; look for its public name in ' \
                 '`tensorflow.compat.v1`'
    ported.look(statement, reason % module)


def _exists(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
