"""Gradient steps on the cores of a layer and its biases (Adam, arXiv 1412.6980)."""
import numpy as np

from tensornet.tt.core_environments import core_gradients, multiplied

# Of the root mean square of each core, and of the outputs for the biases; falls along a cosine.
_RATE = 0.1
_FIRST_DECAY, _SECOND_DECAY = 0.9, 0.99


def descend(cores, biases, outputs, batches, steps, biases_scale):
    """Lowers the difference of the outputs by steps of Adam.

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
        rate = _RATE * (0.5 + 0.5 * np.cos(np.pi * step / steps))
        for k, gradient in enumerate(gradients):
            first[k] += (1 - _FIRST_DECAY) * (gradient - first[k])
            second[k] = second[k] + (1 - _SECOND_DECAY) * (np.square(gradient) - second[k])
            mean = first[k] / (1 - _FIRST_DECAY**(step + 1))
            size = np.sqrt(second[k] / (1 - _SECOND_DECAY**(step + 1)))
            # Where there is no gradient, as of inputs that are always zero, there is no step.
            values[k] -= rate * scales[k] * mean / np.maximum(size, np.finfo(float).tiny)
    return values[:-1], values[-1]


def _balanced(cores):
    """Cores of the same product and of equal root mean square entries."""
    sizes = [np.sqrt(np.mean(np.square(core))) for core in cores]
    if not all(sizes):
        return cores
    common = np.exp(np.mean(np.log(sizes)))
    return [core * (common / size) for core, size in zip(cores, sizes)]
