"""Checks that only the running graph can make, of sizes that are not known while it is built."""

import tensorflow.compat.v1 as tf

from tensornet.tt.arguments import product


def with_trailing_product(scope, name, modes, inp):
    """Checks, whenever it runs, that trailing dimensions of the input multiply to the modes.

    Args:
        scope: full name of the layer's scope.
        name: name of the argument with the modes.
        modes: list of positive integers.
        inp: tensor of any shape.

    Returns:
        `inp`, whose evaluation raises `tf.errors.InvalidArgumentError` where they do not.
    """
    target = product(modes)
    # Shapes live on the host, and not every device multiplies integers.
    with tf.device('/cpu:0'):
        shape = tf.shape(inp, out_type=tf.int64)
        fits = tf.reduce_any(tf.equal(tf.cumprod(shape, reverse=True),
                                      tf.constant(target, tf.int64)))
        checked = tf.Assert(fits, [
            '%s: the trailing dimensions of `inp` must multiply to %d, the product of `%s`, but '
            'its shape is' % (scope, target, name), shape,
            'use `tf.reshape(inp, [-1, %d])`' % target], summarize=16)
    with tf.control_dependencies([checked]):
        return tf.identity(inp)
