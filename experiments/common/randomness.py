"""Dropout and random shifts that a resumed run repeats exactly."""
import tensorflow.compat.v1 as tf

from experiments.common.part import WHOLE

# The random numbers of shifts are others than those of dropout, which takes the layers 0, 1, ...
_SHIFTS = 1 << 62


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
    draws = _draws_of(share, lambda shape: tf.random.stateless_uniform(
        shape, seeds, dtype=inp.dtype), tf.shape(inp))
    kept = draws >= rate
    return tf.where(kept, inp / (1.0 - rate), tf.zeros_like(inp))


def shifted(images, largest, seed, step, share=WHOLE):
    """Moves each image by up to `largest` pixels in each direction; zeros come in at the edges.

    The shifts depend on `seed` and `step` alone.

    Args:
        images: tensor `[batch, height, width]` of known height and width.
        largest: non-negative int.
        seed: int, less than `2 ** 31`.
        step: int64 scalar tensor, another one in each step.
        share: the `Share` of the batch that `images` are of, see `dropout`.

    Returns:
        A tensor like `images`.
    """
    height, width = images.shape.as_list()[1:]
    padded = tf.pad(images, [[0, 0], [largest, largest], [largest, largest]])
    seeds = tf.stack([tf.constant(seed + _SHIFTS, tf.int64), tf.cast(step, tf.int64)])
    corners = _draws_of(share, lambda shape: tf.random.stateless_uniform(
        shape, seeds, 0, 2 * largest + 1, tf.int32), [tf.shape(images)[0], 2])
    rows = corners[:, :1] + tf.range(height)
    columns = corners[:, 1:] + tf.range(width)
    return tf.gather(tf.gather(padded, rows, batch_dims=1), columns, axis=2, batch_dims=1)


def _draws_of(share, draw, shape):
    """Draws for the whole batch and takes what belongs to a part of it.

    Each process draws for all, since TensorFlow 1 cannot begin in the middle of a stream.

    Args:
        share: a `Share`.
        draw: function of a shape that returns random numbers of that shape.
        shape: of the part: a list, or an int32 tensor, the images first.

    Returns:
        Tensor of that shape.
    """
    if share.parts == 1:
        return draw(shape)
    size, rest = shape[0], list(shape[1:]) if isinstance(shape, list) else shape[1:]
    draws = draw(tf.concat([[share.parts * size], rest], axis=0))
    return draws[share.index * size:(share.index + 1) * size]
