"""The types and sizes for which TensorFlow's own kernels are wrong, or slow in half precision.

All that has to be worked around is named here, by type and size and seldom by processor: a fault
may show on one and not on the next. The modules that call the kernels ask, and say what they do
instead: `dense_convolutions`, `depthwise_convolution`, `empty_convolution`, `unseen_columns`,
`batched_product`, `normalization`, `bias` and `precision`. Layers call those, never the kernels.

`python -m tests.fuzz.kernel_sweep --through tensorflow` finds the faults anew; with
`--through library` it finds none.
"""

import tensorflow.compat.v1 as tf

from tensornet.contraction.processor import NO_UNIT, VECTOR_UNIT, half_precision_unit

HALF = (tf.float16, tf.bfloat16)
# TensorFlow 2 runs float32 and bfloat16 on CPUs by oneDNN.
TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')


def window_of_one_pixel_corrupts_memory(geometry):
    """Whether the gradient of the kernel writes beyond its memory.

    oneDNN, float32: a window of one pixel with strides, in dense convolutions and in depthwise ones
    of a single channel, which `depthwise_convolution` makes dense ones. The process ends some steps
    later.
    """
    return tuple(geometry.window) == (1, 1) and tuple(geometry.strides) != (1, 1)


def strided_column_is_garbage(dtype, inp_shape, strides, out_width):
    """Whether the output or the kernel's gradient may hold memory that nobody wrote.

    oneDNN, dense and depthwise convolutions: a single channel, horizontal strides, and an output
    that is one pixel wide. Without vertical strides the output is such memory, in float32 and
    bfloat16. In bfloat16 the kernel's gradient reads beyond the images, whatever the vertical
    stride, and multiplies that by zero: it is NaN where there is one.

    Args:
        dtype: type of the images.
        inp_shape: static shape of the input, a list of integers and None.
        strides: vertical and horizontal stride.
        out_width: width of the output, None where it is not known.
    """
    return (inp_shape[3] == 1 and strides[1] > 1 and out_width in (1, None)
            and (strides[0] == 1 or dtype == tf.bfloat16 or may_be_rewritten(dtype)))


def unseen_columns_are_garbage(dtype, inp_shape, geometry):
    """Whether the kernel's gradient may be memory that nobody wrote, where no pixel is seen.

    oneDNN, bfloat16, dense and depthwise convolutions: the image is narrower than the horizontal
    stride and than the window, so that some columns of the window see nothing but padding.

    Args:
        dtype: type of the images.
        inp_shape: static shape of the images, a list of integers and None.
        geometry: `ConvGeometry` without dilations.
    """
    if geometry.padding == 'VALID' or not (dtype == tf.bfloat16 or may_be_rewritten(dtype)):
        return False
    widest = min(geometry.window[1], geometry.strides[1]) - 1
    return widest > 0 and (inp_shape[2] is None or inp_shape[2] <= widest)


def dilations_are_wrong(geometry):
    """Whether the dilations of a `ConvGeometry` must be kept from the kernel.

    Any, on CPUs. Depthwise convolutions: TensorFlow 1 convolves without the dilations, and so do
    the gradients of TensorFlow 2 with 'SAME' padding; with 'VALID' they fail, as does the
    convolution in float16 and float64. Dense ones: the convolution is right, but its gradients
    fail where oneDNN has none, which is in float16, float64 and in TensorFlow 1.
    """
    return geometry.is_dilated


def shape_of_nothing_is_lost(inp_shape, out_shape):
    """Whether an empty output of a convolution may get the shape of the input.

    oneDNN, dense and depthwise convolutions.

    Args:
        inp_shape, out_shape: static shapes, lists of integers and None.
    """
    return may_be_empty(out_shape) and (None in out_shape[1:] or inp_shape[1:] != out_shape[1:])


def too_few_pixels_are_wrong(dtype, image, geometry):
    """Whether images a little smaller than the window must be kept from the kernel.

    oneDNN, float32 and bfloat16, dense and depthwise convolutions: a 'VALID' output without pixels
    gets the shape of the images, and the process may end.

    Args:
        dtype: type of the images.
        image: static height and width, integers and None.
        geometry: `ConvGeometry`.
    """
    return (TENSORFLOW_2 and dtype in (tf.float32, tf.bfloat16) and geometry.padding == 'VALID'
            and any(size is None and extent > 1 for size, extent in zip(image, geometry.extent)))


