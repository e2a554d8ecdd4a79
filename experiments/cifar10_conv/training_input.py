"""Training batches with the random variations of a network file."""
import tensorflow.compat.v1 as tf

from experiments.common.batches import training_batches
from experiments.common.share import WHOLE

_CALLS_AT_ONCE = 2


def training_input(data, network, aux, batch_size, seed, first_step=0, share=WHOLE):
    """An endless pipeline of varied training images.

    With the network's `aug_train_batch` the variations depend on `seed` and the step alone, so
    that a resumed run sees what an uninterrupted one would. A file that has only `aug_train`
    varies image by image with TensorFlow's own random numbers, whose state no checkpoint holds:
    a resumed run then draws others.

    Args:
        data: an `ImageSet`.
        network: a `Network`.
        aux: dict of pixel statistics for the network's functions.
        batch_size: images in a batch.
        seed: non-negative int.
        first_step: the step of the first batch.
        share: the `Share` of the images. Each process varies the whole batch, so that the parts
            together are what one process would train on.

    Returns:
        Tensors of the next batch: images `[batch_size, ...]` and labels int32 `[batch_size]`.
    """
    def varied(images, labels, step):
        if network.aug_train_batch is not None:
            images = network.aug_train_batch(images, aux, tf.stack([tf.cast(seed, tf.int64), step]))
        else:
            images = tf.map_fn(lambda image: network.aug_train(image, aux),
                               tf.cast(images, tf.float32))
        labels = tf.cast(labels, tf.int32)
        if share.parts > 1:
            rows = share.rows(batch_size)
            images, labels = images[rows], labels[rows]
        return images, labels

    with tf.device('/cpu:0'):
        batches = training_batches(data.train_images, data.train_labels, batch_size, seed,
                                   first_step, share.of_batches)
        dataset = batches.map(varied, _CALLS_AT_ONCE).prefetch(2)
        iterator = tf.data.make_initializable_iterator(dataset)
        tf.add_to_collection(tf.GraphKeys.TABLE_INITIALIZERS, iterator.initializer)
        return iterator.get_next()
