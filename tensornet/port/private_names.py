"""The public names for names of TensorFlow's private modules.

The table private_names.tsv is made by tests/port/make_private_table.py.
"""

import inspect
import pkgutil
from typing import Dict

import tensorflow.compat.v1 as tf

from tensornet.port.gone import is_missing

# Where to look for a name that is not in the table.
_PARTS = ('', 'nn.', 'train.', 'math.', 'summary.', 'losses.', 'io.')
_TABLE: Dict[str, str] = {}


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
