"""Whether what is installed has a name of TensorFlow, NumPy or the standard library no more."""

import numpy
import tensorflow.compat.v1 as tf

from tensornet.port import private_names, standard_library
from tensornet.port.bindings import canonical
from tensornet.port.missing import is_missing
from tensornet.port.tensorflow_imports import is_contrib, is_private


def is_gone(name):
    """Returns whether a full dotted name is gone, None where the rules do not know it."""
    root, _, rest = canonical(name).partition('.')
    if root == 'tensorflow':
        if is_private(name):
            return not private_names.exists(name)
        return is_contrib(name) or is_missing(tf, rest)
    if root == 'numpy':
        return is_missing(numpy, rest)
    return True if standard_library.is_gone(name) else None
