"""Asynchronous steps: each worker applies its gradients without waiting for anyone."""
import tensorflow.compat.v1 as tf

from experiments.cluster.averages import apply_averages


def apply_alone(optimizer, gradients, global_step, averages):
    """Applies gradients without waiting for anyone.

    Returns:
        Tensor, the steps made by all workers.
    """
    updated = optimizer.apply_gradients(gradients, global_step)
    if averages is not None:
        with tf.control_dependencies([updated]):
            updated = apply_averages(averages)
    with tf.control_dependencies([updated]):
        return tf.identity(global_step.read_value())
