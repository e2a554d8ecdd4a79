"""Finding the groups and orders of least estimated cost. Nothing here knows of TensorFlow."""

import heapq

from tensornet.contraction import cost_model
from tensornet.contraction.steps import LEFT, RIGHT, make_step, product


def cheapest_contractions(shape, setting, count=1):
    """Finds the cheapest ways to contract the cores, by the cost model.

    All ways to merge neighbouring cores are considered, with all orders of taking the groups from
    the left or from the right, by dynamic programming over the ranges of cores that are still to
    contract. Where the cores are constants, `setting.constant_bytes` bounds what the matrices of
    all groups take together; without any merging they may always be used.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        setting: `Setting`.
        count: how many are wanted.

    Returns:
        List of at most `count` pairs `(groups, order)` as in `Plan`, the cheapest first.

    Cost: O(d^3) evaluations of the cost model.
    """
    d = len(shape.inp_modes)
    bound = None
    if setting.has_constant_cores:
        bound = max(setting.constant_bytes // setting.itemsize,
                    sum(_merged(shape, k, k + 1) for k in range(d)))

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
            if bound is None:
                best[left, right] = heapq.nsmallest(count, choices)
            else:
                best[left, right] = _smallest_within(choices, shape, left, bound, count)
    return [(groups, order) for _, groups, order in best[0, d][:count]]


def _smallest_within(choices, shape, left, bound, count):
    """Returns the cheapest choices, and those that are dearer but smaller.

    Args:
        choices: list of `(seconds, groups, order)` for the cores from `left` on.
        shape: `TTMatrixShape`.
        left: the first core.
        bound: numbers that the matrices of a choice may have.
        count: how many of each size are kept.
    """
    kept, sizes = [], []
    for choice in sorted(choices):
        size, first = 0, left
        for group in choice[1]:
            size += _merged(shape, first, first + group)
            first += group
        if size <= bound and sum(other <= size for other in sizes) < count:
            kept.append(choice)
            sizes.append(size)
    return kept


def _merged(shape, first, last):
    """Numbers in the matrix of the merged cores first..last-1."""
    inp_modes, out_modes, ranks = shape
    return product(inp_modes[first:last]) * product(out_modes[first:last]) \
        * ranks[first] * ranks[last]
