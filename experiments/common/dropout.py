"""Dropout that a resumed run repeats exactly."""
import tensorflow.compat.v1 as tf

from experiments.common.share import WHOLE
from experiments.common.share_of_draws import draws_of


def dropout(inp, rate, seed, step, layer=0, share=WHOLE):
    """Sets a share of the values to zero and scales the others by `1 / (1 - rate)`.

    The choice depends on `seed`, `step` and `layer` alone. `tf.nn.dropout` has a hidden state,
    which a checkpoint does not hold.

    Args:
        inp: float tensor of any shape.
        rate: the share, from 0 to less than 1.
        seed: int, less than `2 ** 32`.
        step: int64 scalar tensor, another one in each step.
        layer: int, another one for each layer of a network.
        share: the `Share` of the batch that `inp` is of; together the parts drop what the whole
            batch would.

    Returns:
        A tensor like `inp`.
    """
    seeds = tf.stack([tf.constant(seed + (layer << 32), tf.int64), tf.cast(step, tf.int64)])
    draws = draws_of(share, lambda shape: tf.random.stateless_uniform(
        shape, seeds, dtype=inp.dtype), tf.shape(inp))
    kept = draws >= rate
    return tf.where(kept, inp / (1.0 - rate), tf.zeros_like(inp))
