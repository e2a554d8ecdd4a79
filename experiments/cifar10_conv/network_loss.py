"""The loss of a network file."""
import tensorflow.compat.v1 as tf

from experiments.cifar10_conv.network_file import NetworkFileError


def network_loss(network, images, labels, cpu_variables):
    """Builds a network in its train phase.

    Args:
        network: a `Network`.
        images: float tensor `[batch, ...]`.
        labels: int32 tensor `[batch]`.
        cpu_variables: whether the variables are pinned to `/cpu:0`.

    Returns:
        A scalar tensor: the sum of what the file added to the collection `losses`; if that is
        nothing, what its `losses` returned.

    Raises:
        NetworkFileError: there is neither.
    """
    # Only what this call adds: the collection is that of all towers.
    known = len(tf.get_collection('losses'))
    logits = network.inference(images, tf.constant(True), cpu_variables)
    returned = network.losses(logits, labels)
    added = tf.get_collection('losses')[known:]
    if added:
        return tf.add_n(added)
    if returned is None:
        raise NetworkFileError(
            f'{network.path}: `losses` added nothing to the collection "losses" and returned '
            'None; return the loss, a scalar tensor')
    return returned
