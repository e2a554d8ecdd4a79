"""How far the outputs of a converted layer are from those of the dense one."""
import collections

import numpy as np


class LayerOutputs(collections.namedtuple('LayerOutputs', [
        'matrix', 'biases', 'activation', 'following'])):
    """The outputs of a dense layer, as far as they count.

    Attributes:
        matrix: weights, float64 array [rows, out].
        biases: float64 array [out].
        activation: 'relu' or None.
        following: weights of the next layer, float64 array [out, next], whose outputs are the ones
            that count; or None.
    """
    __slots__ = ()

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


def ratio(difference, size):
    """Root of the ratio of two sums of squares; 0 without a difference."""
    if difference <= 0:
        return 0.
    return float(np.sqrt(difference / size)) if size else float('inf')
