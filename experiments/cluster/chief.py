"""The chief: the worker that evaluates, saves and tells the others."""
import contextlib
import time

import tensorflow.compat.v1 as tf

from experiments.cluster.addresses import Patience, ServerWatch, wait_for
from experiments.cluster.announcement import Announcement, Board, agreed
from experiments.cluster.asynchronous import apply_alone
from experiments.cluster.farewell import leave
from experiments.cluster.server import (
    LOST,
    network_device,
    own_device,
    servers_as_named,
    session_config,
    start_server,
)
from experiments.cluster.specification import PS, WORKER
from experiments.cluster.synchronous import SynchronousSteps, Updates
from experiments.common.share import Share

# In a row, before an error is taken for what it says.
_FRUITLESS_ATTEMPTS = 20
_SECONDS_BETWEEN_ATTEMPTS = 0.5


class Chief:
    """The part of the chief in a training; see `alone.Alone` for what the parts have in common.

    Args:
        cluster: a `Cluster`.
        report: called with lines of text.
    """
    is_chief = True
    updates_statistics = True
    lost = LOST

    def __init__(self, cluster, report):
        self._cluster = cluster
        self._report = report
        self._fruitless = 0
        self.workers = len(cluster.worker_hosts)
        self.share = Share(0, self.workers, cluster.is_synchronous)
        self.target = start_server(cluster)
        self._wait_for_servers()

    def settings(self):
        """What decides the numbers of a run."""
        return {'workers': self.workers, 'synchronous': self._cluster.is_synchronous}

    def note_data(self, data):
        self._data = data

    def surplus(self):
        """The steps by which a run may exceed its last one."""
        return 0 if self._cluster.is_synchronous else self.workers - 1

    def config(self, config):
        return session_config(self._cluster, config)

    @contextlib.contextmanager
    def network(self):
        """Context in which the training graph is built, another one in each attempt."""
        # Also after the parameter server has forgotten the last.
        self._generation = time.time_ns() if hasattr(time, 'time_ns') else int(1e9 * time.time())
        self._steps = None
        with tf.device(network_device(self._cluster)):
            yield
        # Last: with TensorFlow 1 initial values depend on the operations before.
        self._board = Board()

    def writing(self):
        """Context of operations that write files, which are the chief's."""
        return tf.device(own_device(self._cluster) + '/device:CPU:0')

    def apply_gradients(self, optimizer, gradients, global_step, averages=None):
        if self._cluster.is_synchronous:
            self._steps = SynchronousSteps(self._cluster, self._generation)
            return self._steps.apply_gradients(optimizer, gradients, global_step, averages)
        return apply_alone(optimizer, gradients, global_step, averages)

    def hooks(self, last_step, settings):
        announcement = Announcement(self._generation, last_step,
                                    agreed(self._cluster, settings, self._data))
        hooks = [_Announcer(self._board, announcement, self._note_step)]
        if self._steps is not None:
            hooks.append(Updates(self._steps, [
                Patience(self._cluster, WORKER, index) for index in range(self.workers)]))
        return hooks

    def regain(self, error):
        """Waits until a new attempt can be made after `error`, one of the errors `lost`.

        Raises:
            The error, where many attempts made no step.
        """
        self._fruitless += 1
        if self._fruitless > _FRUITLESS_ATTEMPTS:
            raise error
        time.sleep(_SECONDS_BETWEEN_ATTEMPTS)
        self._wait_for_servers()
        reason = ' '.join(str(error.message).split())[:200]
        self._report('a parameter server was lost and is back; going on from the last checkpoint '
                     f'({reason})')

    def end(self):
        """Tells the parameter servers that the job is at its end."""
        leave(self._cluster, self.target)

    def _note_step(self):
        self._fruitless = 0

    def _wait_for_servers(self):
        for index in range(len(self._cluster.ps_hosts)):
            wait_for(self._cluster, PS, index)


class _Announcer(tf.train.SessionRunHook):
    """Announces the run once its variables are there, and notes its steps."""

    def __init__(self, board, announcement, note_step):
        self._board = board
        self._announcement = announcement
        self._note_step = note_step

    def after_create_session(self, session, coord):
        self._board.post(session, self._announcement)

    def after_run(self, run_context, run_values):
        self._note_step()


@contextlib.contextmanager
def chief(cluster, report):
    """Context of the `Chief`; without an error it ends the job."""
    with ServerWatch(cluster), servers_as_named(cluster):
        part = Chief(cluster, report)
        yield part
        part.end()
