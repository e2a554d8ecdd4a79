"""Matrices and convolutions with their plans, of which the operations are counted."""

import itertools

from tensornet.contraction import (
    ConvShape,
    Setting,
    TTMatrixShape,
    chain_plan,
    conv_plan,
    cpu,
)
from tests.contraction.enumeration import all_plans

MATRICES = [([2, 3, 2], [3, 2, 2], [1, 2, 3, 1]), ([4, 3], [2, 5], [1, 3, 1]), ([6], [4], [1, 1])]
CONVOLUTIONS = [([2, 3], [2, 2], [2, 3, 1]), ([2, 3], [3, 2], [1, 2, 1]),
                ([6], [4], [3, 1]), ([2, 1, 3], [2, 2, 2], [7, 2, 3, 1])]


def matrix_plans():
    """Yields modes and ranks, and each plan for them."""
    for modes in MATRICES:
        yield modes, chain_plan(*modes, 5)
        for requested in all_plans(*modes, batch_size=5):
            yield modes, requested


def conv_cases():
    """Yields matrix, window, strides, padding and method of convolutions."""
    for matrix, window, strides, padding in itertools.product(
            CONVOLUTIONS, ([1, 1], [3, 2], [2, 5]), ([1, 1], [2, 2], [2, 1]), ('SAME', 'VALID')):
        for method in ('full', 'chain', 'matrix_first', 'filters_first', 'pointwise'):
            if (method == 'pointwise' and window != [1, 1]) or (
                    'first' in method and strides[0] != strides[1]):
                continue
            yield matrix, window, strides, padding, method


def conv_of_case(case):
    """Returns the `ConvPlan` of a case, made for images of another size."""
    matrix, window, strides, padding, method = case
    shape = ConvShape(TTMatrixShape(*map(tuple, matrix)), tuple(window), tuple(strides), padding,
                      (9, 8))
    return conv_plan(shape, Setting(5, True, 'float32', cpu('float32')), method)
