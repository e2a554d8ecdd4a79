"""Random shifts of images that a resumed run repeats exactly."""
import tensorflow.compat.v1 as tf

from experiments.common.share import WHOLE
from experiments.common.share_of_draws import draws_of

# Other random numbers than those of dropout, which takes the layers 0, 1, ...
_STREAM = 1 << 62


def shifted(images, largest, seed, step, share=WHOLE):
    """Moves each image by up to `largest` pixels in each direction; zeros come in at the edges.

    The shifts depend on `seed` and `step` alone.

    Args:
        images: tensor `[batch, height, width]` of known height and width.
        largest: non-negative int.
        seed: int, less than `2 ** 31`.
        step: int64 scalar tensor, another one in each step.
        share: the `Share` of the batch that `images` are of, see `dropout.dropout`.

    Returns:
        A tensor like `images`.
    """
    height, width = images.shape.as_list()[1:]
    padded = tf.pad(images, [[0, 0], [largest, largest], [largest, largest]])
    seeds = tf.stack([tf.constant(seed + _STREAM, tf.int64), tf.cast(step, tf.int64)])
    corners = draws_of(share, lambda shape: tf.random.stateless_uniform(
        shape, seeds, 0, 2 * largest + 1, tf.int32), [tf.shape(images)[0], 2])
    rows = corners[:, :1] + tf.range(height)
    columns = corners[:, 1:] + tf.range(width)
    return tf.gather(tf.gather(padded, rows, batch_dims=1), columns, axis=2, batch_dims=1)
