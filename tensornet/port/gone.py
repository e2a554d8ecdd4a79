"""Whether what is installed still has a name of TensorFlow, NumPy or the standard library."""

import importlib
import inspect
import warnings

import numpy
import tensorflow.compat.v1 as tf

from tensornet.port import standard_library
from tensornet.port.bindings import canonical
from tensornet.port.tensorflow_imports import is_contrib, is_private


def is_gone(name):
    """Returns whether a full dotted name is gone, None where the rules do not know it."""
    root, _, rest = canonical(name).partition('.')
    if root == 'tensorflow':
        if is_private(name):
            return not private_exists(name)
        return is_contrib(name) or is_missing(tf, rest)
    if root == 'numpy':
        return is_missing(numpy, rest)
    return True if standard_library.is_gone(name) else None


def is_missing(module, name):
    """Returns whether a module and the modules in it lack a dotted name."""
    value = module
    for piece in name.split('.') if name else []:
        if not inspect.ismodule(value):
            return False
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # some names warn when they are looked up
            if not hasattr(value, piece):
                return True
            value = getattr(value, piece)
    return False


def private_exists(name):
    """Returns whether the installed TensorFlow has a full name of a private module or in one.

    Modules of TensorFlow are imported to find out. Other modules are not.
    """
    try:
        importlib.import_module(name)
        return True
    except Exception:  # Private modules fail in many ways. All mean that the name is not there.
        module, _, last = name.rpartition('.')
    if not module:
        return False
    try:
        return hasattr(importlib.import_module(module), last)
    except Exception:
        return _is_in_object(module)


def _is_in_object(name):
    """Whether a full name is that of an object in a module; any attribute of it may exist."""
    module, _, last = name.rpartition('.')
    try:
        return not inspect.ismodule(getattr(importlib.import_module(module), last, tf))
    except Exception:
        return False
