"""Building all that a training needs of a network file, before the training begins."""
import tensorflow.compat.v1 as tf

from experiments.cifar10_conv import compression
from experiments.cifar10_conv.measurement import Measurement
from experiments.cifar10_conv.network_file import failures
from experiments.cifar10_conv.network_loss import network_loss
from experiments.common.new_graph import new_graph
from experiments.common.parameters import count_parameters

_BATCH = 2


def checked_parameters(network, image_shape):
    """The number of trainable parameters of a network whose functions all work.

    Args:
        network: a `Network`.
        image_shape: list of ints `[height, width, channels]`.

    Raises:
        NetworkFileError: a function of the file fails, or returns what cannot be used.
    """
    aux = compression.unit_statistics(image_shape)
    with new_graph(), failures(network.path, 'building it'):
        if network.aug_train_batch is not None:
            seed = tf.zeros([2], tf.int64)
            images = network.aug_train_batch(
                tf.zeros([_BATCH] + list(image_shape), tf.uint8), aux, seed)
        else:
            images = tf.stack([network.aug_train(tf.zeros(image_shape), aux)] * _BATCH)
        network_loss(network, images, tf.zeros([_BATCH], tf.int32), cpu_variables=False)
        with tf.variable_scope(tf.get_variable_scope(), reuse=True):
            Measurement(network, aux, image_shape)
        return count_parameters()
