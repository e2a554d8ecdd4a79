"""The type of numbers that products are computed in."""

import tensorflow.compat.v1 as tf

from tensornet.contraction import kernel_faults
from tensornet.contraction.environment import CPU_DEVICE, target_device
from tensornet.contraction.processor import NO_UNIT, half_precision_unit


def working_type(dtype):
    """Returns the type in which products that are created now are computed.

    On a processor without a unit for a half-precision type TensorFlow's products of that type take
    longer than those of float32: in float16, for which most have none, two to three times as long.
    A whole contraction in float32 then needs but the casts of what goes in and out.

    Args:
        dtype: `tf.DType` of the factors.

    Returns:
        `tf.float32` or `dtype`.
    """
    dtype = dtype.base_dtype
    if kernel_faults.products_add_up_in_half(dtype):
        return tf.float32
    if dtype not in kernel_faults.HALF or target_device() != CPU_DEVICE:
        return dtype
    return tf.float32 if half_precision_unit(dtype.name) == NO_UNIT else dtype
