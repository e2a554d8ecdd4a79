"""The variables of a graph by the names that a checkpoint knows, and setting their values.

Where a partitioner has cut a variable, the graph knows only the parts, each as a variable, and the
checkpoint only the whole. TensorFlow notes on each part where it belongs, for `tf.train.Saver`.
"""

from __future__ import annotations

import collections
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.tt.arguments import shown


def check_session(function: str, name: str, session: Any) -> None:
    """Raises TypeError unless an argument of a public function is a session, or wraps one."""
    if not isinstance(getattr(session, 'graph', None), tf.Graph) or not hasattr(session, 'run'):
        raise TypeError(f'{function}: `{name}` must be a `tf.Session`, but it is '
                        f'{shown(session)}; pass the session whose variables are meant')


class Whole:
    """A variable, in one or several parts.

    Attributes:
        name: its name.
        parts: list of variables.
        dtype: their `tf.DType`.
        shape: shape of the whole, list of int; None where it is not known.
    """

    def __init__(self, parts: List[Any]) -> None:
        info = _slice_info(parts[0])
        # Variables of `wrap_function` have no operation outside of its graph.
        self.name: str = info.full_name if info else parts[0].name.partition(':')[0]
        self.parts = parts
        self.dtype: tf.DType = parts[0].dtype.base_dtype
        self.shape: Optional[List[int]]
        if info:
            self.shape = [int(size) for size in info.full_shape]
        else:
            shape = parts[0].shape
            self.shape = shape.as_list() if shape.is_fully_defined() else None

    @property
    def slices(self) -> List[str]:
        """The parts of the whole as `tf.raw_ops.RestoreV2` takes them; '' for all of it."""
        infos = map(_slice_info, self.parts)
        return [info.spec if info else '' for info in infos]

    def split(self, value: np.ndarray) -> List[Tuple[Any, np.ndarray]]:
        """Returns pairs of parts and what belongs there of an array of the whole shape."""
        return [(part, value[_slices(part)] if _slice_info(part) else value)
                for part in self.parts]

    def joined(self, values: Sequence[np.ndarray]) -> np.ndarray:
        """Returns the array of the whole from the list of the values of its parts."""
        info = _slice_info(self.parts[0])
        if info is None:
            return values[0]
        whole = np.zeros([int(size) for size in info.full_shape], values[0].dtype)
        for part, value in zip(self.parts, values):
            whole[_slices(part)] = value
        return whole


def whole_variables(variables: Iterable[Any]) -> Dict[str, Whole]:
    """Puts parts together.

    Args:
        variables: list of variables or parts of variables of a graph.

    Returns:
        Ordered dict from the names of whole variables to `Whole` ones.
    """
    parts: Dict[str, List[Any]] = collections.OrderedDict()
    for variable in variables:
        parts.setdefault(Whole([variable]).name, []).append(variable)
    return collections.OrderedDict((name, Whole(found)) for name, found in parts.items())


def set_values(session: tf.Session, variables: Mapping[str, Whole],
               values: Mapping[str, np.ndarray]) -> None:
    """Sets variables by running their initializers with other values fed to them.

    Nothing is added to the graph.

    Args:
        session: of the graph of the variables.
        variables: dict from names to `Whole` variables.
        values: dict from some of these names to arrays of their shapes and types.
    """
    pairs = [pair for name, value in values.items() for pair in variables[name].split(value)]
    while pairs:
        feeds: Dict[str, np.ndarray] = {}
        initializers, shared = [], []
        for part, value in pairs:
            # After tf.train.init_from_checkpoint it is a tensor, of the operation that is meant.
            initializer = getattr(part.initializer, 'op', part.initializer)
            initial = initializer.inputs[1].name
            # Variables that were made from one tensor need a run each.
            if initial in feeds:
                shared.append((part, value))
            else:
                feeds[initial] = value
                initializers.append(part.initializer)
        session.run(initializers, feeds)
        pairs = shared


def slices_of(offset: Sequence[int], shape: Sequence[int]) -> Tuple[slice, ...]:
    """Returns the index of a part of an array, from where it starts and its shape."""
    return tuple(slice(int(start), int(start) + int(size)) for start, size in zip(offset, shape))


def _slices(part):
    info = _slice_info(part)
    return slices_of(info.var_offset, info.var_shape)


def _slice_info(variable):
    return getattr(variable, '_save_slice_info', None)
