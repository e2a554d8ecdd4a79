"""Training on several devices: each computes the gradients of its share of the batch."""
import contextlib

import tensorflow.compat.v1 as tf


def tower_gradients(tower_loss, optimizer, images, labels, devices, trained=None, reuse=False):
    """Builds a network once for each device and averages loss and gradients.

    All towers use the variables of the first, which updates the moving statistics of batch
    normalization. The mean equals what one tower computes on the whole batch, but for batch
    normalization, whose moments are those of a tower's share.

    Args:
        tower_loss: function of images, labels and a tower's number that builds the network and
            returns its scalar loss.
        optimizer: a `tf.train.Optimizer`.
        images: tensor `[batch, ...]`; the number of devices divides the batch.
        labels: tensor `[batch]`.
        devices: list of device names, such as `['/gpu:0', '/gpu:1']`.
        trained: function of a variable that says whether to train it; None means all trainable
            ones.
        reuse: whether the variables are there already; no tower moves statistics then.

    Returns:
        The mean loss, a scalar, and a list of pairs of mean gradient and variable, as
        `Optimizer.apply_gradients` takes it.
    """
    shares = zip(tf.split(images, len(devices)), tf.split(labels, len(devices)))
    losses, gradients = [], []
    for number, (device, (some_images, some_labels)) in enumerate(zip(devices, shares)):
        with on(device), tf.name_scope(f'tower_{number}'), \
                tf.variable_scope(tf.get_variable_scope(), reuse=reuse or number > 0):
            losses.append(tower_loss(some_images, some_labels, number))
            variables = [variable for variable in tf.trainable_variables()
                         if trained is None or trained(variable)]
            gradients.append(optimizer.compute_gradients(losses[-1], var_list=variables))
    return _mean(losses), [(_mean([gradient for gradient, _ in pairs]), pairs[0][1])
                           for pairs in zip(*gradients)]


def on(device):
    """Context of a device; None leaves the devices around as they are, unlike `tf.device(None)`."""
    return contextlib.ExitStack() if device is None else tf.device(device)


def _mean(values):
    """The mean of a tensor from each tower; None where the loss does not depend on a variable."""
    if values[0] is None or len(values) == 1:
        return values[0]
    return tf.add_n([tf.convert_to_tensor(value) for value in values]) / len(values)
