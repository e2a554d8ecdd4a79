"""How far a result may be from the exact one."""

import numpy as np

# Half a unit in the last place of 1, and the smallest number that is rounded to that.
UNITS = {'float16': 2.0 ** -11, 'bfloat16': 2.0 ** -8, 'float32': 2.0 ** -24,
         'float64': 2.0 ** -53}
SMALLEST = {'float16': 2.0 ** -25, 'bfloat16': 2.0 ** -134, 'float32': 2.0 ** -150,
            'float64': 0.0}


def allowed(dtype, magnitude, terms, roundings=1):
    """Returns the largest error of a sum of products.

    Numbers of half precision are to be added up in float32 and rounded at the end. The other
    types are added up in any order, of which the error grows with the square root of the number
    of terms, here with a margin of four.

    Args:
        dtype: name of the type.
        magnitude: the result for the absolute values of all operands.
        terms: how many products are added up.
        roundings: how often numbers are rounded to `dtype` on the way.
    """
    adding = UNITS['float64' if dtype == 'float64' else 'float32']
    relative = 2 * roundings * UNITS[dtype] + 4 * np.sqrt(terms + 1) * adding
    return relative * magnitude + roundings * SMALLEST[dtype]


def excess(dtype, actual, expected, magnitude, terms, roundings=1):
    """Returns the largest error as a multiple of the allowed one; infinite for a wrong shape."""
    actual, expected = np.asarray(actual, np.float64), np.asarray(expected, np.float64)
    if actual.shape != expected.shape:
        return np.inf
    if not expected.size:
        return 0.0
    bound = allowed(dtype, magnitude, terms, roundings)
    with np.errstate(invalid='ignore'):
        error = np.abs(actual - expected)
    ratios = error / np.maximum(bound, np.finfo(np.float64).tiny)
    return float(np.max(np.where(np.isfinite(actual), ratios, np.inf)))


def norm_excess(dtype, actual, expected, magnitude, roundings):
    """Returns the norm of all errors as a multiple of the allowed one.

    Roundings are independent of each other, so that `roundings` of them, each of at most half a
    unit in the last place, add up to the square root of their number in the norm. That leaves a
    margin of two: the mean of a rounding is less than half of the largest. It is far below the
    sum of the largest ones that `allowed` gives each number.

    Args:
        dtype: name of the type.
        actual, expected, magnitude: arrays of one shape; the last is the result for the absolute
            values of all operands.
        roundings: how often numbers are rounded to `dtype` on the way, operands included.
    """
    error = np.linalg.norm(np.asarray(actual, np.float64) - expected)
    bound = UNITS[dtype] * np.sqrt(roundings) * np.linalg.norm(magnitude)
    return float(error / max(bound, np.finfo(np.float64).tiny)) if np.isfinite(error) else np.inf
