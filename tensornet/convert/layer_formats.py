"""The kinds of TT layers, and conversions for all: to cores, to dense weights and to a TT-matrix.

A convolution, too, is a matrix, which multiplies each patch `[window_height * window_width * in]`
of its images. It is the kernel `[window_height, window_width, in, out]` with the first three axes
as rows, so the modes of the window are modes of the rows alone.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import numpy as np

from tensornet.annotations import Cores, Modes
from tensornet.convert.layer_format import LayerFormat
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.target import Target
from tensornet.convert.tt_conv_direct_format import TT_CONV_DIRECT
from tensornet.convert.tt_conv_format import TT_CONV
from tensornet.convert.tt_embedding_format import TT_EMBEDDING
from tensornet.convert.tt_format import TT
from tensornet.tt.arguments import product

# The kinds of TT layers, by their names.
FORMATS: Dict[str, LayerFormat] = {layer_format.name: layer_format for layer_format in (
    TT,
    TT_CONV,
    TT_CONV_DIRECT,
    TT_EMBEDDING,
)}

# What the functions for one kind call the modes, in the words of those for all kinds.
MODE_WORDS = {name: word for layer_format in FORMATS.values()
              for name, word in zip(layer_format.mode_arguments, ('`inp_modes`', '`out_modes`'))}


def from_cores(weights: LayerWeights, cores: Cores) -> LayerWeights:
    """Returns `LayerWeights` of the kind and the dense shape of given ones, with other cores."""
    return FORMATS[weights.layer].from_cores(cores, weights.dense_shape)


def from_dense(layer: str, dense: np.ndarray, inp_modes: Optional[Modes],
               out_modes: Optional[Modes], pad: bool = False, **target: Any) -> LayerWeights:
    """Returns `LayerWeights` of the kind `layer`; see `tt_from_dense`.

    'tt_conv_direct' takes no modes.
    """
    return FORMATS[layer].from_dense(dense, inp_modes, out_modes, Target(**target), pad)


def to_dense(weights: LayerWeights) -> np.ndarray:
    """Returns the dense weights of a layer, without padding."""
    return FORMATS[weights.layer].to_dense(weights)


def to_matrix_cores(weights: LayerWeights) -> List[np.ndarray]:
    """Returns the cores of a layer as those of a TT-matrix, `[r_{k-1}, row_k, column_k, r_k]`.

    Args:
        weights: `LayerWeights`.
    """
    return FORMATS[weights.layer].matrix_cores(weights.train)


def from_matrix_cores(weights: LayerWeights, cores: Cores) -> LayerWeights:
    """Returns `LayerWeights` like given ones, of cores that `to_matrix_cores` may have returned."""
    cores = [core.reshape(old.shape) for core, old in zip(cores, weights.train)]
    return from_cores(weights, cores)


def to_matrix(weights: LayerWeights, dense: np.ndarray) -> np.ndarray:
    """Returns dense weights as the matrix of the padded layer, `[rows, columns]`.

    Args:
        weights: `LayerWeights` that say the modes.
        dense: array of the shape `weights.dense_shape`.
    """
    padded = weights.padded_shape
    matrix = _padded(_padded(dense, -2, padded[-2]), -1, padded[-1])
    return matrix.reshape(product(padded[:-1]), padded[-1])


def _padded(array, axis, size):
    widths = [(0, 0)] * array.ndim
    widths[axis] = (0, size - array.shape[axis])
    return np.pad(array, widths, 'constant')
