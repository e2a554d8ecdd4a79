"""Functions of TensorFlow 1 and old Pythons that ported scripts import from here.

Each has the arguments, the defaults and the numbers of the one that it stands for.
"""

from tensornet.port.equivalents.initializers import (
    variance_scaling_initializer,
    xavier_initializer,
    xavier_initializer_conv2d,
)
from tensornet.port.equivalents.regularizers import (
    l1_l2_regularizer,
    l1_regularizer,
    l2_regularizer,
    sum_regularizer,
)
from tensornet.port.equivalents.source_files import load_source

__all__ = [
    'l1_l2_regularizer',
    'l1_regularizer',
    'l2_regularizer',
    'load_source',
    'sum_regularizer',
    'variance_scaling_initializer',
    'xavier_initializer',
    'xavier_initializer_conv2d',
]


def __dir__():
    return sorted(__all__)
