"""Whether what is installed has a name."""

import inspect
import warnings


def is_missing(module, name):
    """Whether a dotted name leads out of the modules that are there."""
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
