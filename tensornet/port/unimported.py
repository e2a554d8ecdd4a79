"""Names that a script uses and does not import: another one runs its text by `exec`."""

import ast

_IMPORTS = {
    'np': 'import numpy as np',
    'slim': 'import tensorflow.contrib.slim as slim',
    'tensornet': 'import tensornet',
    'tf': 'import tensorflow as tf',
}


def imports(ported):
    """Returns the import statements that the customary names of a script lack.

    Args:
        ported: PortedScript.
    """
    used = {node.id for node in ported.module.nodes
            if isinstance(node, ast.Name) and node.id in _IMPORTS}
    return [_IMPORTS[name] for name in sorted(used) if not ported.bindings.is_bound(name)]


def note(missing, lines):
    """Returns what is said of a script.

    Args:
        missing: list of import statements.
        lines: list of the numbers of lines that would be ported if they were there.
    """
    shown = ', '.join(map(str, lines))
    written = ' and '.join(f'`{statement}`' for statement in missing)
    return ('another script must run this one, which does not import what it uses, so that these '
            f'lines are not ported: {shown}; write {written} at the top and run the command again')
