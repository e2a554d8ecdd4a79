"""Checks that only the running graph can make, of sizes that are not known while it is built."""

import tensorflow.compat.v1 as tf

from tensornet.contraction.environment import CPU_DEVICE, target_device


def with_trailing_features(scope, size, said_by, inp):
    """Checks, whenever it runs, that trailing dimensions of the input multiply to its features.

    Args:
        scope: full name of the layer's scope.
        size: how many features there must be.
        said_by: the same for the message, with the argument that says it.
        inp: tensor of any shape.

    Returns:
        `inp`, whose evaluation raises `tf.errors.InvalidArgumentError` where they do not.
    """
    # Shapes live on the host, and not every device multiplies integers.
    with tf.device('/cpu:0'):
        shape = tf.shape(inp, out_type=tf.int64)
        fits = tf.reduce_any(tf.equal(tf.cumprod(shape, reverse=True),
                                      tf.constant(size, tf.int64)))
        checked = tf.Assert(fits, [
            f'{scope}: the trailing dimensions of `inp` must multiply to {said_by}, but its shape '
            'is', shape,
            f'use `tf.reshape(inp, [-1, {size}])`'], summarize=16)
    with tf.control_dependencies([checked]):
        return tf.identity(inp)


def within_table(scope, name, ids, voc_size):
    """Checks, whenever it runs, that ids are those of rows; on a GPU nothing is checked.

    Args:
        scope: full name of the layer's scope.
        name: name of the argument.
        ids: int tensor of any shape.
        voc_size: number of rows.

    Returns:
        `ids`, whose evaluation raises `tf.errors.InvalidArgumentError` where one is out of range.
    """
    if target_device() != CPU_DEVICE:
        return ids
    least, most = tf.reduce_min(ids), tf.reduce_max(ids)
    is_within = least >= 0
    if voc_size <= ids.dtype.max:
        is_within = tf.logical_and(is_within, most < voc_size)
    checked = tf.Assert(is_within, [
        f'{scope}: `{name}` must be at least 0 and less than {voc_size}, the number of rows, but '
        'the least and the largest are', least, most, 'pass ids of rows'])
    with tf.control_dependencies([checked]):
        return tf.identity(ids)


def as_scalar(scope, name, value):
    """Returns a tensor as a scalar.

    Args:
        scope: full name of the layer's scope.
        name: name of the argument.
        value: tensor. Where its shape is not known while the graph is built, evaluating the result
            raises `tf.errors.InvalidArgumentError` unless it has exactly one element.
    """
    if value.shape.ndims == 0:
        return value
    with tf.device('/cpu:0'):
        checked = tf.Assert(tf.equal(tf.size(value), 1), [
            f'{scope}: `{name}` must be a scalar, but its shape is', tf.shape(value),
            'pass one number'], summarize=16)
    with tf.control_dependencies([checked]):
        return tf.reshape(value, [])
