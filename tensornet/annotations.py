"""Names for the types that many public functions take; the shapes are in their docstrings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, Union

import numpy as np

if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf

    from tensornet.initializers import Scheme

# `TensorLike`: a tensor of a graph or an array. `ArrayLike`: whatever `numpy.asarray` takes.
TensorLike = Union['tf.Tensor', np.ndarray]
ArrayLike = Union[np.ndarray, Any]

# The cores of a TT or a TT-matrix: arrays, or tensors of a graph.
Cores = Sequence[np.ndarray]
TensorCores = Sequence['tf.Tensor']
# The variables of a layer by their names below its scope.
Arrays = Dict[str, np.ndarray]

# The sizes of the axes of a tensor, or of the rows or columns of a TT-matrix.
Modes = Sequence[int]
# One rank for every bond, or d+1 of them with the ones at both ends.
Ranks = Union[int, Sequence[int]]

# An instance, a class or a function; None is TensorFlow's own initializer, or no biases.
Initializer = Optional[Callable[..., Any]]
Regularizer = Optional[Callable[[Any], Any]]
# One for all cores, or one for each; or a scheme for their product, with the filters if there are.
CoreInitializer = Union[Initializer, List[Initializer], 'Scheme']
FiltersInitializer = Union[Initializer, 'Scheme']
CoreRegularizer = Union[Regularizer, List[Regularizer]]

# A variable scope, its name, or None for a unique one.
Scope = Union[str, 'tf.VariableScope', None]
# A `tf.DType`, a NumPy type, or the name of one.
DTypeLike = Any
