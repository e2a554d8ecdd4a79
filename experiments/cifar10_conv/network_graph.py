"""The graphs of a network file: its input, logits, loss and measurement, and its parameters."""
import numpy as np
import tensorflow.compat.v1 as tf

from experiments.cifar10_conv import network_file
from experiments.cifar10_conv.network_file import NetworkFileError, failures
from experiments.cifar10_conv.weights import with_decay
from experiments.common.batches import training_batches
from experiments.common.graphs import count_parameters, new_graph
from experiments.common.part import WHOLE

_CALLS_AT_ONCE = 2
# Images measured at a time, and images that a file is tried with.
_MEASURED, _TRIED = 500, 2


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


def network_logits(network, images, train_phase, cpu_variables=False):
    """Builds a network in the variable scope `inference`, as the original's scripts did.

    Args:
        network: a `Network`.
        images: float tensor `[batch, ...]`.
        train_phase: scalar bool tensor.
        cpu_variables: whether the variables are pinned to `/cpu:0`.

    Returns:
        The tensor that the file's `inference` returns, `[batch, classes]`.
    """
    with tf.variable_scope('inference'):
        return network.inference(images, train_phase, cpu_variables=cpu_variables)


def network_loss(network, images, labels, cpu_variables):
    """Builds a network in its train phase.

    Args:
        network: a `Network`.
        images: float tensor `[batch, ...]`.
        labels: int32 tensor `[batch]`.
        cpu_variables: whether the variables are pinned to `/cpu:0`.

    Returns:
        A scalar tensor: the sum of the list that the file's `losses` returned; without a list, of
        what it added to the collection `losses`; if that is nothing, what it returned. The decay
        of the weights is added, see `weights`.

    Raises:
        NetworkFileError: there is none of these.
    """
    # Only what this call adds: the collection is that of all towers.
    known = len(tf.get_collection('losses'))
    logits = network_logits(network, images, tf.constant(True), cpu_variables)
    returned = network.losses(logits, labels)
    added = tf.get_collection('losses')[known:]
    if isinstance(returned, (list, tuple)) and returned:
        return with_decay(tf.add_n(returned))
    if added:
        return with_decay(tf.add_n(added))
    if returned is None or isinstance(returned, (list, tuple)):
        raise NetworkFileError(
            f'{network.path}: `losses` added nothing to the collection "losses" and returned '
            f'{returned}; return a list of losses, scalar tensors')
    return with_decay(returned)


class Measurement:
    """A network in its evaluation phase, built in the current graph and variable scope.

    Args:
        network: a `Network`.
        aux: dict of pixel statistics for the network's `aug_eval`.
        image_shape: list of ints `[height, width, channels]`.
        cpu_variables: whether the variables are pinned to `/cpu:0`.
    """

    def __init__(self, network, aux, image_shape, cpu_variables=False):
        self._path = network.path
        with tf.name_scope('measurement'):
            self._images = tf.placeholder(tf.uint8, [None] + list(image_shape), 'images')
            self._labels = tf.placeholder(tf.int32, [None], 'labels')
            prepared = tf.map_fn(lambda image: network.aug_eval(image, aux),
                                 tf.cast(self._images, tf.float32))
            logits = network_logits(network, prepared, tf.constant(False), cpu_variables)
            self._right = _total(network.evaluation(logits, self._labels))

    def error(self, session, images, labels):
        """The share of images that are classified wrongly, in percent.

        Args:
            session: a `tf.Session`.
            images: uint8 array `[size, height, width, channels]`.
            labels: integer array `[size]`.

        Raises:
            NetworkFileError: the file's `evaluation` returned a float that is no share.
        """
        right = 0.0
        for start in range(0, len(images), _MEASURED):
            part = slice(start, start + _MEASURED)
            result = session.run(self._right, {self._images: images[part],
                                               self._labels: labels[part]})
            right += self._count(result, len(images[part]))
        return 100.0 * (1 - right / len(images))

    def _count(self, result, size):
        if self._right.dtype.is_integer:
            return int(result)
        if not 0 <= result <= 1:
            raise NetworkFileError(
                f'{self._path}: `evaluation` returned {result}, expected the share of right '
                'answers as a float from 0 to 1, or their number as an integer; cast the number '
                'to tf.int32')
        return float(result) * size


def checked_parameters(network, image_shape):
    """The number of trainable parameters of a network whose functions all work.

    Args:
        network: a `Network`.
        image_shape: list of ints `[height, width, channels]`.

    Raises:
        NetworkFileError: a function of the file fails, or returns what cannot be used.
    """
    aux = _unit_statistics(image_shape)
    with new_graph(), failures(network.path, 'building it'):
        if network.aug_train_batch is not None:
            seed = tf.zeros([2], tf.int64)
            images = network.aug_train_batch(
                tf.zeros([_TRIED] + list(image_shape), tf.uint8), aux, seed)
        else:
            images = tf.stack([network.aug_train(tf.zeros(image_shape), aux)] * _TRIED)
        network_loss(network, images, tf.zeros([_TRIED], tf.int32), cpu_variables=False)
        with tf.variable_scope(tf.get_variable_scope(), reuse=True):
            Measurement(network, aux, image_shape)
        return count_parameters()


def parameters_of(network, image_shape):
    """The number of trainable parameters of a `Network` for images `[height, width, channels]`.

    The papers' compression factors are ratios of these numbers, of the whole network: weights, the
    scales and shifts of batch normalization, and the biases of the last layer. Counting weights
    alone gives other factors: 42.32 instead of 41.65 for TT-conv-TT-fc.
    """
    with new_graph():
        build_for_evaluation(network, image_shape)
        return count_parameters()


def dense_parameters_of(network, image_shape):
    """Those of its dense counterpart, or None where the file names none in `dense_network`."""
    if network.dense_path is None:
        return None
    return parameters_of(network_file.load(network.dense_path), image_shape)


def build_for_evaluation(network, image_shape):
    """Adds a `Network` for one image `[height, width, channels]` to the graph; returns logits."""
    image = network.aug_eval(tf.zeros(image_shape), _unit_statistics(image_shape))
    return network_logits(network, image[tf.newaxis], tf.constant(False))


def _total(answers):
    """The number of right answers, int32, or their share; `answers` may be one for each image."""
    answers = tf.convert_to_tensor(answers)
    if answers.dtype.is_floating:
        return tf.reduce_mean(answers)
    return tf.reduce_sum(tf.cast(answers, tf.int32))


def _unit_statistics(image_shape):
    """The dict `aux` of images whose statistics are all 1, for a graph that is not run."""
    return {name: np.ones(image_shape, np.float32) for name in ('mean', 'std')}
