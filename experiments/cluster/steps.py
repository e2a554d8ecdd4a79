"""Training steps of several workers.

Asynchronous: each worker applies its gradients without waiting for anyone.

Synchronous: one update of the variables from the gradients of all workers. As in
`tf.train.SyncReplicasOptimizer`, conditional accumulators on the parameter servers add the
gradients up and the chief applies their mean. Unlike there, each worker counts exactly once in a
step. Its tokens carry no name, so a fast worker can take the token of a slow one, contribute twice
to a step, and the run no longer is that of one process with the whole batch. They also lie in a
queue, at which a process waits in C++: deaf to Ctrl-C, for ever where another has died, and for two
minutes when the chief closes its session. Here the workers look at a number instead.
"""
import time

import tensorflow.compat.v1 as tf

from experiments.cluster.messages import local_variable
from experiments.cluster.specification import PS
from experiments.common.averaged_weights import apply_averages


def apply_alone(optimizer, gradients, global_step, averages):
    """Adds an asynchronous step.

    Args:
        optimizer: a `tf.train.Optimizer`.
        gradients: list of pairs of gradient and variable.
        global_step: the variable that counts the updates.
        averages: a `tf.train.ExponentialMovingAverage` of the variables, or None.

    Returns:
        Tensor, the steps made by all workers.
    """
    updated = optimizer.apply_gradients(gradients, global_step)
    if averages is not None:
        with tf.control_dependencies([updated]):
            updated = apply_averages(averages)
    with tf.control_dependencies([updated]):
        return tf.identity(global_step.read_value())


class SynchronousSteps:
    """The operations of synchronous steps in a worker's graph.

    Args:
        cluster: a `Cluster`.
        generation: number in the names of what the parameter servers keep, so that what a worker
            computed before the chief came back mixes with nothing that comes after.
    """

    def __init__(self, cluster, generation):
        self._workers = len(cluster.worker_hosts)
        self._index = cluster.index
        self._generation = generation
        with tf.device(f'/job:{PS}/task:0/device:CPU:0'):
            self.contributions = [
                local_variable(f'contributions_{generation}_{worker}', 0, tf.int64)
                for worker in range(self._workers)]

    def apply_gradients(self, optimizer, gradients, global_step, averages):
        """Adds the operations to the graph.

        Args:
            optimizer, gradients, global_step, averages: see `apply_alone`.

        Returns:
            The operation with which this worker contributes to a step, which comes before the
            update.
        """
        contributed, means = [], []
        step = tf.identity(global_step)
        for gradient, variable in gradients:
            if gradient is None:
                means.append((None, variable))
                continue
            gradient = tf.convert_to_tensor(gradient)
            with tf.device(variable.device):
                accumulator = tf.ConditionalAccumulator(
                    gradient.dtype, variable.shape,
                    shared_name=f'{variable.op.name}/gradient_{self._generation}')
                contributed.append(accumulator.apply_grad(gradient, local_step=step))
                means.append((accumulator.take_grad(self._workers), variable))
        with tf.control_dependencies(contributed):
            contribute = tf.assign(self.contributions[self._index], step + 1)
        self.update = optimizer.apply_gradients(means, global_step)
        if averages is not None:
            with tf.control_dependencies([self.update]):
                self.update = apply_averages(averages)
        return contribute.op


class Updates(tf.train.SessionRunHook):
    """What the chief does after its own contribution to a step: the update.

    It must stand before hooks that look at the variables after a step, such as the one that saves.

    Args:
        steps: a `SynchronousSteps`.
        patiences: a `Patience` for each worker, itself included.
    """

    def __init__(self, steps, patiences):
        self._steps = steps
        self._patiences = patiences

    def after_run(self, run_context, run_values):
        """Waits for all workers and updates the variables.

        Raises:
            LostMachineError: one has been out of reach for too long.
        """
        for pause in pauses():
            made = run_context.session.run(self._steps.contributions)
            if min(made) == max(made):
                break
            for contributions, patience in zip(made, self._patiences):
                if contributions < max(made):
                    patience.check()
            time.sleep(pause)
        run_context.session.run(self._steps.update)


def pauses():
    """Yields the seconds between two looks, a tenth of the time that was waited already."""
    waited = 0.005
    while True:
        pause = min(0.1 * waited, 0.2)
        waited += pause
        yield pause
