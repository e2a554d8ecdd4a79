"""Names of TensorFlow's private modules: whether they exist, and the public name for them.

The table private_names.tsv is made by tests/port/make_private_table.py.
"""

import importlib
import inspect
import pkgutil
from typing import Dict

import tensorflow.compat.v1 as tf

from tensornet.port.missing import is_missing

# Where a name is looked for that the table has not.
_PARTS = ('', 'nn.', 'train.', 'math.', 'summary.', 'losses.', 'io.')
_TABLE: Dict[str, str] = {}


def exists(name):
    """Whether the installed TensorFlow has a full name, of a module or in one.

    Modules of TensorFlow are imported for it, and none of others.
    """
    try:
        importlib.import_module(name)
        return True
    except Exception:  # Private modules fail in many ways, which all mean: not to be had.
        module, _, last = name.rpartition('.')
    if not module:
        return False
    try:
        return hasattr(importlib.import_module(module), last)
    except Exception:
        return _exists_in_object(module, last)


def advice(name):
    """Returns what to write in place of a full private name."""
    if not _TABLE:
        _TABLE.update(line.split('\t') for line in pkgutil.get_data(
            __name__, 'private_names.tsv').decode().splitlines())
    if name in _TABLE:
        return f'write `{_TABLE[name]}`'
    last = name.rpartition('.')[2]
    for part in _PARTS:
        if not is_missing(tf, part + last) and not inspect.ismodule(getattr(tf, last, None)):
            return f'write `tf.{part}{last}` if that is what it was'
    return 'look for its public name in `tensorflow.compat.v1`'


def _exists_in_object(name, attribute):
    """Whether what a module holds has an attribute; what is no module is not looked into."""
    module, _, last = name.rpartition('.')
    try:
        return not inspect.ismodule(getattr(importlib.import_module(module), last, tf))
    except Exception:
        return False
