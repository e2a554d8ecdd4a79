"""What the chief and the other workers have in common."""
import contextlib

import tensorflow.compat.v1 as tf

from experiments.cluster.addresses import wait_for
from experiments.cluster.messages import Board, leave
from experiments.cluster.server import network_device, start_server
from experiments.cluster.specification import PS
from experiments.cluster.steps import SynchronousSteps, apply_alone
from experiments.common.part import Share


class ClusterPart:
    """The part of a worker in a training; see `Alone` for what is asked of a part.

    Args:
        cluster: a `Cluster`.
        report: called with lines of text.
    """

    def __init__(self, cluster, report):
        self._cluster = cluster
        self._report = report
        self._generation = self._steps = None
        self.workers = len(cluster.worker_hosts)
        self.share = Share(cluster.index, self.workers, cluster.is_synchronous)
        self.target = start_server(cluster)

    def settings(self):
        """What decides the results of a run."""
        return {'workers': self.workers, 'synchronous': self._cluster.is_synchronous}

    def note_data(self, data):
        self._data = data

    @contextlib.contextmanager
    def network(self):
        """Context in which the training graph is built."""
        with tf.device(network_device(self._cluster)):
            yield
        # Last: with TensorFlow 1 initial values depend on the operations before.
        self._board = Board()

    def apply_gradients(self, optimizer, gradients, global_step, averages=None):
        if self._cluster.is_synchronous:
            self._steps = SynchronousSteps(self._cluster, self._generation)
            return self._steps.apply_gradients(optimizer, gradients, global_step, averages)
        return apply_alone(optimizer, gradients, global_step, averages)

    def wait_for_servers(self):
        """Waits until all parameter servers answer."""
        for index in range(len(self._cluster.ps_hosts)):
            wait_for(self._cluster, PS, index)

    def end(self):
        """Tells the parameter servers that this worker no longer needs them.

        From the chief they learn that the job is at its end.
        """
        leave(self._cluster, self.target)
