"""Names for the types that many public functions take; the shapes are in their docstrings."""

from typing import TYPE_CHECKING, Any, Optional, Sequence, Union

import numpy as np

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf

# One tensor of a graph, or what TensorFlow makes one of.
TensorLike = Union['tf.Tensor', np.ndarray, Sequence[Any], float]
ArrayLike = Union[np.ndarray, Sequence[Any], float]

# The sizes of the axes of a tensor, or of the rows or columns of a TT-matrix; None is chosen.
Modes = Sequence[int]
OptionalModes = Optional[Sequence[int]]
# One number for every bond, or d+1 of them with the ones at both ends.
Ranks = Union[int, Sequence[int]]

# A `tf.DType`, a NumPy type, or the name of one.
DTypeLike = Any
