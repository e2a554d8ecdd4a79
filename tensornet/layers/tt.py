"""A fully-connected layer whose weight matrix is a TT-matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import (
    CoreInitializer,
    CoreRegularizer,
    Initializer,
    Modes,
    Ranks,
    Regularizer,
    Scope,
    TensorLike,
)
from tensornet.contraction import tt_matmul
from tensornet.initializers import xavier
from tensornet.layers.arguments import Arguments
from tensornet.layers.checked_call import checked_call
from tensornet.layers.layer_records import record_tt
from tensornet.layers.plan_argument import plan_and_setting, tt_matrix_plan
from tensornet.layers.run_time_checks import with_trailing_features
from tensornet.layers.size_arguments import features_shown
from tensornet.layers.useful_ranks import warn_of_useless_ranks
from tensornet.layers.variables import Functions, LayerVariables

if TYPE_CHECKING:
    from tensornet.contraction.plans import Plan


@checked_call
def tt(inp: TensorLike,
       inp_modes: Modes,
       out_modes: Modes,
       mat_ranks: Ranks,
       cores_initializer: CoreInitializer = xavier,
       cores_regularizer: CoreRegularizer = None,
       biases_initializer: Initializer = tf.zeros_initializer,
       biases_regularizer: Regularizer = None,
       trainable: bool = True,
       cpu_variables: bool = False,
       scope: Scope = None,
       *,
       plan: Union[str, Plan, None] = None,
       batch_size: Optional[int] = None,
       recompute: bool = False,
       inp_size: Optional[int] = None,
       out_size: Optional[int] = None) -> tf.Tensor:
    """Adds a TT-layer: `out = inp W + biases` with the matrix `W` in the TT format.

    With row-major indices `(i_1, ..., i_d)` of the input and `(o_1, ..., o_d)` of the output,
    `W[(i), (o)] = G_1[i_1, o_1] ... G_d[i_d, o_d]`, where `G_k[i, o]` is `r_{k-1} x r_k`
    ("Tensorizing Neural Networks", arXiv 1509.06569, equations 3 and 5).

    A size that does not factor is padded by the layer itself: 1009 inputs and 997 outputs have for
    example the modes `[4, 4, 8, 8]` and `[8, 5, 5, 5]` with `inp_size=1009, out_size=997`. The
    layer then multiplies by the first rows and columns of `W`; the others have no effect. A plan is
    made for the whole of `W`.

    Args:
        inp: float tensor or NumPy array `[..., inp_size]`; the features may be spread over
            several trailing dimensions; all others make up the batch. Sizes that are not known are
            checked when the graph runs.
        inp_modes: d positive integers `i_1..i_d`.
        out_modes: d positive integers `o_1..o_d`.
        mat_ranks: d+1 TT-ranks `r_0..r_d`, of which the first and the last are 1; or one rank for
            all bonds, capped at the largest useful rank of each bond.
        cores_initializer: initializer of the cores, or a list with one for each core; or a
            `tensornet.initializers.Scheme` for the whole layer.
        cores_regularizer: regularizer of the cores, or a list with one for each core.
        biases_initializer: initializer of the biases; None builds a layer without biases.
        biases_regularizer: regularizer of the biases.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name; None makes a unique one from `tt`.
        plan: how to compute it: 'auto' chooses by estimated time, of the forward and backward pass
            if `trainable`, else of the forward pass; 'measure' by times taken on the machine at
            hand, see `tensornet.contraction.measured_plan`; 'inference' is for a graph that is to
            be exported, see `default_plan`; 'chain' is the graph of the original library; 'full'
            builds `W`; or a plan made by `tensornet.contraction.plan`, `inference_plan` or
            `measured_plan`. None takes that of the `default_plan` around the call, else 'auto'. The
            results differ by rounding only. Import `tensornet.layers` before building gradients of
            an imported graph (MetaGraph, SavedModel, GraphDef); otherwise TensorFlow reports "No
            gradient defined".
        batch_size: the size to plan for where that of `inp` is not known; None means that of the
            `default_plan` around the call, else 1 for 'inference' and 100 for other plans.
        recompute: whether the backward pass computes the intermediates again instead of keeping
            them: less memory for more time.
        inp_size: number of features of the input, at most `prod(inp_modes)`; None means that.
        out_size: number of outputs, at most `prod(out_modes)`; None means that.

    Returns:
        Tensor `[batch, out_size]` of the type of `inp`, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    Variables: `mat_core_1..d` `[o_k * r_k, r_{k-1} * i_k]`, row index `(o_k, r_k)` and column
    index `(r_{k-1}, i_k)`; `biases` `[out_size]`.
    """
    check = Arguments(scope, 'tt')
    shape = check.tensor('inp', inp, of_ids=', or look rows up with '
                         '`tensornet.layers.tt_embedding` if they are ids')
    inp_modes = check.sizes('inp_modes', inp_modes, largest=None, largest_product=None)
    out_modes = check.sizes('out_modes', out_modes)
    check.equal_length('inp_modes', inp_modes, 'out_modes', out_modes)
    inp_size = check.live_size('inp_size', inp_size, 'inp_modes', inp_modes)
    out_size = check.live_size('out_size', out_size, 'out_modes', out_modes)
    features = ('inp_size', 'inp_modes'), inp_modes, inp_size
    batch_axes = check.trailing_features(*features, shape)
    matrix = check.matrix('mat_ranks', mat_ranks, inp_modes, out_modes)
    core_functions = Functions(cores_initializer, cores_regularizer).checked_per_core(
        check, matrix.d, lambda scheme: scheme.tt(*matrix, inp_size=inp_size, out_size=out_size))
    biases = Functions(biases_initializer, biases_regularizer).checked(check, 'biases')
    variables = LayerVariables(trainable, cpu_variables).checked(check, inp.dtype)
    recompute = check.switch('recompute', recompute)
    leading = [None] if batch_axes is None else shape[:batch_axes]
    plan, setting = plan_and_setting(check, plan, 'auto', batch_size, leading, variables)
    plan = tt_matrix_plan(check, plan, matrix, setting, {'ranks': '`mat_ranks`'})

    with tf.variable_scope(scope, 'tt', [inp]):
        inp = tf.convert_to_tensor(inp, name='inp')
        warn_of_useless_ranks('mat_ranks', matrix.ranks, matrix.modes)
        cores = variables.cores('mat_core', matrix, core_functions)
        if batch_axes is None:
            inp = with_trailing_features(check.scope, inp_size, features_shown(*features), inp)
        batch = tf.reshape(inp, [-1, inp_size])
        out = tt_matmul(batch, cores, plan, recompute, inp_size, out_size)
        out = variables.with_biases(out, biases)
        record_tt(plan, inp_size, out_size, biases.initializer is not None)
        return out
