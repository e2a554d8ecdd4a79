"""Estimated time of making rows of an embedding's table, see `row_joins`.

A training step is counted as it is computed: the backward pass takes the slices and their products
once more instead of keeping them, see `tt_rows`.
"""

import math

from tensornet.contraction.cost_model import (
    Cost,
    product_cost,
    transpose_cost,
)
from tensornet.contraction.row_joins import slice_shape
from tensornet.contraction.step_operations import BATCHED, SMALL

# Seconds for each id to find the distinct ones, measured with the fits of `machine`.
UNIQUE = 3e-8
# Where both factors differ from id to id, TensorFlow's own batched product is as fast as oneDNN's
# up to this many multiply-adds for each: 4096 products 16 x 16 x 16 took 0.43 ms by it and 0.57 by
# oneDNN's, 32 x 16 x 8 0.54 and 0.82, but 4 x 16 x 128 1.83 and 1.46, 32 x 32 x 32 13 and 2.4.
SMALL_PRODUCT = 2**12


def slices_cost(shape, first, last, is_right, setting):
    """Cost of taking one slice of the merged cores first..last-1 for each id.

    Args:
        shape: `TTMatrixShape`.
        first, last: range of the cores.
        is_right: whether the slices are right factors, see `row_joins`: those of a group with a
            bond to its right need another order of their axes.
        setting: `Setting` with the number of ids as its batch size.
    """
    sizes = slice_shape(shape, first, last)
    table = sizes.count * sizes.entries
    cost = gather_cost(setting.batch_size * sizes.entries, setting)
    if setting.training:
        cost = cost * 2 + segment_sum_cost(setting.batch_size * sizes.entries, table, setting)
    if is_right and sizes.right > 1 and not setting.has_constant_cores:
        cost += transpose_cost(table, setting) * (2 if setting.training else 1)
    return cost


def row_join_cost(join, setting):
    """Cost of a `RowJoin`; the batch size of the `Setting` is the number of ids."""
    count = setting.batch_size
    cost = product_cost(join.forward(count), setting)
    if setting.training:
        cost = cost * 2
        for products in (join.left_gradient(count), join.right_gradient(count)):
            cost += product_cost(products, setting)
    return cost


def row_join_kind(join):
    """Returns the faster kind of batched product for a `RowJoin`, BATCHED or SMALL."""
    return SMALL if join.forward(1).multiplications <= SMALL_PRODUCT else BATCHED


def unique_cost(size, setting):
    """Cost of finding the distinct ids, and of copying their rows to all ids.

    Args:
        size: elements of a row.
        setting: `Setting` with the number of all ids as its batch size.
    """
    entries = setting.batch_size * size
    cost = (Cost(setting.machine.op + UNIQUE * setting.batch_size, 0, 0)
            + gather_cost(entries, setting))
    if setting.training:
        cost += segment_sum_cost(entries, entries, setting)
    return cost


def gather_cost(entries, setting):
    """Cost of copying this many elements to where they are used."""
    machine = setting.machine
    moved = 2 * setting.itemsize * entries
    return Cost(machine.op + moved / machine.bandwidth, 0, moved)


def segment_sum_cost(entries, sums, setting):
    """Cost of adding elements, in any order, to this many sums."""
    machine = setting.machine
    moved = setting.itemsize * (2 * entries + sums)
    return Cost(machine.op + moved / machine.transpose_bandwidth, entries, moved)


def expected_distinct(count, size):
    """Returns how many distinct ids there are on average.

    Args:
        count: number of ids that are drawn, all being equally likely.
        size: number of ids to draw from.
    """
    if size == 1 or count == 1:
        return 1
    return max(1, min(count, round(-size * math.expm1(count * math.log1p(-1 / size)))))
