"""A TT layer of any kind as a TT-matrix from inputs, or patches of them, to outputs.

A convolution multiplies each patch `[window_height * window_width * in]` by a matrix: its kernel is
`[window_height, window_width, in, out]` in this order, and the modes of the window belong to the
rows alone.
"""
import numpy as np

from tensornet.convert.layer_formats import from_cores
from tensornet.tt.arguments import product


def to_matrix_train(weights):
    """The cores of a layer as those of a TT-matrix, list of arrays `[r_{k-1}, row, column, r_k]`.

    Args:
        weights: `LayerWeights`.
    """
    train = weights.train
    if weights.layer == 'tt_conv_direct':
        return [_split(core, 1 if k < 3 else core.shape[1]) for k, core in enumerate(train)]
    if weights.layer == 'tt_conv':
        return [_split(train[0].reshape(1, -1, len(train[1])), 1)] + train[1:]
    return train


def from_matrix_train(weights, cores):
    """`LayerWeights` of the kind and the shapes of given ones, with cores as above."""
    cores = [core.reshape(old.shape) for core, old in zip(cores, weights.train)]
    return from_cores(weights, cores)


def to_rows(weights, dense):
    """Dense weights as the matrix of the padded layer, `[rows, columns]`.

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
