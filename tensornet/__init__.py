"""Tensor Train layers for TensorFlow graphs.

The packages are imported when they are first used: `tensornet.tt` needs NumPy alone.
"""
import importlib
import sys

from tensornet.gone_names import missing_attribute
from tensornet.version import __version__

__all__ = [
    '__version__', 'checkpoints', 'contraction', 'convert', 'cost', 'initializers', 'layers', 'rnn',
    'tt']

_missing = missing_attribute(__name__)


def __getattr__(name):
    if name in __all__:
        return importlib.import_module(f'{__name__}.{name}')
    return _missing(name)


def __dir__():
    return sorted(__all__)


if sys.modules.get('tensorflow'):
    # Imported graphs name the gradients of the library, which TensorFlow must know by then.
    importlib.import_module('tensornet.contraction')
