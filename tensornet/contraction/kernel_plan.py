"""How the dense kernel of a TT-convolution is built. Nothing here knows of TensorFlow."""

from collections import namedtuple

from tensornet.contraction import cost_model
from tensornet.contraction.steps import Products, make_joins
from tensornet.tt.arguments import product


class KernelPlan(namedtuple('KernelPlan', [
        'half', 'filters_early', 'left_joins', 'right_joins'])):
    """A way to build the kernel, see `kernel`.

    Attributes:
        half: how many cores make up the left half.
        filters_early: whether the filters are multiplied into the left half.
        left_joins, right_joins: kinds of the products that merge the cores of each half, see
            `StepOperations`.
    """

    __slots__ = ()


def kernel_plan(shape, window, setting):
    """Plans how to build a kernel with the least arithmetic.

    Args:
        shape: `TTMatrixShape` of the cores, whose first rank is the number of filters.
        window: number of pixels of the window.
        setting: `Setting`.

    Returns:
        `KernelPlan`.
    """
    filters_early = window <= shape.ranks[0]
    half = _split(shape, window, filters_early)
    left, right = [cost_model.choose_joins(joins, setting) for joins in _joins(shape, half)]
    return KernelPlan(half, filters_early, left, right)


def kernel_cost(plan, shape, window, setting):
    """Cost of building a kernel; in training, with the gradients of filters and cores.

    Args:
        plan: `KernelPlan`.
        shape, window, setting: those that it was made for.

    Returns:
        `Cost`; nothing where the cores are constants.
    """
    if setting.has_constant_cores:
        return cost_model.NOTHING
    filters, half, bond = shape.ranks[0], plan.half, shape.ranks[plan.half]
    left, right = product(shape.modes[:half]), product(shape.modes[half:])
    passes, transposes = (3, 2) if setting.training else (1, 1)
    columns = left * bond if plan.filters_early else left * right
    cost = cost_model.product_cost(Products(1, window, filters, columns, 1, 1), setting) * passes
    if half < shape.d:
        rows = (window if plan.filters_early else filters) * left
        cost += cost_model.product_cost(Products(1, rows, bond, right, 1, 1), setting) * passes
        cost += cost_model.transpose_cost(rows * right, setting) * transposes
    for joins, kinds in zip(_joins(shape, half), (plan.left_joins, plan.right_joins)):
        for join, kind in zip(joins, kinds):
            cost += cost_model.join_cost(join, kind, setting)
    return cost


def _split(shape, window, filters_early):
    """Returns how many cores make up the left half: the split of least arithmetic."""
    filters, sizes = shape.ranks[0], shape.modes

    def multiplications(half):
        merging = sum(join.forward.multiplications for joins in _joins(shape, half)
                      for join in joins)
        bond = shape.ranks[half]
        if filters_early:
            return merging + window * bond * (filters * product(sizes[:half]) + product(sizes))
        # What the filters take in the end is the same for all.
        return merging + filters * bond * product(sizes)

    return min(range(1, shape.d), key=multiplications) if shape.d > 1 else 1


def _joins(shape, half):
    """Returns the products that merge the cores of each half; a right half may have no cores."""
    return [make_joins(shape, first, last) if last > first else ()
            for first, last in ((0, half), (half, shape.d))]
