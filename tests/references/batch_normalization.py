"""Batch normalization with zero-debiased moving averages."""

import numpy as np


def normalize(inp, mean, variance, weights=1.0, biases=0.0, eps=1e-3):
    """Returns `(inp - mean) / sqrt(variance + eps) * weights + biases` in float64."""
    inp = np.asarray(inp, np.float64)
    return (inp - mean) / np.sqrt(variance + eps) * weights + biases


def moments(inp):
    """Returns mean and biased variance over all axes but the last, in float64."""
    flat = np.asarray(inp, np.float64).reshape([-1, inp.shape[-1]])
    return flat.mean(axis=0), flat.var(axis=0)


class MovingAverage:
    """An exponential average that starts from zero and is divided by what it lacks.

    Args:
        decay: weight of the past, in [0, 1).
    """

    def __init__(self, decay):
        self.decay = decay
        self.biased = 0.0
        self.steps = 0

    def update(self, value):
        self.biased = self.decay * self.biased + (1 - self.decay) * np.asarray(value, np.float64)
        self.steps += 1

    @property
    def value(self):
        """The average of the values so far; zero before the first."""
        return self.biased / (1 - self.decay ** self.steps) if self.steps else 0.0
