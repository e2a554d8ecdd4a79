"""What the conversions know of one kind of TT layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from tensornet.annotations import Arrays, Cores
from tensornet.checkpoints.modes_of_shapes import modes_of_shapes
from tensornet.convert.target import Target

if TYPE_CHECKING:
    from tensornet.convert.layer_weights import LayerWeights


class LayerFormat:
    """One kind of TT layer: how its variables make a tensor train, and its arguments the modes.

    A kind is a subclass in a file of its own, beside the public functions for it, and a line in
    `layer_formats.FORMATS`. The other modules ask the format, not which kind it is.

    Attributes:
        name: that of the layer's function, as in `LayerWeights.layer`.
        found_as: the kind that its variables are taken for in a checkpoint, see `TTVariables`.
        ndim: number of axes of its dense weights. The last two are its sides.
        sides: what the two sides are, in the plural.
        out_side: index of the side whose modes `o_k` are in the rows of the variables. A layer with
            these variables has as many biases.
        mode_arguments: its arguments for the modes of the sides; none where the modes are the sizes
            of its kernel.
        size_arguments: its arguments for the sizes of the sides where modes multiply to more.
        dense_argument: what the public function that converts to it calls the dense weights.
        first_bond: 1 where the ranks leave out the 1 before the first core, else 0.
    """

    name: str
    found_as: str
    ndim: int
    sides: Sequence[str] = ('inputs', 'outputs')
    out_side = 1
    mode_arguments: Sequence[str] = ()
    size_arguments: Sequence[str] = ()
    dense_argument = 'weights'
    first_bond = 0

    @property
    def takes_modes(self) -> bool:
        """Whether there are modes to choose."""
        return bool(self.mode_arguments)

    def from_dense(self, dense: Any, inp_modes: Any, out_modes: Any, target: Target,
                   pad: bool = False) -> LayerWeights:
        """Returns the weights of a layer; see `tt_from_dense`. Without modes these are ignored."""
        raise NotImplementedError

    def from_cores(self, cores: Cores, shape: Optional[Sequence[int]] = None) -> LayerWeights:
        """Returns the weights of a layer; see `tt_from_cores`."""
        raise NotImplementedError

    def from_variables(self, variables: Arrays, inp_modes: Any = None, out_modes: Any = None,
                       sizes: Optional[List[int]] = None) -> LayerWeights:
        """Returns the weights of a layer.

        Args:
            variables: dict of the values below its scope.
            inp_modes, out_modes: modes of the sides; None for a kind without modes.
            sizes: of the two sides; None for a kind without modes.
        """
        raise NotImplementedError

    def to_dense(self, weights: LayerWeights) -> np.ndarray:
        """Returns the dense weights of a layer, without padding."""
        raise NotImplementedError

    def tensor_train(self, weights: LayerWeights) -> List[np.ndarray]:
        """Returns the cores of a layer as `tensornet.tt` has them, see `LayerWeights.train`."""
        raise NotImplementedError

    def modes(self, weights: LayerWeights) -> Tuple[List[int], List[int]]:
        """Returns the modes of the two sides of a layer, see `LayerWeights.modes`."""
        inp_modes, out_modes = [weights.arguments[name] for name in self.mode_arguments]
        return inp_modes, out_modes

    def possible_modes(self, shapes: Mapping[str, Sequence[int]], inp_size: Optional[int],
                       out_size: Optional[int]) -> List[Tuple[List[int], List[int]]]:
        """Returns the pairs of modes that shapes of variables allow, see `modes_of_shapes`.

        Args:
            shapes: dict from the names of filters and cores, in order, to their shapes.
            inp_size, out_size: of the two sides, None where one is not known.
        """
        return modes_of_shapes(list(shapes.values()), 1, inp_size, out_size)

    def matrix_cores(self, cores: List[np.ndarray]) -> List[np.ndarray]:
        """Returns the cores of a `tensor_train` as those of a TT-matrix, see `to_matrix_cores`."""
        return cores

    def dense_parts(self, weights: LayerWeights) -> Iterator[Tuple[Tuple[Any, ...], np.ndarray]]:
        """Yields indices of parts of the dense weights, and what belongs there."""
        yield (Ellipsis,), self.to_dense(weights)


def format_of(layer: str) -> LayerFormat:
    """Returns the `LayerFormat` of a name such as `LayerWeights.layer`."""
    # The formats make `LayerWeights`, which in turn ask for their format: only one of the two can
    # be imported first.
    from tensornet.convert.layer_formats import FORMATS
    return FORMATS[layer]
