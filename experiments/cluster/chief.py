"""The chief: the worker that evaluates, saves and tells the others."""
import contextlib
import time

import tensorflow.compat.v1 as tf

from experiments.cluster.addresses import Patience
from experiments.cluster.messages import Announcement, agreed
from experiments.cluster.part import ClusterPart
from experiments.cluster.server import LOST, own_device, session_config
from experiments.cluster.specification import WORKER
from experiments.cluster.steps import Updates

# In a row, before an error is taken for what it says.
_FRUITLESS_ATTEMPTS = 20
_SECONDS_BETWEEN_ATTEMPTS = 0.5


class Chief(ClusterPart):
    """The part of the chief in a training."""
    is_chief = True
    updates_statistics = True
    lost = LOST

    def __init__(self, cluster, report):
        super().__init__(cluster, report)
        self._fruitless = 0
        self.wait_for_servers()

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
        with super().network():
            yield

    def writing(self):
        """Context of operations that write files, which are the chief's."""
        return tf.device(own_device(self._cluster) + '/device:CPU:0')

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
        self.wait_for_servers()
        reason = ' '.join(str(error.message).split())[:200]
        self._report('a parameter server was lost and is back; going on from the last checkpoint '
                     f'({reason})')

    def _note_step(self):
        self._fruitless = 0


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
