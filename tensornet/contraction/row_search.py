"""Finding the cheapest groups and order to make rows. Nothing here knows of TensorFlow."""

from tensornet.contraction.cost_model import joining_costs
from tensornet.contraction.row_cost import row_join_cost, slices_cost
from tensornet.contraction.row_joins import RowJoin, slice_shape


def cheapest_rows(shape, setting, is_group):
    """Finds the cheapest way to make rows, by the cost model.

    All ways to merge neighbouring cores are considered with all orders of the bonds, by dynamic
    programming over the ranges of cores.

    Args:
        shape: `TTMatrixShape`, of which the first and the last rank are 1.
        setting: `Setting` with the number of ids as its batch size.
        is_group: function that says whether the cores first..last-1 may be a group.

    Returns:
        Pair of groups and order as in `RowPlan`.

    Cost: O(d^3) evaluations of the cost model.
    """
    d = shape.d
    merging = joining_costs(shape, setting)
    best = {}
    for length in range(1, d + 1):
        for first in range(d - length + 1):
            last = first + length
            joined = _cheapest_join(shape, first, last, setting, best)
            for is_right in (False, True):
                ways = [joined] if joined else []
                if is_group(first, last):
                    cost = merging[first, last] + slices_cost(shape, first, last, is_right, setting)
                    ways.append((cost.seconds, (length,), ()))
                if ways:
                    best[first, last, is_right] = min(ways)
    return best[0, d, False][1:]


def _cheapest_join(shape, first, last, setting, best):
    """Returns seconds, groups and order of the cores first..last-1 as two parts, or None."""
    ways = []
    for middle in range(first + 1, last):
        if (first, middle, False) not in best or (middle, last, True) not in best:
            continue
        left_seconds, left_groups, left_order = best[first, middle, False]
        right_seconds, right_groups, right_order = best[middle, last, True]
        before, after = slice_shape(shape, first, middle), slice_shape(shape, middle, last)
        join = RowJoin(None, None, before.left * before.inp, before.right,
                       after.inp * after.right)
        seconds = row_join_cost(join, setting).seconds
        bonds = len(left_groups)
        order = left_order + tuple(bonds + bond for bond in right_order) + (bonds,)
        ways.append((left_seconds + right_seconds + seconds, left_groups + right_groups, order))
    return min(ways) if ways else None
