"""Dropout that a resumed run repeats exactly."""
import tensorflow.compat.v1 as tf


def dropout(inp, rate, seed, step):
    """Sets a share of the values to zero and scales the others by `1 / (1 - rate)`.

    The choice depends on `seed` and `step` alone. `tf.nn.dropout` has a hidden state, which a
    checkpoint does not hold.

    Args:
        inp: float tensor of any shape.
        rate: the share, from 0 to less than 1.
        seed: int.
        step: int64 scalar tensor, another one in each step.

    Returns:
        A tensor like `inp`.
    """
    seeds = tf.stack([tf.constant(seed, tf.int64), tf.cast(step, tf.int64)])
    kept = tf.random.stateless_uniform(tf.shape(inp), seeds, dtype=inp.dtype) >= rate
    return tf.where(kept, inp / (1.0 - rate), tf.zeros_like(inp))
