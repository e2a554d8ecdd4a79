"""A convolution whose kernel is a TT-tensor as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence, Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import (
    CoreInitializer,
    CoreRegularizer,
    Initializer,
    Ranks,
    Regularizer,
    Scope,
    TensorLike,
)
from tensornet.contraction import (
    ConvGeometry,
    TTMatrixShape,
    convolve,
    dense_convolution,
    direct_kernel,
)
from tensornet.contraction.dependence import held
from tensornet.contraction.image_format import channels_last
from tensornet.contraction.precision import matrix_product
from tensornet.initializers import xavier
from tensornet.layers.checked_call import checked_call
from tensornet.layers.image_arguments import ImageArguments
from tensornet.layers.layer_records import record_tt_conv_direct
from tensornet.layers.plan_argument import convolution_plan, plan_and_setting
from tensornet.layers.useful_ranks import warn_of_useless_ranks
from tensornet.layers.variables import Functions, LayerVariables
from tensornet.tt.arguments import product

if TYPE_CHECKING:
    from tensornet.contraction.convolution_plans import ConvPlan


@checked_call
def tt_conv_direct(inp: TensorLike,
                   window: Sequence[int],
                   out_ch: int,
                   ranks: Ranks,
                   strides: Sequence[int] = (1, 1),
                   padding: str = 'SAME',
                   cores_initializer: CoreInitializer = xavier,
                   cores_regularizer: CoreRegularizer = None,
                   biases_initializer: Initializer = tf.zeros_initializer,
                   biases_regularizer: Regularizer = None,
                   trainable: bool = True,
                   cpu_variables: bool = False,
                   scope: Scope = None,
                   *,
                   plan: Union[str, ConvPlan, None] = None,
                   batch_size: Optional[int] = None,
                   dilations: Sequence[int] = (1, 1),
                   data_format: str = 'NHWC') -> tf.Tensor:
    """Adds a convolution whose 4-D kernel is in the TT format, the paper's naive variant.

    The kernel is `K[y, x, c, o] = G_1[y] G_2[x] G_3[c] G_4[o]` ("Ultimate tensorization",
    arXiv 1611.03214, section 4).

    Args:
        inp: float tensor or NumPy array `[batch, height, width, inp_ch]`.
        window: height and width of the window.
        out_ch: number of output channels.
        ranks: 5 TT-ranks `r_0..r_4`, of which the first and the last are 1; or one rank for all
            bonds, capped at the largest useful rank of each bond.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.
        cores_initializer: initializer of the cores, or a list with one for each core; or a
            `tensornet.initializers.Scheme` for the whole layer.
        cores_regularizer: regularizer of the cores, or a list with one for each core.
        biases_initializer: initializer of the biases; None builds a layer without biases.
        biases_regularizer: regularizer of the biases.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name; None makes a unique one from `tt_conv_direct`.
        plan: how to compute it: 'auto' chooses by estimated time, of the forward and backward pass
            if `trainable`, else of the forward pass; 'full' builds the kernel; 'chain' convolves
            each channel and then multiplies by core after core; 'matrix_first' and 'filters_first'
            multiply by the TT-matrix before or after a depthwise convolution, and need equal
            strides; 'measure' chooses by times taken on the machine at hand; 'inference' is for a
            graph that is to be exported, see `default_plan`; or a plan made by
            `tensornet.contraction.conv_plan`, `inference_conv_plan` or `measured_conv_plan`. None
            takes that of the `default_plan` around the call, else 'full'. The results differ by
            rounding only.
        batch_size: the size to plan for where that of `inp` is not known; None means that of the
            `default_plan` around the call, else 1 for 'inference' and 100 for other plans.
        dilations: vertical and horizontal distance between the pixels that a window sees; 1 leaves
            none out. The window then spans `(window - 1) * dilations + 1` pixels. Any strides go
            with any dilations.
        data_format: 'NHWC' or 'NCHW', where `inp` and the output are `[batch, channels, height,
            width]`. The variables are the same, so that a checkpoint serves both. The layer is
            computed with the channels last, between two transposes. Where one layer feeds the next
            directly, TensorFlow removes the transposes between them; an activation between keeps
            them.

    Returns:
        Tensor `[batch, height', width', out_ch]` of the type of `inp`, or as `data_format`
        says, named `<scope>/out`.

    Raises:
        ValueError, TypeError: an argument cannot be used; nothing has been created then.
        RuntimeError: eager execution is on.

    Variables: `core_1..4` `[r_{k-1}, m_k * r_k]` with `m` = window height, window width, input
    channels, output channels; `biases` `[out_ch]`. A core of one element is a constant 1, which
    is not trained.
    """
    check = ImageArguments(scope, 'tt_conv_direct')
    shape = check.images('inp', inp, data_format)
    geometry = check.geometry(ConvGeometry(window, strides, padding, dilations, data_format), shape)
    window, in_ch = list(geometry.window), shape[3]
    out_ch = check.size('out_ch', out_ch)
    modes = window + [in_ch, out_ch]
    ranks = check.ranks('ranks', ranks, modes, boundaries=(0, -1))
    core_functions = Functions(cores_initializer, cores_regularizer).checked_per_core(
        check, len(modes),
        lambda scheme: scheme.tt_conv_direct(window, in_ch, out_ch, ranks)).per_core
    biases = Functions(biases_initializer, biases_regularizer).checked(check, 'biases')
    variables = LayerVariables(trainable, cpu_variables).checked(check, inp.dtype)
    plan, setting = plan_and_setting(check, plan, 'full', batch_size, shape[:1], variables)
    # With filters made of the first two cores, the other two are a TT-matrix of these modes.
    matrix = TTMatrixShape.of([in_ch, 1], [1, out_ch], ranks[2:])
    core_shapes = [[left, mode * right] for left, mode, right in zip(ranks, modes, ranks[1:])]
    core_sizes = list(map(product, core_shapes))
    words = {'inp_modes': 'the input channels', 'out_modes': '`out_ch`'}
    plan = convolution_plan(check, plan, matrix, geometry, shape[1:3], setting, words,
                            setting.stored_itemsize * sum(core_sizes))
    # A plan knows the filters only, not what they are made of.
    holds_window = plan.setting.held and product(window) * ranks[2] > sum(core_sizes[:2])

    with tf.variable_scope(scope, 'tt_conv_direct', [inp]):
        inp = channels_last(tf.convert_to_tensor(inp, name='inp'), data_format)
        warn_of_useless_ranks('ranks', ranks, modes)
        cores = [variables.factor('tt_conv_direct', f'core_{k}', core_shape, functions)
                 for k, (core_shape, functions)
                 in enumerate(zip(core_shapes, core_functions), start=1)]
        run = plan
        if plan.holds_filters or plan.holds_cores or holds_window:
            cores, run = held(cores, inp), plan.once_held
        if plan.method == 'full':
            with tf.name_scope('kernel'):
                kernel = direct_kernel(cores, modes, ranks)
            with tf.name_scope('convolution'):
                out = dense_convolution(inp, kernel, geometry.strides, geometry.padding,
                                        geometry.dilations)
        else:
            with tf.name_scope('filters'):
                filters = matrix_product(tf.reshape(cores[0], [-1, ranks[1]]), cores[1])
                filters = tf.reshape(filters, window + [1, ranks[2]])
            with tf.name_scope('reorder'):
                matrix_cores = [tf.transpose(tf.reshape(cores[2], [-1, ranks[3]])),
                                tf.transpose(cores[3])]
            out = convolve(inp, filters, matrix_cores, run)
        out = variables.with_biases(out, biases, data_format)
        record_tt_conv_direct(plan, shape[1:3], modes, ranks, biases.initializer is not None)
        return out
