"""Random numbers for a part of a batch that are those of the part in the whole."""
import tensorflow.compat.v1 as tf


def draws_of(share, draw, shape):
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
