"""Adding up rows of a table in the TT format, bag by bag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import TensorCores
from tensornet.contraction.core_arguments import check_cores
from tensornet.contraction.kernel_faults import HALF
from tensornet.contraction.row_lookup import distinct_rows
from tensornet.contraction.surplus_features import cut

if TYPE_CHECKING:
    from tensornet.contraction.row_plans import RowPlan

SUM, MEAN, SQRTN = 'sum', 'mean', 'sqrtn'
COMBINERS = SUM, MEAN, SQRTN


def tt_bags(ids: tf.Tensor, bags: tf.Tensor, count: Union[int, tf.Tensor],
            weights: Optional[tf.Tensor], combiner: str, cores: TensorCores, plan: RowPlan,
            size: Optional[int] = None) -> tf.Tensor:
    """Adds up the rows of the ids of each bag.

    Weights and sums make one product of a sparse matrix with the different rows: no row is copied
    for each id that it belongs to.

    Args:
        ids: int tensor `[ids]`.
        bags: int64 tensor `[ids]`, the number of the bag that each is in.
        count: how many bags there are, an int64 scalar.
        weights: tensor `[ids]`, or None for ones.
        combiner: 'sum'; or 'mean' or 'sqrtn', which divide it by the sum of the weights, or
            by the root of the sum of their squares. A sum that would be divided by zero is zero.
        cores, plan, size: as for `tt_rows`.

    Returns:
        Tensor `[count, size]`; zeros for an empty bag.

    Raises:
        ValueError: there is no such combiner, or a core has another shape.
    """
    if combiner not in COMBINERS:
        raise ValueError(f"tt_bags: `combiner` must be one of {', '.join(map(repr, COMBINERS))}, "
                         f'but it is {combiner!r:.100}; pass one of these')
    cores = check_cores('tt_bags', cores, plan.shape)
    dtype = cores[0].dtype.base_dtype
    rows, places = distinct_rows(ids, cores, plan)
    if rows.dtype in HALF:
        rows = tf.cast(rows, tf.float32)
    if places is None:
        places = tf.range(tf.size(ids, out_type=tf.int64))
    weights = (tf.ones(tf.shape(ids), rows.dtype) if weights is None
               else tf.cast(weights, rows.dtype))
    matrix = tf.SparseTensor(
        tf.stack([bags, tf.cast(places, tf.int64)], axis=1),
        _normalized(weights, bags, count, combiner),
        tf.stack([count, tf.shape(rows, out_type=tf.int64)[0]]))
    sums = tf.sparse.sparse_dense_matmul(matrix, rows)
    sums.set_shape([None, rows.shape[1]])
    return tf.cast(sums if size is None else cut(sums, [size]), dtype)


def _normalized(weights, bags, count, combiner):
    """Divides weights `[ids]` by what their bags are to be divided by."""
    if combiner == SUM:
        return weights
    totals = tf.math.unsorted_segment_sum(
        weights if combiner == MEAN else tf.square(weights), bags, count)
    # Where nothing is divided the divisor is one: also second derivatives are numbers then.
    divided = tf.not_equal(totals, 0)
    divisors = tf.where_v2(divided, totals, tf.ones_like(totals))
    divisors = tf.gather(divisors if combiner == MEAN else tf.sqrt(divisors), bags)
    return tf.where_v2(tf.gather(divided, bags), weights / divisors, tf.zeros_like(weights))
