"""The same conversions for TT layers of every kind: to cores, to dense weights and to a TT-matrix.

A convolution, too, is a matrix, which multiplies each patch `[window_height * window_width * in]`
of its images. It is the kernel `[window_height, window_width, in, out]` with the first three axes
as rows, so the modes of the window are modes of the rows alone.
"""

from __future__ import annotations

from typing import Any, Callable, List, Optional

import numpy as np

from tensornet.annotations import Cores, Modes
from tensornet.convert.layer_weights import LayerWeights
from tensornet.convert.tt_conv_direct_format import (
    tt_conv_direct_from_cores,
    tt_conv_direct_from_dense,
    tt_conv_direct_to_dense,
)
from tensornet.convert.tt_conv_format import (
    tt_conv_from_cores,
    tt_conv_from_dense,
    tt_conv_to_dense,
)
from tensornet.convert.tt_embedding_format import (
    tt_embedding_from_cores,
    tt_embedding_from_dense,
    tt_embedding_to_dense,
)
from tensornet.convert.tt_format import tt_from_cores, tt_from_dense, tt_to_dense
from tensornet.tt.arguments import product


def from_cores(weights: LayerWeights, cores: Cores) -> LayerWeights:
    """Returns `LayerWeights` of the kind and the dense shape of given ones, with other cores."""
    if weights.layer == 'tt_conv_direct':
        return tt_conv_direct_from_cores(cores)
    make = {'tt': tt_from_cores, 'tt_embedding': tt_embedding_from_cores,
            'tt_conv': tt_conv_from_cores}[weights.layer]
    return make(cores, weights.dense_shape)


def from_dense(layer: str, dense: np.ndarray, inp_modes: Optional[Modes],
               out_modes: Optional[Modes], pad: bool = False, **target: Any) -> LayerWeights:
    """Returns `LayerWeights` of the kind `layer`; see `tt_from_dense`.

    'tt_conv_direct' takes no modes.
    """
    if layer == 'tt_conv_direct':
        return tt_conv_direct_from_dense(dense, **target)
    convert: Callable[..., LayerWeights] = {
        'tt': tt_from_dense, 'tt_embedding': tt_embedding_from_dense,
        'tt_conv': tt_conv_from_dense}[layer]
    return convert(dense, inp_modes, out_modes, pad=pad, **target)


def to_dense(weights: LayerWeights) -> np.ndarray:
    """Returns the dense weights of a layer, without padding."""
    if weights.layer == 'tt_conv_direct':
        return tt_conv_direct_to_dense(weights.cores)
    if weights.layer == 'tt_conv':
        return tt_conv_to_dense(weights.filters, weights.cores, *weights.modes,
                                shape=weights.dense_shape)
    convert = tt_to_dense if weights.layer == 'tt' else tt_embedding_to_dense
    return convert(weights.cores, *weights.modes, shape=weights.dense_shape)


def to_matrix_cores(weights: LayerWeights) -> List[np.ndarray]:
    """Returns the cores of a layer as those of a TT-matrix, `[r_{k-1}, row_k, column_k, r_k]`.

    Args:
        weights: `LayerWeights`.
    """
    cores = weights.train
    if weights.layer == 'tt_conv_direct':
        return [_split(core, 1 if k < 3 else core.shape[1]) for k, core in enumerate(cores)]
    if weights.layer == 'tt_conv':
        return [_split(cores[0].reshape(1, -1, len(cores[1])), 1)] + cores[1:]
    return cores


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


def _split(core, columns):
    """Core `[r_{k-1}, n, r_k]` as `[r_{k-1}, n / columns, columns, r_k]`."""
    return core.reshape(len(core), core.shape[1] // columns, columns, -1)


def _padded(array, axis, size):
    widths = [(0, 0)] * array.ndim
    widths[axis] = (0, size - array.shape[axis])
    return np.pad(array, widths, 'constant')
