"""Training input that can start at any step."""
import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.part import WHOLE


def training_batches(images, labels, batch_size, seed, first_step=0, share=WHOLE):
    """An endless `tf.data` pipeline of shuffled batches.

    Step `t` belongs to epoch `t // steps_per_epoch`, and the order within an epoch depends on
    `seed` and the epoch alone. So a run that resumes at `first_step` sees the very batches that
    an uninterrupted run would. The images that an epoch's last batch would leave over are
    dropped; they are others in each epoch.

    Args:
        images: array `[size, ...]`.
        labels: array `[size]`.
        batch_size: images in a batch, at most `size`.
        seed: non-negative int.
        first_step: the step of the first batch.
        share: the `Share` of the images: a part of each batch, or every n-th whole batch.

    Returns:
        A `tf.data.Dataset` of `(images [size, ...], labels [size], step [])`, where `size` is
        `share.size(batch_size)`; the step, int64, seeds what a script adds at random by
        `tf.random.stateless_uniform`, such as dropout or augmentation.

    Raises:
        ValueError: `batch_size` is not from 1 to `size`.
    """
    per_epoch = steps_per_epoch(len(images), batch_size)
    rows = share.rows(batch_size)

    def generate():
        step = first_step + share.offset
        epoch = None
        while True:
            if step // per_epoch != epoch:
                epoch = step // per_epoch
                order = np.random.RandomState([seed, epoch]).permutation(len(images))
            start = step % per_epoch * batch_size
            chosen = order[start:start + batch_size][rows]
            yield images[chosen], labels[chosen], step
            step += share.stride

    return tf.data.Dataset.from_generator(
        generate,
        (tf.as_dtype(images.dtype), tf.as_dtype(labels.dtype), tf.int64),
        ((share.size(batch_size),) + images.shape[1:], (share.size(batch_size),), ())).prefetch(4)


def steps_per_epoch(size, batch_size):
    """The number of full batches in `size` images.

    Raises:
        ValueError: `batch_size` is not from 1 to `size`.
    """
    if not 1 <= batch_size <= size:
        raise ValueError(f'`batch_size` is {batch_size}, expected 1 to {size}, the number of '
                         'training images')
    return size // batch_size
