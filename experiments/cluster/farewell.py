"""How the processes of a cluster learn that the job is at its end."""
import contextlib

import tensorflow.compat.v1 as tf

from experiments.cluster.local_variable import local_variable
from experiments.cluster.server import LOST, session_config
from experiments.cluster.specification import PS


def leave(cluster, target):
    """Tells all parameter servers that this worker needs them no more; one that is gone knows."""
    for index in range(len(cluster.ps_hosts)):
        with tf.Graph().as_default(), contextlib.suppress(*LOST):
            farewell = Farewell(cluster, index)
            with tf.Session(target, config=session_config(cluster)) as session:
                farewell.leave(session, cluster.index)


class Farewell:
    """Whether the job is at its end and which workers have left, in the current graph.

    Args:
        cluster: a `Cluster`.
        index: of the parameter server that keeps it.
    """

    def __init__(self, cluster, index):
        with tf.device(f'/job:{PS}/task:{index}/device:CPU:0'):
            self._has_left = [local_variable(f'has_left_{index}_{worker}', False, tf.bool)
                              for worker in range(len(cluster.worker_hosts))]
            self._leave = [tf.assign(variable, True) for variable in self._has_left]
        self.initializer = tf.group(*(variable.initializer for variable in self._has_left))

    def leave(self, session, worker):
        """Notes that a worker needs the server no more; the chief says so at the end of the job."""
        session.run(self._leave[worker])

    def who_left(self, session):
        """A list of bools, one for each worker."""
        return [bool(has_left) for has_left in session.run(self._has_left)]
