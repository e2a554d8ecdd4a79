"""What the processes of a cluster tell each other, in variables on the parameter servers."""
import collections
import contextlib
import json

import tensorflow.compat.v1 as tf

from experiments.cluster.server import LOST, session_config
from experiments.cluster.specification import PS

Announcement = collections.namedtuple('Announcement', ['generation', 'last_step', 'settings'])
Announcement.__doc__ = """What the chief announces.

Attributes:
    generation: a number that it has for this state of the variables alone.
    last_step: the steps of the whole run.
    settings: what is `agreed`, as the chief has it.
"""


def agreed(cluster, settings, data):
    """What all processes of a cluster must have alike, a dict of JSON values.

    Args:
        cluster: a `Cluster`.
        settings: those of the run.
        data: the `ImageSet` that is trained on.
    """
    return dict(settings, data_checksum=data.fingerprint(),
                parameter_servers=len(cluster.ps_hosts))


class Board:
    """The variables of the announcement, in the current graph.

    They are on the first parameter server, with another generation each time that the chief has
    restored or initialized the variables of the network.
    """

    def __init__(self):
        with tf.device(f'/job:{PS}/task:0/device:CPU:0'):
            self._text = local_variable('announcement', '', tf.string)
            self._new_text = tf.placeholder(tf.string, [])
            self._post = tf.assign(self._text, self._new_text)
            self.generation = local_variable('generation', 0, tf.int64)
            self._new_generation = tf.placeholder(tf.int64, [])
            self._begin = tf.assign(self.generation, self._new_generation)

    def post(self, session, announcement):
        """Announces; what the text says holds from when the generation is there."""
        session.run(self._post, {self._new_text: json.dumps(announcement._asdict())})
        session.run(self._begin, {self._new_generation: announcement.generation})

    def read(self, session):
        """The last `Announcement`, or None where there is none yet."""
        try:
            generation, text = session.run([self.generation, self._text])
        except (tf.errors.FailedPreconditionError, tf.errors.NotFoundError):
            return None
        if not generation:
            return None
        announcement = Announcement(**json.loads(text.decode()))
        return announcement if announcement.generation == generation else None


def leave(cluster, target):
    """Tells all parameter servers that still run that this worker no longer needs them."""
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
        """Notes that a worker no longer needs the server; from the chief that ends the job."""
        session.run(self._leave[worker])

    def who_left(self, session):
        """A list of bools, one for each worker."""
        return [bool(has_left) for has_left in session.run(self._has_left)]


def local_variable(name, value, dtype):
    """A variable of the current device that starts from a value and that no checkpoint has."""
    return tf.Variable(tf.constant(value, dtype), trainable=False, name=name, use_resource=False,
                       collections=[tf.GraphKeys.LOCAL_VARIABLES])
