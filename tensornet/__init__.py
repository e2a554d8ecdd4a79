"""Tensor Train layers for TensorFlow graphs."""

from tensornet import contraction, initializers, layers, tt
from tensornet.version import __version__

__all__ = ['__version__', 'contraction', 'initializers', 'layers', 'tt']
