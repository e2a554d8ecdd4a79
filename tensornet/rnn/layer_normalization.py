"""Layer normalization of the gates of a recurrent cell."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.kernel_faults import HALF
from tensornet.layers.variables import Functions

EPSILON = 1e-6


class LayerNormalization:
    """Scales and shifts of several gates, each of which is normalized by itself.

    Making one reads the variables, calling it does not.

    Of each sample and gate the hidden units get mean 0 and variance 1, and then their own scale
    and shift ("Layer Normalization", arXiv 1607.06450).

    Args:
        scope: name of the variable scope.
        gates: number of gates.
        hidden_size: number of hidden units.
        biases: `Functions` of the shifts; there are none without initializer.
        variables: `LayerVariables`.
    """

    def __init__(self, scope, gates, hidden_size, biases, variables):
        self._hidden_size = hidden_size
        self._shifts = None
        with tf.variable_scope(scope):
            self._scales = tf.convert_to_tensor(variables.get(
                'weights', [gates * hidden_size], Functions(tf.ones_initializer())))
            if biases.initializer is not None:
                self._shifts = tf.convert_to_tensor(variables.get(
                    'biases', [gates * hidden_size], biases))

    def __call__(self, inp, first, last):
        """Normalizes, scales and shifts the gates first..last-1.

        Args:
            inp: tensor `[batch, (last - first) * hidden_size]`.
            first, last: range of the gates, counted from 0.

        Returns:
            Tensor of the shape and type of `inp`.
        """
        units = slice(first * self._hidden_size, last * self._hidden_size)
        # Squares of half-precision numbers overflow, and their sums are coarse.
        working = tf.float32 if inp.dtype in HALF else inp.dtype
        parts = tf.cast(tf.reshape(inp, [-1, last - first, self._hidden_size]), working)
        mean = tf.reduce_mean(parts, axis=2, keepdims=True)
        centred = parts - mean
        variance = tf.reduce_mean(tf.square(centred), axis=2, keepdims=True)
        out = tf.reshape(centred * tf.rsqrt(variance + EPSILON), tf.shape(inp))
        out = tf.cast(out, inp.dtype) * self._scales[units]
        return out if self._shifts is None else out + self._shifts[units]
