"""The outputs of a converted layer: how far from those of the dense one, and steps towards them."""

from __future__ import annotations

from typing import NamedTuple, Optional

import numpy as np

from tensornet.tt.core_environments import core_gradients, multiplied
from tensornet.tt.scaling import magnitude

# Of the root mean square of each core, and of the outputs for the biases; falls along a cosine.
_RATE = 0.1
_FIRST_DECAY, _SECOND_DECAY = 0.9, 0.99


class LayerOutputs(NamedTuple):
    """The outputs of a dense layer, as far as they count.

    Attributes:
        matrix: weights, float64 array [rows, out].
        biases: float64 array [out].
        activation: 'relu' or None.
        following: weights of the next layer, float64 array [out, next], whose outputs are the ones
            that count; or None.
    """

    matrix: np.ndarray
    biases: np.ndarray
    activation: Optional[str]
    following: Optional[np.ndarray]

    def of(self, rows, matrix, biases):
        """Outputs of a layer with other weights for `rows`, array [n, out] or [n, next]."""
        values = rows @ matrix + biases
        if self.activation:
            values = np.maximum(values, 0)
        return values if self.following is None else values @ self.following

    def errors(self, blocks, layers):
        """Relative root mean square differences of the outputs of other layers.

        Args:
            blocks: iterable of arrays [n, rows].
            layers: list of pairs of a matrix [rows, out] and biases [out].

        Returns:
            List of floats; 0 where there is no difference.
        """
        size, differences = 0., [0.] * len(layers)
        for rows in blocks:
            wanted = self.of(rows, self.matrix, self.biases)
            size += np.vdot(wanted, wanted)
            for k, layer in enumerate(layers):
                missing = self.of(rows, *layer) - wanted
                differences[k] += np.vdot(missing, missing)
        return [ratio(difference, size) for difference in differences]

    def gradient(self, rows, matrix, biases):
        """Gradient of half the squared difference of the outputs.

        Args:
            rows: array [n, rows].
            matrix, biases: of the other layer, [rows, out] and [out].

        Returns:
            Gradients of `matrix` and of `biases`, of the mean over the rows.
        """
        values = rows @ matrix + biases
        active = np.maximum(values, 0) if self.activation else values
        if self.following is None:
            slope = active - self.of(rows, self.matrix, self.biases)
        else:
            slope = (active @ self.following - self.of(rows, self.matrix, self.biases)
                     ) @ self.following.T
        if self.activation:
            slope *= values > 0
        return rows.T @ slope / len(rows), slope.mean(axis=0)


def descend(cores, biases, outputs, batches, steps, biases_scale):
    """Lowers the difference of the outputs by steps of Adam (arXiv 1412.6980).

    Args:
        cores: list of d float64 arrays `[r_{k-1}, left_k, right_k, r_k]`.
        biases: float64 array [out].
        outputs: `LayerOutputs`.
        batches: iterable of `steps` arrays [n, rows].
        steps: number of steps.
        biases_scale: size of a change of the biases that matters; 0 leaves them alone.

    Returns:
        New cores and biases.
    """
    values = [core.copy() for core in _balanced(cores)] + [biases.copy()]
    scales = [np.sqrt(np.mean(np.square(core))) for core in values[:-1]] + [biases_scale]
    first, second = [np.zeros_like(value) for value in values], [0. for _ in values]
    for step, rows in enumerate(batches):
        matrix = multiplied(values[:-1])[:, :len(biases)]
        slope, slope_of_biases = outputs.gradient(rows, matrix, values[-1])
        gradients = core_gradients(values[:-1], slope) + [slope_of_biases]
        if not step:
            # The steps do not depend on it; squares of gradients exist then.
            exponents = [magnitude(gradient) for gradient in gradients]
        gradients = [np.ldexp(gradient, -exponent)
                     for gradient, exponent in zip(gradients, exponents)]
        rate = _RATE * (0.5 + 0.5 * np.cos(np.pi * step / steps))
        for k, gradient in enumerate(gradients):
            first[k] += (1 - _FIRST_DECAY) * (gradient - first[k])
            second[k] = second[k] + (1 - _SECOND_DECAY) * (np.square(gradient) - second[k])
            mean = first[k] / (1 - _FIRST_DECAY**(step + 1))
            size = np.sqrt(second[k] / (1 - _SECOND_DECAY**(step + 1)))
            # Where there is no gradient, as of inputs that are always zero, there is no step.
            values[k] -= rate * scales[k] * mean / np.maximum(size, np.finfo(float).tiny)
    return values[:-1], values[-1]


def ratio(difference, size):
    """Root of the ratio of two sums of squares; 0 without a difference."""
    if difference <= 0:
        return 0.
    return float(np.sqrt(difference / size)) if size else float('inf')


def _balanced(cores):
    """Cores of the same product and of equal root mean square entries."""
    sizes = [np.sqrt(np.mean(np.square(core))) for core in cores]
    if not all(sizes):
        return cores
    common = np.exp(np.mean(np.log(sizes)))
    return [core * (common / size) for core, size in zip(cores, sizes)]
