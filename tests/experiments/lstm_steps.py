"""The outputs of an LSTM in NumPy."""
import numpy as np


def lstm_steps(inputs, weights, state_weights, biases, c, h, forget_bias=1.0):
    """Runs an LSTM over sequences.

    Args:
        inputs: array `[batch, time, features]`.
        weights: array `[features, 4 * size]`, for input, candidate, forget and output gate.
        state_weights: array `[size, 4 * size]`.
        biases: array `[4 * size]`.
        c, h: arrays `[batch, size]`, the state before the first step.
        forget_bias: added to the forget gate.

    Returns:
        The outputs, float64 `[batch, time, size]`, and the last `c` and `h`.
    """
    outputs = []
    for step in np.moveaxis(np.asarray(inputs, np.float64), 1, 0):
        i, j, f, o = np.split(step @ weights + h @ state_weights + biases, 4, axis=1)
        c = c * _sigmoid(f + forget_bias) + _sigmoid(i) * np.tanh(j)
        h = _sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), c, h


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))
