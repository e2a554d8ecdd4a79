"""Numerical derivatives."""

import numpy as np


def derivative(function, arrays, index, direction, step=1e-5):
    """Differentiates a scalar function along a direction of one of its arrays.

    Args:
        function: function of the list of arrays that returns a number.
        arrays: list of float64 arrays, the point.
        index: which of the arrays moves.
        direction: array of its shape, of norm 1.
        step: how far it moves to both sides.
    """
    above, below = [function(arrays[:index] + [arrays[index] + sign * step * direction]
                             + arrays[index + 1:]) for sign in (1, -1)]
    return (above - below) / (2 * step)


def gradients(function, arrays, step=1e-5):
    """Differentiates a scalar function by central differences.

    Args:
        function: function of the list of arrays that returns a number.
        arrays: list of float64 arrays, the point.
        step: what is added to and subtracted from every element.

    Returns:
        List of float64 arrays of the shapes of `arrays`.
    """
    arrays = [np.array(array, np.float64) for array in arrays]
    results = []
    for array in arrays:
        result = np.empty_like(array)
        for index in np.ndindex(*array.shape):
            value = array[index]
            array[index] = value + step
            above = function(arrays)
            array[index] = value - step
            below = function(arrays)
            array[index] = value
            result[index] = (above - below) / (2 * step)
        results.append(result)
    return results
