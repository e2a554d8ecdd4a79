"""What tf_upgrade_v2 makes of the imports of TensorFlow."""

import ast
import contextlib
import io
import re

from tensorflow.tools.compatibility import ast_edits, tf_upgrade_v2_safety

from tensornet.port.bindings import canonical

_CONTINUED = re.compile(r'[ \t]*\\(?:\r\n|\r|\n)[ \t]*')
# Parts of the package that are not its API: compat.v1 has none of them.
_PRIVATE = ('tensorflow.python', 'tensorflow.core', 'tensorflow.examples', 'tensorflow.models')


def upgrade(statement):
    """Returns an import statement with TensorFlow replaced by `tensorflow.compat.v1`.

    tf_upgrade_v2 does it in its safety mode, which renames the import and so leaves every line
    that uses it alone. It is given one statement at a time: what it cannot read elsewhere in a
    script, and how it would write the rest of it, does not matter then.

    Args:
        statement: string, a statement `import module...`.
    """
    # It does not know every line end behind a backslash.
    statement = _CONTINUED.sub(' ', statement)
    upgrader = ast_edits.ASTCodeUpgrader(tf_upgrade_v2_safety.TFAPIChangeSpec())
    # It prints what it does; the report of this command says the same.
    with contextlib.redirect_stdout(io.StringIO()):
        done, upgraded, log, _ = upgrader.update_string_pasta(statement, '<import>')
    if not done:
        raise ValueError(f'tf_upgrade_v2 cannot read `{statement}`: {log}')
    # The one of TensorFlow 1.15 adds a line, the one of 2.21 does not: v2_behavior.py does.
    return '\n'.join(line for line in upgraded.splitlines()
                     if not line.endswith('.disable_v2_behavior()'))


def upgraded_module(module):
    """Returns the name of the module that `from module import ...` is to import from."""
    # It excepts the name `flags`, which compat.v1 has, so it is asked about another one.
    return ast.parse(upgrade(f'from {module} import Session')).body[0].module


def drop_module(ported, binding):
    """Removes a module of TensorFlow from its import statement.

    `import tensorflow.python.platform` also gives a script the name `tensorflow`; a script that
    uses the name keeps it.

    Args:
        ported: PortedScript.
        binding: the Binding to remove.
    """
    ported.drop(binding)
    plain = any(other.local == 'tensorflow' and canonical(other.alias.name) == 'tensorflow'
                for other in ported.bindings.imports if other.alias)
    used = any(reference.pieces[0] == 'tensorflow' and not is_contrib(reference.name)
               for reference in ported.bindings.references)
    if binding.local == 'tensorflow' and used and not plain:
        ported.statements.add_after(binding.statement, 'import tensorflow.compat.v1 as tensorflow')


def is_tensorflow(module):
    """Whether a module is TensorFlow or a part of it."""
    return module.split('.')[0] == 'tensorflow'


def is_version_1(module):
    """Whether a module is one that compat.v1 is to stand for."""
    return is_tensorflow(module) and not is_private(module) and not is_contrib(module) and not (
        module + '.').startswith('tensorflow.compat.')


def is_contrib(module):
    """Whether a module is contrib or a part of it."""
    return (module + '.').startswith('tensorflow.contrib.')


def is_private(module):
    """Whether a module is a part of TensorFlow that tf_upgrade_v2 must not rename."""
    return any((module + '.').startswith(prefix + '.') for prefix in _PRIVATE)
