"""Variables that a partitioner has cut into parts.

A graph knows the parts alone, each as a variable; checkpoints know the whole one. Which part is
which, TensorFlow notes on it for `tf.train.Saver`.
"""
import collections

import numpy as np


def whole_variables(variables):
    """Puts parts together.

    Args:
        variables: list of variables or parts of variables of a graph.

    Returns:
        Ordered dict from the names of whole variables to `Whole` ones.
    """
    parts = collections.OrderedDict()
    for variable in variables:
        parts.setdefault(Whole([variable]).name, []).append(variable)
    return collections.OrderedDict((name, Whole(found)) for name, found in parts.items())


class Whole:
    """A variable, in one or several parts.

    Attributes:
        name: its name.
        parts: list of variables.
        dtype: their `tf.DType`.
        shape: shape of the whole, list of int; None where it is not known.
    """

    def __init__(self, parts):
        info = _slice_info(parts[0])
        # Variables of `wrap_function` have no operation outside of its graph.
        self.name = info.full_name if info else parts[0].name.partition(':')[0]
        self.parts = parts
        self.dtype = parts[0].dtype.base_dtype
        if info:
            self.shape = [int(size) for size in info.full_shape]
        else:
            shape = parts[0].shape
            self.shape = shape.as_list() if shape.is_fully_defined() else None

    def split(self, value):
        """Returns pairs of parts and what belongs there of an array of the whole shape."""
        return [(part, value[_slices(part)] if _slice_info(part) else value)
                for part in self.parts]

    def joined(self, values):
        """Returns the array of the whole from the list of the values of its parts."""
        if _slice_info(self.parts[0]) is None:
            return values[0]
        whole = np.zeros(self.shape, values[0].dtype)
        for part, value in zip(self.parts, values):
            whole[_slices(part)] = value
        return whole


def slices_of(offset, shape):
    """Returns the index of a part of an array, from where it starts and its shape."""
    return tuple(slice(int(start), int(start) + int(size)) for start, size in zip(offset, shape))


def _slices(part):
    info = _slice_info(part)
    return slices_of(info.var_offset, info.var_shape)


def _slice_info(variable):
    return getattr(variable, '_save_slice_info', None)
