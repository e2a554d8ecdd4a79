"""Tensor Train layers for TensorFlow graphs."""

from tensornet import checkpoints, contraction, convert, cost, initializers, layers, rnn, tt
from tensornet.gone_names import missing_attribute
from tensornet.version import __version__

__all__ = [
    '__version__', 'checkpoints', 'contraction', 'convert', 'cost', 'initializers', 'layers', 'rnn',
    'tt']

__getattr__ = missing_attribute(__name__)