def may_be_empty(shape):
    """Whether a tensor of this static shape may have no elements.

    The gradients of convolutions by the kernel fail then, or are memory that nobody wrote: those
    of dense convolutions in float32 and bfloat16 (oneDNN), those of depthwise ones in all types.
    """
    return any(size in (0, None) for size in shape)


def shape_in_functions_is_lost():
    """Whether the gradients of what is created now may not know the shape of a variable.

    TensorFlow 1 builds the gradient of a branch or a loop of control flow v2 from its definition,
    in which a resource variable that is read has no shape.
    """
    return not TENSORFLOW_2 and hasattr(tf.get_default_graph(), 'outer_graph')


def may_be_rewritten(dtype):
    """Whether TensorFlow's graph rewrites may put an operation of this type in half precision.

    They do so when a session runs the graph, where the library cannot see it: faults of half
    precision are then faults of float32. TensorFlow 1 rewrites graphs for GPUs only, and these
    faults are those of CPUs.
    """
    return dtype == tf.float32 and TENSORFLOW_2


def products_add_up_in_half(dtype):
    """Whether matrix products, batched ones too, round every sum to half precision.

    TensorFlow 1 does so in float16, and takes a thousand times as long as for float32.
    """
    return dtype == tf.float16 and not TENSORFLOW_2


def convolutions_add_up_in_half(dtype):
    """Whether a convolution and its gradients round sums to half precision.

    Both TensorFlows do so in float16: 8 to 16 half units in the last place for 2048 terms, and the
    gradients take ten times as long as for float32.
    """
    return dtype == tf.float16


def convolution_gradients_add_up_in_half(dtype):
    """Whether the gradients of a convolution may do so, while the convolution itself does not.

    bfloat16 in TensorFlow 2: off by 10 to 20 % for 2048 terms, and no larger than 1024 for terms of
    one, by TensorFlow's own kernels. Those of oneDNN for vector units (AVX512-BF16) add up in
    float32, for all windows, strides and numbers of channels; those for matrix units have not been
    swept. Gradients that are made of constants alone TensorFlow computes beforehand, by its own
    kernels whatever the processor; they are left so.
    """
    return (dtype == tf.bfloat16 and TENSORFLOW_2
            and half_precision_unit(dtype.name) != VECTOR_UNIT)


def sums_add_up_in_half(dtype):
    """Whether `tf.reduce_sum` rounds sums to half precision.

    Not bfloat16 in TensorFlow 2.
    """
    return dtype == tf.float16 or dtype == tf.bfloat16 and not TENSORFLOW_2


def bias_gradients_add_up_in_half(dtype):
    """Whether the gradient of a bias rounds every sum to half precision.

    bfloat16: 2 % off for 100 samples, and never more than 256 for terms of one.
    """
    return dtype == tf.bfloat16


def common_single_axes(left_shape, right_shape):
    """Returns the leading axes of a batched product along which both factors have size 1.

    oneDNN, all its types: left factors `[n, 1, ...]` and a right factor `[1, 1, ...]` give memory
    that nobody wrote, or end the process. Without the second axis they are right.

    Args:
        left_shape, right_shape: static shapes, lists of integers and None.

    Returns:
        List of axes, counted from the end; empty where no axis of another size remains.
    """
    axes = range(-min(len(left_shape), len(right_shape)), -2)
    single = [axis for axis in axes if left_shape[axis] == right_shape[axis] == 1]
    return single if len(single) < len(axes) else []


def single_column_is_wrong(dtype, left_shape, transpose_left):
    """Whether a batched product may read its left factor in the wrong order.

    oneDNN on processors with matrix units, float16 and bfloat16: the left factor is a transposed
    single column and broadcast over the right one.
    """
    return (dtype in HALF or may_be_rewritten(dtype)) and transpose_left and left_shape[-1] == 1


def fused_normalization_is_slow(dtype, channels, is_training):
    """Whether the fused kernel of batch normalization on a CPU is better given float32.

    bfloat16: oneDNN's own code wants whole vectors of channels, and takes up to six times as long
    as with casts for others; where it is not to use the processor's unit (`ONEDNN_MAX_CPU_ISA`) it
    may fail, as it has no other code. float16: the gradient of the train phase takes up to 1.5
    times as long. TensorFlow 1 has no such kernels.

    Args:
        dtype: of the activations; the statistics and parameters are float32.
        channels: their number.
        is_training: whether the batch is normalized by its own moments.
    """
    if dtype not in HALF:
        return False
    if dtype == tf.bfloat16:
        return (not TENSORFLOW_2 or channels % 16 != 0
                or half_precision_unit(dtype.name) == NO_UNIT)
    return not TENSORFLOW_2 or is_training
