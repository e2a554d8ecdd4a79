"""Tensors that are made to depend on others, which does not change their values.

TensorFlow, its converter for TensorFlow Lite and tf2onnx compute what they find to depend on
constants alone, and compute once what they find twice. XLA drops control dependencies. So the
dependence is one of data: a zero is added that only a run can tell.
"""

from __future__ import annotations

from typing import List, Sequence

import tensorflow.compat.v1 as tf


def held(tensors: Sequence[tf.Tensor], inp: tf.Tensor) -> List[tf.Tensor]:
    """Makes tensors depend on the input of a run, so that nobody computes with them before one.

    Without it the cores of an exported layer would be merged, and a file would hold a matrix that
    takes many times the bytes of the cores.

    What is added is `min(s, 0)`, where `s` is 1 if the first element of the input is positive, else
    0. It is zero as well where that element is NaN, and for an empty input.

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


def once_known(tensors, trigger, other):
    """Returns the same tensors, available only after two matrices have been computed.

    Otherwise the elimination of common subexpressions would replace what the backward pass computes
    again by the results of the forward pass.

    Args:
        tensors: list of tensors.
        trigger, other: the matrices; one of them may be a constant.
    """
    corner = trigger[:1, :1] * other[:1, :1]
    never = tf.reduce_any(tf.logical_and(corner < 0, corner > 0))
    return [tensor + tf.cast(never, tensor.dtype) for tensor in tensors]
