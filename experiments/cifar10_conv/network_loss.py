"""The loss of a network file."""
import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.network_file import NetworkFileError
from experiments.cifar10_conv.network_logits import network_logits
from experiments.cifar10_conv.weights import with_decay


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
