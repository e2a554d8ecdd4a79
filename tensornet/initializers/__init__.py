"""Initializers for the variables of the layers.

`xavier`, the default, looks at one variable at a time. `glorot`, `he` and `lecun` look at a whole
TT layer, so that its matrix or kernel has the variance that the scheme asks for.
"""
from tensornet.initializers.schemes import Scheme, glorot, he, lecun, xavier

__all__ = ['Scheme', 'glorot', 'he', 'lecun', 'xavier']


def __dir__():
    return sorted(__all__)
