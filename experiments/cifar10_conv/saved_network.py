"""Measuring a network in a checkpoint."""
import warnings

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.augmentation import statistics_for_augmentation
from experiments.cifar10_conv.checkpoint_errors import UnusableCheckpointError, unusable
from experiments.cifar10_conv.measurement import Measurement
from experiments.cifar10_conv.network_file import failures
from experiments.common.averaged_weights import averaging
from experiments.common.computation import building, session_config
from tensornet.checkpoints import CheckpointError, Saver


def measured_error(data, network, checkpoint, averaged=True, plan='auto', precision='float32',
                   report=None):
    """The test error of a network in a checkpoint, in percent.

    Args:
        data: an `ImageSet`; the training images say how the network normalizes.
        network: a `Network`.
        checkpoint: prefix of a checkpoint, or the folder of its latest one; also one of the
            original library.
        averaged: whether the averages of the weights take their place.
        plan: see `computation.building`.
        precision: of the arithmetic, whatever the network was trained in.
        report: called with a line of text after plans were measured, or None.

    Raises:
        NetworkFileError: a function of the file fails.
        UnusableCheckpointError: it is missing, or not one of this network.
    """
    config = session_config(precision)
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        with failures(network.path, 'building it'), building(plan, config, report):
            measurement = Measurement(network, statistics_for_augmentation(data.train_images),
                                      data.train_images.shape[1:])
        variables = tf.global_variables()
        if averaged:
            variables = averaging().variables_to_restore(tf.trainable_variables())
        try:
            with warnings.catch_warnings():
                # That the checkpoint also holds the optimizer's variables.
                warnings.simplefilter('ignore', UserWarning)
                matched = Saver(variables).restore(session, checkpoint)
        except CheckpointError as error:
            raise unusable(error, checkpoint, 'checkpoint') from error
        if matched.missing:
            raise UnusableCheckpointError(
                f'{matched.prefix} lacks {", ".join(sorted(matched.missing))}; is it a checkpoint '
                f'of the network {network.name}?')
        return measurement.error(session, data.test_images, data.test_labels)
