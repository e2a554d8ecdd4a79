"""What the chief tells all processes, in variables on the parameter servers.

The first server has the announcement of the run: another one, with another generation, each time
that the chief has restored or initialized the variables. Each server has whether the job is at its
end, and which workers have left.
"""
import collections
import json

import tensorflow.compat.v1 as tf

from experiments.cluster.specification import PS

Announcement = collections.namedtuple('Announcement', ['generation', 'last_step', 'settings'])
Announcement.__doc__ = """What the chief announces.

Attributes:
    generation: a number that it has for this state of the variables alone.
    last_step: the steps of the whole run.
    settings: dict of JSON values, those of the chief's run.
"""


class Board:
    """The variables of the announcement, in the current graph."""

    def __init__(self):
        with tf.device(f'/job:{PS}/task:0/device:CPU:0'):
            self._text = _local_variable('announcement', '', tf.string)
            self._new_text = tf.placeholder(tf.string, [])
            self._post = tf.assign(self._text, self._new_text)
            self.generation = _local_variable('generation', 0, tf.int64)
            self._new_generation = tf.placeholder(tf.int64, [])
            self._begin = tf.assign(self.generation, self._new_generation)

    def post(self, session, announcement):
        """Announces; what the text says holds from when the generation is there."""
        session.run(self._post, {self._new_text: json.dumps(announcement._asdict())})
        session.run(self._begin, {self._new_generation: announcement.generation})

    def read(self, session):
        """The `Announcement` that stands there, or None."""
        try:
            generation, text = session.run([self.generation, self._text])
        except (tf.errors.FailedPreconditionError, tf.errors.NotFoundError):
            return None
        if not generation:
            return None
        announcement = Announcement(**json.loads(text.decode()))
        return announcement if announcement.generation == generation else None


class Farewell:
    """Whether the job is at its end and which workers have left, in the current graph.

    Args:
        cluster: a `Cluster`.
        index: of the parameter server that keeps it.
    """

    def __init__(self, cluster, index):
        with tf.device(f'/job:{PS}/task:{index}/device:CPU:0'):
            self._has_left = [_local_variable(f'has_left_{index}_{worker}', False, tf.bool)
                              for worker in range(len(cluster.worker_hosts))]
            self._leave = [tf.assign(variable, True) for variable in self._has_left]
        self.initializer = tf.group(*(variable.initializer for variable in self._has_left))

    def leave(self, session, worker):
        """Notes that a worker needs the server no more; the chief says so at the end of the job."""
        session.run(self._leave[worker])

    def who_left(self, session):
        """A list of bools, one for each worker."""
        return [bool(has_left) for has_left in session.run(self._has_left)]


def _local_variable(name, value, dtype):
    """A variable that no checkpoint has."""
    return tf.Variable(tf.constant(value, dtype), trainable=False, name=name, use_resource=False,
                       collections=[tf.GraphKeys.LOCAL_VARIABLES])
