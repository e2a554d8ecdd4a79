"""Sums and means of rows of a table that is a TT-matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import CoreInitializer, CoreRegularizer, DTypeLike, Modes, Ranks, Scope
from tensornet.contraction import tt_bags
from tensornet.contraction.bag_product import COMBINERS
from tensornet.initializers import lecun
from tensornet.layers.arguments import Arguments
from tensornet.layers.bag_arguments import bags_of, check_bags, factors_of, number_of_bags
from tensornet.layers.checked_call import checked_call
from tensornet.layers.embedding_table import checked_table
from tensornet.layers.layer_records import record_tt_embedding
from tensornet.layers.plan_argument import embedding_plan, plan_and_setting
from tensornet.layers.run_time_checks import within_table
from tensornet.layers.variables import Functions, LayerVariables

if TYPE_CHECKING:
    from tensornet.contraction.row_plans import RowPlan


@checked_call
def tt_embedding_bag(ids: Union[tf.SparseTensor, tf.RaggedTensor],
                     voc_modes: Modes,
                     emb_modes: Modes,
                     ranks: Ranks,
                     cores_initializer: CoreInitializer = lecun,
                     cores_regularizer: CoreRegularizer = None,
                     trainable: bool = True,
                     cpu_variables: bool = False,
                     scope: Scope = None,
                     *,
                     weights: Union[tf.SparseTensor, tf.RaggedTensor, None] = None,
                     combiner: str = 'mean',
                     voc_size: Optional[int] = None,
                     emb_size: Optional[int] = None,
                     plan: Union[str, RowPlan, None] = None,
                     batch_size: Optional[int] = None,
                     dtype: DTypeLike = tf.float32) -> tf.Tensor:
    """Looks up rows of a table in the TT format and adds up those of each bag of ids.

    Does what `tf.nn.embedding_lookup_sparse` does, with the table and the variables of
    `tt_embedding`.
    Every bag has a row, empty ones at the end as well: zeros for a bag without ids, and for one
    whose weights make the divisor zero.

    Args:
        ids: `tf.SparseTensor` `[bags, most]`, in order, or `tf.RaggedTensor` `[bags, None]`, of
            int32 or int64 row numbers; those out of range are as for `tt_embedding`.
        voc_modes: d positive integers `v_1..v_d`, the modes of the vocabulary.
        emb_modes: d positive integers `e_1..e_d`, the modes of a row. Lookups are fastest where the
            modes of the left half of the cores multiply to about as much as those of the right
            half, for both.
        ranks: d+1 TT-ranks `r_0..r_d`, of which the first and the last are 1; or one rank for all
            bonds, capped at the largest useful rank of each bond.
        cores_initializer: initializer of the cores, or a list with one for each core; or a
            `tensornet.initializers.Scheme` for the whole table. The default gives elements of
            variance `1 / emb_size`, so rows of about length one, as
            `tf.feature_column.embedding_column` does.
        cores_regularizer: regularizer of the cores, or a list with one for each core.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name; None makes a unique one from `tt_embedding_bag`.
        weights: what each row is multiplied by: floats, sparse or ragged as `ids` and with the same
            indices; None stands for ones. They get a gradient.
        combiner: 'sum' adds the rows up; 'mean' divides the sum by the sum of the weights, and
            'sqrtn' by the square root of the sum of their squares.
        voc_size: number of rows, at most `prod(voc_modes)`; None means that.
        emb_size: number of elements of a row, at most `prod(emb_modes)`; None means that.
        plan: how to compute it: 'auto' chooses by estimated time for this many ids, of the forward
            and backward pass if `trainable`, else of the forward pass; it may merge neighbouring
            cores beforehand, and look equal ids up once where there are few rows. 'unique' always
            looks equal ids up once, for ids that repeat much, such as the words of a text.
            'measure' chooses by times taken on the machine at hand; 'inference' is for a graph that
            is to be exported, see `default_plan`; 'chain' joins slices from left to right; 'full'
            builds the table; or a plan made by `tensornet.contraction.row_plan`. None takes that of
            the `default_plan` around the call, else 'auto'. The results differ by rounding only.
            Import `tensornet.layers` before building gradients of an imported graph. With 'unique'
            the sums are made of the different rows, which saves memory as well.
        batch_size: the number of ids in all bags to plan for where it is not known; None means that
            of the `default_plan` around the call, else 1 for 'inference' and 100 for other plans.
        dtype: type of the variables and of the output, a floating-point `tf.DType`.

    Returns:
        Tensor `[bags, emb_size]` of type `dtype`, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    Variables: `mat_core_1..d` `[v_k * r_k, r_{k-1} * e_k]`, as for `tt_embedding`.
    """
    check = Arguments(scope, 'tt_embedding_bag')
    count = check_bags(check, ids, weights)
    combiner = check.choice('combiner', combiner, COMBINERS, 'pass one of these')
    table = checked_table(
        check, (voc_modes, emb_modes, ranks), (voc_size, emb_size),
        Functions(cores_initializer, cores_regularizer),
        LayerVariables(trainable, cpu_variables, dtype))
    plan, setting = plan_and_setting(check, plan, 'auto', batch_size, [count], table.variables)
    plan = embedding_plan(check, plan, table, setting)

    with tf.variable_scope(scope, 'tt_embedding_bag', [ids.values]):
        cores = table.cores()
        values, bags, count = bags_of(ids)
        values = within_table(check.scope, 'ids', values, table.voc_size)
        out = tt_bags(values, bags, count, factors_of(weights), combiner, cores, plan,
                      table.emb_size)
        out = tf.identity(out, name='out')
        out.set_shape([number_of_bags(ids), table.emb_size])
        record_tt_embedding('tt_embedding_bag', plan, table.voc_size, table.emb_size,
                            2 * table.emb_size)
        return out
