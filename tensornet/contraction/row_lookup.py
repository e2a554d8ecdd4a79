"""Looking up rows of a table in the TT format as a plan says.

The table is the transpose of the TT-matrix that `tt_matmul` multiplies by, from the same cores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

import tensorflow.compat.v1 as tf

from tensornet.annotations import TensorCores
from tensornet.contraction.core_arguments import check_cores
from tensornet.contraction.graph_names import contraction_scope
from tensornet.contraction.merge import STORED_AXES, merge_range
from tensornet.contraction.precision import working_type
from tensornet.contraction.row_gradient import with_row_gradient
from tensornet.contraction.row_joins import group_ranges, right_groups
from tensornet.contraction.row_products import Product, made, part_ranges, slices_of
from tensornet.contraction.step_operations import SMALL
from tensornet.contraction.surplus_features import cut

if TYPE_CHECKING:
    from tensornet.contraction.row_plans import RowPlan

# The order of a merged core's axes for slices that are right factors.
RIGHT_AXES = 'out left inp right'


def tt_rows(ids: tf.Tensor, cores: TensorCores, plan: RowPlan,
            size: Optional[int] = None) -> tf.Tensor:
    """Looks up rows of the table `W^T` of a TT-matrix `W`.

    Args:
        ids: int tensor `[count]`.
        cores: list of d tensors; the shape of core k is `[o_k * r_k, r_{k-1} * i_k]`, where `o_k`
            are the modes of the vocabulary and `i_k` those of a row.
        plan: a `RowPlan` for the modes and ranks.
        size: how many elements of a row there are; None is all of them.

    Returns:
        Tensor `[count, size]`, or `[count, prod(inp_modes)]`. The gradient reaches the cores only.

    Raises:
        ValueError: a core has another shape.
    """
    cores = check_cores('tt_rows', cores, plan.shape)
    dtype = cores[0].dtype.base_dtype
    rows, places = distinct_rows(ids, cores, plan)
    if places is not None:
        # The gradient of `tf.gather` is sparse; an operation after it would make it dense.
        rows = tf.gather(rows, places)
        rows.set_shape([ids.shape[0], None])
    return tf.cast(rows if size is None else cut(rows, [size]), dtype)


def distinct_rows(ids, cores, plan):
    """Looks up the rows of ids; equal ids are looked up once if the plan says so.

    Args:
        ids, cores, plan: as for `tt_rows`.

    Returns:
        Tensor `[count, prod(inp_modes)]` of rows, of the type that products are computed in; and
        an int tensor with the place of each id's row among them, None where the rows are those of
        the ids, one by one.
    """
    places = None
    if plan.shape.out_size > ids.dtype.max:
        ids = tf.cast(ids, tf.int64)
    if plan.unique:
        ids, places = tf.unique(ids)
    working = working_type(cores[0].dtype)
    products = [Product(*join, small=kind == SMALL) for join, kind in zip(plan.joins, plan.kinds)]
    rights = right_groups(plan.groups, plan.joins)
    tables = [_table(_typed(cores, plan, group, working), plan, group, group in rights)
              for group in range(len(plan.groups))]
    out = tf.reshape(_rows(ids, tables, products, plan.parts, working), [-1, plan.shape.inp_size])
    out.set_shape([ids.shape[0], None])
    if plan.setting.training:
        out = with_row_gradient(out, ids, tables, products, plan.gradient_parts)
    return out, places


def _typed(cores, plan, group, working):
    """Returns the cores, those of a group in the type that products are computed in.

    A constant core that is not merged stays as it is: a converter would compute the cast once, and
    its file would hold a core of half precision in float32. Its slices are cast.
    """
    first, last = group_ranges(plan.groups)[group]
    if plan.setting.has_constant_cores and last == first + 1:
        return cores
    return [tf.cast(core, working) if first <= k < last else core for k, core in enumerate(cores)]


def _table(cores, plan, group, is_right):
    """Returns the merged cores of a group, of which an id takes one row.

    Returns:
        Tensor `[out, (right, left, inp)]`, or `[out, (left, inp, right)]` for right factors.
    """
    first, last = group_ranges(plan.groups)[group]
    sizes = plan.slices[group]
    with contraction_scope(group + 1), tf.name_scope('merge'):
        # Without a bond to the right both orders are the same.
        axes = RIGHT_AXES if is_right and sizes.right > 1 else STORED_AXES
        table = merge_range(cores, first, last, plan.merges[group], plan.shape, axes)
        return tf.reshape(table, [sizes.count, sizes.entries])


def _rows(ids, tables, products, parts, working):
    """Makes the rows of all ids, one part of them after another."""
    rows = []
    for begin, end in part_ranges(ids, parts):
        # The next part waits until the memory of this one is free again.
        with tf.control_dependencies(rows[-1:]):
            part = tf.identity(ids[begin:end]) if parts > 1 else ids
        slices = [tf.cast(taken, working) for taken in slices_of(part, tables)]
        rows.append(made(slices, products)[-1])
    return rows[0] if parts == 1 else tf.concat(rows, axis=0)
