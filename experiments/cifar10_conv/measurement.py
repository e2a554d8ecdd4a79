"""Measuring a network file on a set of images."""
import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.network_file import NetworkFileError
from experiments.cifar10_conv.network_logits import network_logits

_BATCH = 500


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
        for start in range(0, len(images), _BATCH):
            part = slice(start, start + _BATCH)
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


def _total(answers):
    """The number of right answers, int32, or their share; `answers` may be one for each image."""
    answers = tf.convert_to_tensor(answers)
    if answers.dtype.is_floating:
        return tf.reduce_mean(answers)
    return tf.reduce_sum(tf.cast(answers, tf.int32))
