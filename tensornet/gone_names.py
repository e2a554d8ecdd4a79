"""Names that scripts look for in this package and that are elsewhere, or nowhere."""

_IMPORT = {'tf': 'import tensorflow.compat.v1 as tf', 'np': 'import numpy as np',
           'math': 'import math'}

# Full name to what a script writes in its place.
INSTEAD = {
    'tensornet.layers.aux': 'tensornet.layers.get_var_wrap',
    'tensornet.layers.auxx': 'tensornet.layers.get_var_wrap',
    'tensornet.layers.batch_norm': 'tensornet.layers.batch_normalization',
    'tensornet.layers.fc': 'tensornet.layers.linear',
    'tensornet.layers.tt_conv1d': 'tensornet.layers.tt_conv1d_full',
    'tensornet.layers.math': _IMPORT['math'],
    'tensornet.layers.np': _IMPORT['np'],
    'tensornet.layers.tf': _IMPORT['tf'],
    'tensornet.np': _IMPORT['np'],
    'tensornet.tf': _IMPORT['tf'],
}
INSTEAD.update(('tensornet.' + name, 'tensornet.layers.' + name) for name in (
    'batch_normalization', 'conv', 'get_var_wrap', 'linear', 'tt_conv', 'tt_conv1d_full',
    'tt_conv_direct', 'tt_conv_full'))
INSTEAD.update(('tensornet.' + name, 'tensornet.tt.' + name) for name in (
    'matrix_svd', 'max_ranks', 'svd'))


def advice(name):
    """Returns what to write in place of a full dotted name, None where the name is not known."""
    return f'write `{INSTEAD[name]}`' if name in INSTEAD else None


def missing_attribute(module):
    """Returns the function `__getattr__` of a module, which Python calls for names it lacks.

    Args:
        module: full name of the module.
    """
    def look_up(name):
        message = f"module '{module}' has no attribute '{name}'"
        instead = advice(f'{module}.{name}')
        raise AttributeError(f'{message}; {instead}' if instead else message)

    return look_up
