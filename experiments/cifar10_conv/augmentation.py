"""Random variations of training images, as in "Ultimate tensorization" (arXiv 1611.03214).

Pad by 4 pixels and crop at random, flip, scale the contrast by 0.75 to 1.25, subtract the mean
and divide by the standard deviation of each pixel. `aux` is the dict of these two, `mean` and
`std`.
"""
import tensorflow.compat.v1 as tf

from experiments.common.image_set import pixel_statistics

PADDING = 4
CONTRAST = (0.75, 1.25)


def statistics_for_augmentation(images):
    """The dict `aux` for uint8 training images `[size, height, width, channels]`."""
    mean, std = pixel_statistics(images)
    return {'mean': mean, 'std': std}


def aug_eval(image, aux):
    """Normalizes one image `[height, width, channels]`; returns float32 of this shape."""
    return (tf.cast(image, tf.float32) - aux['mean']) / aux['std']


def aug_train(image, aux):
    """Varies one image `[height, width, channels]`; returns float32 of this shape."""
    seed = tf.random_uniform([2], maxval=2 ** 31 - 1, dtype=tf.int32)
    return aug_train_batch(image[tf.newaxis], aux, seed)[0]


def aug_train_batch(images, aux, seed):
    """Varies a batch of images; what is drawn depends on `seed` alone.

    Args:
        images: tensor `[batch, height, width, channels]`; all but the batch are known.
        aux: dict of arrays `[height, width, channels]`.
        seed: int tensor `[2]`.

    Returns:
        float32 tensor of the shape of `images`.
    """
    count = tf.shape(images)[0]
    draws = tf.random.stateless_uniform([4, count], seed)
    cropped = tf.cast(_cropped_and_flipped(images, draws[:3]), tf.float32)
    factor = CONTRAST[0] + (CONTRAST[1] - CONTRAST[0]) * draws[3][:, tf.newaxis, tf.newaxis,
                                                                  tf.newaxis]
    # Of each channel of each image, as `tf.image.adjust_contrast` has it.
    mean = tf.reduce_mean(cropped, axis=[1, 2], keepdims=True)
    return aug_eval((cropped - mean) * factor + mean, aux)


def _cropped_and_flipped(images, draws):
    """Takes the pixels out of the padded images by their indices, in one gather.

    Args:
        images: tensor `[batch, height, width, channels]`.
        draws: float tensor `[3, batch]` from 0 to less than 1: row, column and flip.
    """
    height, width, channels = images.shape.as_list()[1:]
    padded_height, padded_width = height + 2 * PADDING, width + 2 * PADDING
    padding = [PADDING, PADDING]
    padded = tf.pad(images, [[0, 0], padding, padding, [0, 0]])
    top, left = tf.unstack(tf.cast(draws[:2] * (2 * PADDING + 1), tf.int32))
    columns = tf.range(width)[tf.newaxis]
    columns = tf.where(tf.tile(draws[2][:, tf.newaxis] < 0.5, [1, width]),
                       left[:, tf.newaxis] + columns, left[:, tf.newaxis] + width - 1 - columns)
    rows = top[:, tf.newaxis] + tf.range(height)[tf.newaxis]
    rows += tf.range(tf.shape(images)[0])[:, tf.newaxis] * padded_height
    indices = rows[:, :, tf.newaxis] * padded_width + columns[:, tf.newaxis, :]
    out = tf.gather(tf.reshape(padded, [-1, channels]), indices)
    out.set_shape(images.shape)
    return out
