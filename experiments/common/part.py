"""The part that a process has in a training.

Nothing here imports TensorFlow before it is used.
"""
import collections
import contextlib


class Share(collections.namedtuple('Share', ['index', 'count', 'is_of_a_batch'])):
    """The images of one process out of several.

    Attributes:
        index: the process, from 0.
        count: how many there are.
        is_of_a_batch: whether all share each batch; otherwise they take whole batches in turn.
    """

    def rows(self, batch_size):
        """The slice of a batch."""
        size = self.size(batch_size)
        start = self.index * size if self.is_of_a_batch else 0
        return slice(start, start + size)

    def size(self, batch_size):
        """The images of the process in a step; `count` divides a batch that is shared."""
        return batch_size // self.count if self.is_of_a_batch else batch_size

    @property
    def parts(self):
        """In how many parts a batch is split."""
        return self.count if self.is_of_a_batch else 1

    @property
    def of_batches(self):
        """The share that leaves a batch whole."""
        return WHOLE if self.is_of_a_batch else self

    @property
    def offset(self):
        """By how many batches the process is ahead."""
        return 0 if self.is_of_a_batch else self.index

    @property
    def stride(self):
        """One batch in so many is this process's."""
        return 1 if self.is_of_a_batch else self.count


WHOLE = Share(0, 1, False)


class Alone:
    """What `recipe` and `training` ask of the part that a process has.

    Attributes:
        is_chief: whether it evaluates, saves and reports.
        updates_statistics: whether its batches move the statistics of batch normalization.
        share: the `Share` of images that it trains on.
        target: of its sessions.
        lost: tuple of the errors after which `training` goes on from the last checkpoint.
    """
    is_chief = True
    updates_statistics = True
    share = WHOLE
    target = ''
    lost = ()

    def settings(self):
        """What it adds to the settings of a run, a dict."""
        return {}

    def note_data(self, data):
        """Notes what is trained on, an `ImageSet`, of which all processes must have the same."""

    def surplus(self):
        """The steps by which a run may exceed its last one."""
        return 0

    def config(self, config):
        """The `tf.ConfigProto` of its sessions, made from another one or None."""
        return config

    def network(self):
        """Context in which the training graph is built."""
        return contextlib.ExitStack()

    def writing(self):
        """Context of operations that write files."""
        return contextlib.ExitStack()

    def apply_gradients(self, optimizer, gradients, global_step, averages=None):
        """Adds the update of the variables.

        Args:
            optimizer: a `tf.train.Optimizer`.
            gradients: list of pairs of gradient and variable.
            global_step: variable, increased by one.
            averages: a `tf.train.ExponentialMovingAverage` to apply after it, or None.

        Returns:
            What a step runs: an operation, or a tensor of the steps that are made after it.
        """
        import tensorflow.compat.v1 as tf

        train_op = optimizer.apply_gradients(gradients, global_step)
        if averages is None:
            return train_op
        with tf.control_dependencies([train_op]):
            return averages.apply(tf.trainable_variables())

    def hooks(self, last_step, settings):
        """The `tf.train.SessionRunHook`s of its training session, which come before all others."""
        return []


ALONE = Alone()
