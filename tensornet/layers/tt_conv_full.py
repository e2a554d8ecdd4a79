"""A TT-convolution, computed by its dense kernel unless a plan says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence, Union

import tensorflow.compat.v1 as tf

from tensornet.annotations import (
    CoreInitializer,
    CoreRegularizer,
    FiltersInitializer,
    Initializer,
    Modes,
    Ranks,
    Regularizer,
    Scope,
    TensorLike,
)
from tensornet.contraction import ConvGeometry
from tensornet.initializers import xavier
from tensornet.layers.checked_call import checked_call
from tensornet.layers.tt_conv_variants import Variant, tt_conv_variant
from tensornet.layers.variables import Functions, LayerVariables

if TYPE_CHECKING:
    from tensornet.contraction.convolution_plans import ConvPlan


@checked_call
def tt_conv_full(inp: TensorLike,
                 window: Sequence[int],
                 inp_ch_modes: Modes,
                 out_ch_modes: Modes,
                 ranks: Ranks,
                 strides: Sequence[int] = (1, 1),
                 padding: str = 'SAME',
                 filters_initializer: FiltersInitializer = xavier,
                 filters_regularizer: Regularizer = None,
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
                 inp_ch: Optional[int] = None,
                 out_ch: Optional[int] = None,
                 dilations: Sequence[int] = (1, 1),
                 data_format: str = 'NHWC') -> tf.Tensor:
    """Adds a convolution with a kernel in the TT format.

    The kernel is `K[y, x, (c), (o)] = sum_a filters[y, x, 0, a] M_a[(c), (o)]` with a TT-matrix
    `M` whose left TT-rank is `r_0` ("Ultimate tensorization", arXiv 1611.03214, section 5).
    This layer convolves with the dense kernel unless a plan says otherwise. `tt_conv` computes the
    same function from the same variables in the fastest way.

    Args:
        inp: float tensor or NumPy array `[batch, height, width, inp_ch]`.
        window: height and width of the window.
        inp_ch_modes: d positive integers `c_1..c_d`, which multiply to the input channels or, with
            `inp_ch`, to more.
        out_ch_modes: d positive integers `o_1..o_d`, which multiply to the output channels
            or, with `out_ch`, to more.
        ranks: d+1 TT-ranks `r_0..r_d`, of which the last is 1; or one rank for all bonds, capped at
            the largest useful rank of each bond.
        strides: vertical and horizontal stride.
        padding: 'SAME' or 'VALID'.
        filters_initializer: initializer of the filters; if `cores_initializer` is a `Scheme`, it
            must be the same one.
        filters_regularizer: regularizer of the filters.
        cores_initializer: initializer of the cores, or a list with one for each core; or a
            `tensornet.initializers.Scheme` for the whole layer.
        cores_regularizer: regularizer of the cores, or a list with one for each core.
        biases_initializer: initializer of the biases; None builds a layer without biases.
        biases_regularizer: regularizer of the biases.
        trainable: whether the variables are trained.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
        scope: variable scope or its name; None makes a unique one from `tt_conv_full`.
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
        inp_ch: number of input channels, at most `prod(inp_ch_modes)`; None means that. Where it is
            less, the layer pads its input with zeros, or cuts the kernel.
        out_ch: number of output channels, at most `prod(out_ch_modes)`; None means that.
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

    Variables: `filters` `[window_height, window_width, 1, r_0]`; `core_1..d`
    `[o_k * r_k, r_{k-1} * c_k]`; `biases` `[out_ch]`. Filters of one element are a
    constant 1, which is not trained.
    """
    return tt_conv_variant(
        Variant('tt_conv_full', 2, 'full'), inp,
        ConvGeometry(window, strides, padding, dilations, data_format),
        (inp_ch_modes, out_ch_modes, ranks), (inp_ch, out_ch),
        filters=Functions(filters_initializer, filters_regularizer),
        cores=Functions(cores_initializer, cores_regularizer),
        biases=Functions(biases_initializer, biases_regularizer),
        variables=LayerVariables(trainable, cpu_variables),
        scope=scope, plan=plan, batch_size=batch_size)
