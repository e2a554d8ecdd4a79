"""The weights of a TT layer."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from tensornet.annotations import Arrays
from tensornet.convert.layer_format import format_of
from tensornet.convert.value_initializer import value_initializer
from tensornet.tt.arguments import product, shown


class LayerWeights(NamedTuple):
    """The variables of a TT layer, and the arguments that the layer is built with.

        weights = convert.tt_from_dense(dense, [4, 8, 8, 4], [4, 8, 8, 4], max_rank=8)
        out = layers.tt(inp, scope='fc', **weights.arguments, **weights.initializers)

    The arrays may share memory with those they were made from; copy what you want to change.

    Attributes:
        layer: name of the layer's function: 'tt', 'tt_conv' (also for 'tt_conv_full'),
            'tt_conv_direct' or 'tt_embedding' (also for 'tt_embedding_bag').
        arguments: dict of the arguments of that function for modes, window and ranks, and for the
            sizes where the modes multiply to more.
        variables: ordered dict from the names of the variables below the layer's scope to their
            values.
        ranks: the layer's TT-ranks, list of int.
        bond_errors: float64 array of what was cut at each bond, as a relative Frobenius norm. For
            'tt_conv' the first bond is that of the filters. Empty where this is not known.
        relative_error: relative Frobenius error of the layer's dense weights, compared with those
            that it was made from. With padding it also counts the error of the added zeros, so the
            error of the weights alone may be smaller.
        dense_shape: shape of the dense weights without padding.
    """

    layer: str
    arguments: Dict[str, Any]
    variables: Arrays
    ranks: List[int]
    bond_errors: np.ndarray
    relative_error: float
    dense_shape: List[int]

    @property
    def filters(self) -> Optional[np.ndarray]:
        """Value of the filters of 'tt_conv', None for the other layers."""
        return self.variables.get('filters')

    @property
    def cores(self) -> List[np.ndarray]:
        """Values of the cores, in order."""
        return [value for name, value in self.variables.items() if name != 'filters']

    @property
    def train(self) -> List[np.ndarray]:
        """The cores in the layout of `tensornet.tt`, in order.

        'tt': d arrays `[r_{k-1}, i_k, o_k, r_k]`. 'tt_conv': the same after the filters
        `[1, window_height, window_width, r_0]`. 'tt_conv_direct': 4 arrays `[r_{k-1}, m_k, r_k]`.
        'tt_embedding': d arrays `[r_{k-1}, voc_k, emb_k, r_k]`.
        """
        return format_of(self.layer).tensor_train(self)

    @property
    def modes(self) -> Tuple[List[int], List[int]]:
        """Input and output modes, two lists. For 'tt_conv_direct' they are the channels, for
        'tt_embedding' the modes of the rows and columns of its table."""
        return format_of(self.layer).modes(self)

    @property
    def padded_shape(self) -> List[int]:
        """Shape of the dense weights with padding."""
        inp_modes, out_modes = self.modes
        return list(self.dense_shape[:-2]) + [product(inp_modes), product(out_modes)]

    @property
    def parameters(self) -> int:
        """Number of elements of all variables, also of those that the layer keeps as a constant 1,
        which `tensornet.cost` leaves out."""
        return sum(value.size for value in self.variables.values())

    @property
    def cores_initializer(self) -> List[value_initializer]:
        """The layer's argument of this name: a list of initializers."""
        return [value_initializer(value) for value in self.cores]

    @property
    def filters_initializer(self) -> Optional[value_initializer]:
        """The argument of this name of 'tt_conv', None for the other layers."""
        return None if self.filters is None else value_initializer(self.filters)

    @property
    def initializers(self) -> Dict[str, Any]:
        """Dict of the layer's arguments `cores_initializer` and, if any, `filters_initializer`."""
        initializers: Dict[str, Any] = {'cores_initializer': self.cores_initializer}
        if self.filters is not None:
            initializers['filters_initializer'] = self.filters_initializer
        return initializers


def check_layer_weights(function: str, weights: Any) -> None:
    """Raises TypeError unless the argument `weights` of a public function is `LayerWeights`."""
    if not isinstance(weights, LayerWeights):
        raise TypeError(f'{function}: `weights` must be LayerWeights, but they are '
                        f'{shown(weights)}; pass what a conversion such as `tt_from_dense` returns')
