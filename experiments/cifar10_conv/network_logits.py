"""The logits of a network file."""
import tensorflow.compat.v1 as tf


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
