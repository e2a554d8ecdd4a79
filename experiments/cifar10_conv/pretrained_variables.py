"""Variables that take their initial values from a checkpoint of another run."""
import re

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.checkpoint_errors import UnusableCheckpointError, unusable
from experiments.cifar10_conv.compression import build_for_evaluation
from experiments.common.new_graph import new_graph
from tensornet.checkpoints import Checkpoint, CheckpointError


class PretrainedVariables:
    """Those variables of a network whose names match a pattern.

    Args:
        checkpoint: prefix of a checkpoint, or the folder of its latest one.
        pattern: regular expression, searched for in the variables' names.
        train: whether the variables are trained further; otherwise they stay as they are, but for
            the moving statistics of batch normalization, which go on following the batches.
        name: what a run's settings call the checkpoint; None is its prefix.

    Raises:
        UnusableCheckpointError: there is no checkpoint, or it is damaged.
    """

    def __init__(self, checkpoint, pattern, train=False, name=None):
        try:
            found = Checkpoint(checkpoint)
            for name in found.shapes:
                found.read(name)
        except CheckpointError as error:
            raise unusable(f'no checkpoint to start from: {error}', checkpoint,
                           'convs_from') from error
        self._prefix = found.prefix
        self._pattern = re.compile(pattern)
        self._train = train
        self._name = name or found.prefix

    def settings(self):
        """What decides a run's numbers, a dict of JSON values."""
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
        shapes = dict(tf.train.list_variables(self._prefix))
        missing = sorted(set(variables) - set(shapes))
        if missing:
            raise UnusableCheckpointError(
                f'{self._prefix} lacks {", ".join(missing)}, which match {pattern!r}; it takes a '
                'network with the same convolutions. `python -m tensornet.checkpoints` gives the '
                'variables of a checkpoint of the original their new names')
        unequal = [f'{name} is {shapes[name]} there and {variable.shape.as_list()} here'
                   for name, variable in sorted(variables.items())
                   if variable.shape.as_list() != shapes[name]]
        if unequal:
            raise UnusableCheckpointError(f'{self._prefix} does not fit the network: '
                                          f'{"; ".join(unequal)}')
        tf.train.init_from_checkpoint(self._prefix, variables)
