"""Networks in checkpoints: measured, or taken as initial values of others."""
import hashlib
import os
import re
import warnings

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.augmentation import statistics_for_augmentation
from experiments.cifar10_conv.network_file import failures
from experiments.cifar10_conv.network_graph import Measurement, build_for_evaluation
from experiments.common.averaged_weights import averaging
from experiments.common.computation import building, session_config
from experiments.common.errors import ExpectedError
from experiments.common.graphs import new_graph
from experiments.common.run_checkpoints import good_prefix
from tensornet.checkpoints import Checkpoint, CheckpointError, Saver
from tensornet.wording import counted

# Digits of a fingerprint, and names of missing variables, that are shown.
_DIGITS, _NAMES = 12, 5


class UnusableCheckpointError(ExpectedError):
    """A checkpoint is missing or does not fit the network; the message says how."""


def unusable(error, path, flag):
    """`UnusableCheckpointError` for a checkpoint that cannot be read.

    Args:
        error: what is wrong with it.
        path: the folder or prefix that was asked for; a folder's last good checkpoint is named.
        flag: the name of the flag that takes another one.
    """
    prefix = good_prefix(path) if os.path.isdir(path) else None
    advice = f'. The last good checkpoint there is used by --{flag}={prefix}' if prefix else ''
    return UnusableCheckpointError(f'{error}{advice}')


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
                f'{matched.prefix} lacks {_first_of(matched.missing)}; is it a checkpoint '
                f'of the network {network.name}?')
        return measurement.error(session, data.test_images, data.test_labels)


def _first_of(names):
    """Returns some names for a message: of a network there may be a hundred."""
    names = sorted(names)
    others = len(names) - _NAMES
    rest = f' and {counted(others, "other", "others")}' if others > 0 else ''
    return f'{", ".join(names[:_NAMES])}{rest}'


class PretrainedVariables:
    """Those variables of a network whose names match a pattern.

    Args:
        checkpoint: prefix of a checkpoint, or the folder of its latest one.
        pattern: regular expression, searched for in the variables' names.
        train: whether the variables are trained further; otherwise they stay as they are, but for
            the moving statistics of batch normalization, which go on following the batches.
        name: what a run's settings call the start; None goes by the values of the variables, so
            that the checkpoint may be moved, and another one is another start.

    Attributes:
        prefix: of the checkpoint.

    Raises:
        UnusableCheckpointError: there is no checkpoint, or it is damaged.
    """

    def __init__(self, checkpoint, pattern, train=False, name=None):
        self._pattern = re.compile(pattern)
        self._train = train
        try:
            found = Checkpoint(checkpoint)
            # All are read, since a damaged one is none to start from.
            fingerprint = _fingerprint(found, self._pattern)
        except CheckpointError as error:
            raise unusable(f'no checkpoint to start from: {error}', checkpoint,
                           'convs_from') from error
        self.prefix = found.prefix
        self._name = name or f'variables {fingerprint}'

    def settings(self):
        """What decides a run's results, a dict of JSON values."""
        return {'pretrained': self._name, 'pretrained_pattern': self._pattern.pattern,
                'train_pretrained': self._train}

    def check(self, network, image_shape):
        """Raises what `initialize` would for a `Network` and images of this shape."""
        with new_graph():
            build_for_evaluation(network, image_shape)
            self.initialize()

    def is_trained(self, variable):
        """Whether a variable is to be trained."""
        return self._train or not self._pattern.search(variable.op.name)

    def initialize(self):
        """Makes the initial values of the graph's matching variables those in the checkpoint.

        Raises:
            UnusableCheckpointError: the checkpoint lacks some of them or has them in other
                shapes, or no variable matches.
        """
        pattern = self._pattern.pattern
        variables = {variable.op.name: variable for variable in tf.global_variables()
                     if self._pattern.search(variable.op.name)}
        if not variables:
            raise UnusableCheckpointError(f'no variable of the network matches {pattern!r}')
        shapes = dict(tf.train.list_variables(self.prefix))
        missing = sorted(set(variables) - set(shapes))
        if missing:
            raise UnusableCheckpointError(
                f'{self.prefix} lacks {_first_of(missing)}, which match {pattern!r}; it takes a '
                'network with the same convolutions. `python -m tensornet.checkpoints` gives the '
                'variables of a checkpoint of the original their new names')
        unequal = [f'{name} is {shapes[name]} there and {variable.shape.as_list()} here'
                   for name, variable in sorted(variables.items())
                   if variable.shape.as_list() != shapes[name]]
        if unequal:
            raise UnusableCheckpointError(f'{self.prefix} does not fit the network: '
                                          f'{"; ".join(unequal)}')
        tf.train.init_from_checkpoint(self.prefix, variables)


def _fingerprint(checkpoint, pattern):
    """The first digits of the SHA-256 of those variables whose names match; reads all."""
    digest = hashlib.sha256()
    for name in sorted(checkpoint.shapes):
        value = checkpoint.read(name)
        if pattern.search(name):
            digest.update(f'{name} {value.dtype} {value.shape}'.encode())
            digest.update(value.tobytes())
    return digest.hexdigest()[:_DIGITS]
