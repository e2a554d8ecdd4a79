"""Tensor Train layers for TensorFlow graphs."""

from tensornet import contraction, convert, initializers, layers, tt
from tensornet.version import __version__

__all__ = ['__version__', 'contraction', 'convert', 'initializers', 'layers', 'tt']
