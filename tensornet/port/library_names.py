"""The names of this library, as scripts can import them."""

import importlib
import inspect

from tensornet.gone_names import INSTEAD

_MODULES = ('tensornet', 'tensornet.layers', 'tensornet.tt')


def public(module):
    """Returns the names that `from module import *` took from the original or takes from today's.

    Args:
        module: dotted name.

    Returns:
        Dictionary from a name to the full dotted name; None for modules that scripts do not
        import so.
    """
    if module not in _MODULES:
        return None
    gone = [name.rpartition('.')[2] for name in INSTEAD if name.rpartition('.')[0] == module]
    names = list(importlib.import_module(module).__all__) + gone
    return {name: module + '.' + name for name in names}


def function(name):
    """Returns the function of a full dotted name, None where it is not one of this library."""
    module, _, last = name.rpartition('.')
    if module not in _MODULES:
        return None
    value = getattr(importlib.import_module(module), last, None)
    return value if inspect.isfunction(value) else None
