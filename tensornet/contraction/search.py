"""Finding the groups and orders of least estimated cost. Nothing here knows of TensorFlow."""

import heapq

from tensornet.contraction import cost_model
from tensornet.contraction.steps import LEFT, RIGHT, make_step


def cheapest_contractions(shape, setting, count=1):
    """Finds the cheapest ways to contract the cores, by the cost model.

    All ways to merge neighbouring cores are considered, with all orders of taking the groups from
    the left or from the right, by dynamic programming over the ranges of cores that are still to
    contract.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        setting: `Setting`.
        count: how many are wanted.

    Returns:
        List of at most `count` pairs `(groups, order)` as in `Plan`, the cheapest first.

    Cost: O(d^3) evaluations of the cost model.
    """
    d = len(shape.inp_modes)

    def seconds(left, right, first, last):
        step = make_step(shape, left, right, first, last)
        operations = cost_model.choose_operations(step, shape, setting)
        return cost_model.step_cost(step, operations, shape, setting).seconds

    best = {}
    for length in range(1, d + 1):
        for left in range(d - length + 1):
            right = left + length
            choices = [(seconds(left, right, left, right), (length,), ())]
            for middle in range(left + 1, right):
                spent = seconds(left, right, left, middle)
                choices += [(spent + rest, (middle - left,) + groups, (LEFT,) + order)
                            for rest, groups, order in best[middle, right]]
                spent = seconds(left, right, middle, right)
                choices += [(spent + rest, groups + (right - middle,), (RIGHT,) + order)
                            for rest, groups, order in best[left, middle]]
            best[left, right] = heapq.nsmallest(count, choices)
    return [(groups, order) for _, groups, order in best[0, d]]
