"""Constants that nobody computes with ahead of a run.

TensorFlow, its converter for TensorFlow Lite and tf2onnx compute what they find to depend on
constants alone. They would merge the cores of an exported layer, and write a matrix to the file
that takes many times the bytes of the cores.
"""

from __future__ import annotations

from typing import List, Sequence

import tensorflow.compat.v1 as tf


def held(tensors: Sequence[tf.Tensor], inp: tf.Tensor) -> List[tf.Tensor]:
    """Makes tensors depend on the input of a run, which does not change them.

    What is added is a zero that only a run can tell: the lesser of zero and a one or zero that
    stands for the sign of the first number of the input. It is a zero for an input of NaN and for
    an empty one as well.

    Args:
        tensors: list of tensors of the type of `inp`.
        inp: tensor that is fed in each run.

    Returns:
        List of tensors of the same values.
    """
    with tf.name_scope('held'):
        first = tf.strided_slice(inp, [0] * inp.shape.rank, [1] * inp.shape.rank)
        sign = tf.cast(tf.reduce_any(first > 0), inp.dtype)
        zero = tf.minimum(sign, tf.zeros([], inp.dtype))
        return [tensor + zero for tensor in tensors]
