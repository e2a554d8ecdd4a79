"""Contractions of several tensors, and their derivatives."""

import numpy as np


def contraction(tensors, axes, out_axes):
    """Multiplies tensors and adds up over the axes that the result does not have.

    Args:
        tensors: list of arrays.
        axes: list of strings, a letter for each axis of a tensor.
        out_axes: string, the axes of the result.
    """
    return np.einsum(f'{",".join(axes)}->{out_axes}', *tensors, optimize='greedy')


def gradients(tensors, axes, out_axes, out_gradient):
    """Differentiates `sum(contraction(...) * out_gradient)` by each tensor.

    The contraction is linear in each, so that a gradient is the contraction of all the others.

    Returns:
        List of arrays of the shapes of `tensors`.
    """
    results = []
    for index, (tensor, own) in enumerate(zip(tensors, axes)):
        others = tensors[:index] + tensors[index + 1:] + [out_gradient]
        other_axes = axes[:index] + axes[index + 1:] + [out_axes]
        # An axis of the tensor alone is one along which all are added up with the same weight.
        missing = [letter for letter in own if letter not in ''.join(other_axes)]
        for letter in missing:
            others.append(np.ones(tensor.shape[own.index(letter)]))
            other_axes.append(letter)
        results.append(contraction(others, other_axes, own))
    return results
