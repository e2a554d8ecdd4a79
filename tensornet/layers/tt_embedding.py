"""An embedding whose table is a TT-matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import (
    CoreInitializer,
    CoreRegularizer,
    DTypeLike,
    Modes,
    Ranks,
    Scope,
    TensorLike,
)
from tensornet.contraction import tt_rows
from tensornet.initializers import lecun
from tensornet.layers.arguments import Arguments
from tensornet.layers.checked_call import checked_call
from tensornet.layers.embedding_table import checked_table
from tensornet.layers.layer_records import record_tt_embedding
from tensornet.layers.plan_argument import embedding_plan, plan_and_setting
from tensornet.layers.run_time_checks import within_table
from tensornet.layers.variables import Functions, LayerVariables

if TYPE_CHECKING:
    from tensornet.contraction.row_plans import RowPlan


@checked_call
def tt_embedding(ids: TensorLike,
                 voc_modes: Modes,
                 emb_modes: Modes,
                 ranks: Ranks,
                 cores_initializer: CoreInitializer = lecun,
                 cores_regularizer: CoreRegularizer = None,
                 trainable: bool = True,
                 cpu_variables: bool = False,
                 scope: Scope = None,
                 *,
                 voc_size: Optional[int] = None,
                 emb_size: Optional[int] = None,
                 plan: Union[str, RowPlan, None] = None,
                 batch_size: Optional[int] = None,
                 dtype: DTypeLike = tf.float32) -> tf.Tensor:
    """Looks up rows of a table `[voc_size, emb_size]` in the TT format.

    With row-major indices `(v_1, ..., v_d)` of the vocabulary and `(e_1, ..., e_d)` of a row,
    `table[(v), (e)] = G_1[v_1, e_1] ... G_d[v_d, e_d]`, where `G_k[v, e]` is `r_{k-1} x r_k`. A
    row is made from one slice of each core; the table itself is never built, unless by
    `plan='full'`.

    The cores are those of the layer `tt` that multiplies by the transposed table, from `emb_size`
    features to `voc_size` outputs. So a network can share them between its embedding and its
    output, with the modes in this order:

        with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
            words = layers.tt_embedding(ids, voc_modes, emb_modes, ranks, scope='words')
            logits = layers.tt(hidden, emb_modes, voc_modes, ranks, scope='words')

    Here `biases` of the output join the cores in `net/words`. Under `reuse=True` they would have to
    exist already: pass `biases_initializer=None` then. A padded table takes
    `voc_size=..., emb_size=...` here and `out_size=..., inp_size=...` there.

    Args:
        ids: int32 or int64 tensor or NumPy array of any shape, of row numbers from 0 to
            `voc_size - 1`. Others raise `tf.errors.InvalidArgumentError` when the graph runs on a
            CPU; on a GPU nothing is checked, and their rows may be those of other ids, or zeros.
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
        scope: variable scope or its name; None makes a unique one from `tt_embedding`.
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
            Import `tensornet.layers` before building gradients of an imported graph.
        batch_size: the number of ids to plan for where that of `ids` is not known; None means that
            of the `default_plan` around the call, else 1 for 'inference' and 100 for other plans.
        dtype: type of the variables and of the output, a floating-point `tf.DType`.

    Returns:
        Tensor `ids.shape + [emb_size]` of type `dtype`, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    Variables: `mat_core_1..d` `[v_k * r_k, r_{k-1} * e_k]`, row index `(v_k, r_k)` and column index
    `(r_{k-1}, e_k)`.
    """
    check = Arguments(scope, 'tt_embedding')
    shape = check.ids('ids', ids)
    table = checked_table(
        check, (voc_modes, emb_modes, ranks), (voc_size, emb_size),
        Functions(cores_initializer, cores_regularizer),
        LayerVariables(trainable, cpu_variables, dtype))
    leading = [None] if shape is None else shape
    plan, setting = plan_and_setting(check, plan, 'auto', batch_size, leading, table.variables)
    plan = embedding_plan(check, plan, table, setting)

    with tf.variable_scope(scope, 'tt_embedding', [ids]):
        ids = tf.convert_to_tensor(ids, name='ids')
        cores = table.cores()
        checked = within_table(check.scope, 'ids', ids, table.voc_size)
        rows = tt_rows(tf.reshape(checked, [-1]), cores, plan, table.emb_size)
        out = tf.reshape(rows, _shape_of_rows(ids, table.emb_size), name='out')
        out.set_shape(ids.shape.concatenate([table.emb_size]))
        record_tt_embedding('tt_embedding', plan, table.voc_size, table.emb_size)
        return out


def _shape_of_rows(ids, size):
    """Returns the shape that rows of so many elements have: a list where it is known, or a tensor.
    """
    shape = None if ids.shape.ndims is None else ids.shape.as_list() + [size]
    if shape is None:
        return tf.concat([tf.shape(ids), [size]], axis=0)
    # A size that is not known can be told from the others, unless one of them is zero.
    most_unknown = 0 if 0 in shape else 1
    if shape.count(None) > most_unknown:
        return tf.concat([tf.shape(ids), [size]], axis=0)
    return [-1 if axis is None else axis for axis in shape]
