"""How the weights of the layers in `architecture` begin and how they decay."""
import contextlib
import contextvars

import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.network_file import NetworkFileError
from experiments.cifar10_conv.training_flags import EARLIER
from tensornet.initializers import he, xavier

# Tells them from the regularizers of a network file.
_NAME = 'decay_by_architecture'


class Weights:
    """What layers take for the arguments that end in `_initializer` and `_regularizer`.

    Args:
        initializer: 'xavier' for each variable by itself, as in the paper's code, or 'he': the
            matrix or kernel that the variables of a layer make has the variance of He.
        decay: factor of half the sum of squares of all weights, cores and filters, which is added
            to the loss; that of each core by itself, not of the matrix they make. 0 adds nothing.

    Attributes:
        are_used: whether any layer asked.
    """

    def __init__(self, initializer, decay):
        self._is_he = initializer == 'he'
        self._decay = decay
        self.are_used = False

    def dense(self):
        """Returns the initializer of dense filters or weights."""
        return tf.variance_scaling_initializer(2.0) if self._asked_for_he() else xavier

    def tt(self, inp_modes, out_modes, ranks):
        """Returns the initializers of the cores of `tt`, see `tensornet.initializers.Scheme`."""
        return he.tt(inp_modes, out_modes, ranks) if self._asked_for_he() else xavier

    def tt_conv(self, window, inp_modes, out_modes, ranks):
        """Returns those of the filters and of the cores of `tt_conv`."""
        if self._asked_for_he():
            return he.tt_conv(window, inp_modes, out_modes, ranks)
        return xavier, xavier

    def tt_conv_direct(self, window, inp_ch, out_ch, ranks):
        """Returns those of the cores of `tt_conv_direct`."""
        if self._asked_for_he():
            return he.tt_conv_direct(window, inp_ch, out_ch, ranks)
        return xavier

    def regularizer(self):
        """Returns the regularizer of a layer's weights, or None where they do not decay."""
        return self._decayed if self._decay else None

    def check_use(self, path):
        """Raises `NetworkFileError` where no layer of a file asked and it would make a difference.

        Args:
            path: the network file, which was built.
        """
        if not self.are_used and (self._is_he or self._decay):
            raise NetworkFileError(
                f'{path}: its layers are not those of experiments/cifar10_conv/architecture.py, '
                'which alone take --initializer and --weight_decay; leave these flags out, and '
                'pass initializers and regularizers to the layers in the file')

    def _asked_for_he(self):
        self.are_used = True
        return self._is_he

    def _decayed(self, variable):
        return tf.multiply(self._decay, tf.nn.l2_loss(variable), name=_NAME)


_current = contextvars.ContextVar('experiments.cifar10_conv.weights', default=None)


@contextlib.contextmanager
def layers_with(initializer, decay):
    """Context in which the layers of `architecture` take these weights; yields the `Weights`."""
    weights = Weights(initializer, decay)
    token = _current.set(weights)
    try:
        yield weights
    finally:
        _current.reset(token)


def current_weights():
    """The `Weights` that a layer takes which is added now; without a context Xavier, no decay."""
    return _current.get() or Weights(EARLIER['initializer'], EARLIER['weight_decay'])


def with_decay(loss):
    """Returns a loss with the decay of all weights in the graph added.

    Also where they were made for an earlier tower, so that the towers' losses have it alike.
    """
    return tf.add_n([loss] + decays())


def decays():
    """Returns the decay of each weight in the graph, scalar tensors; no other regularization."""
    return tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES, f'.*/{_NAME}')
