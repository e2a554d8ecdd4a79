"""What the chief tells all processes, in variables on a parameter server.

They are on the first server, with another generation each time that the chief has restored or
initialized the variables.
"""
import collections
import json

import tensorflow.compat.v1 as tf

from experiments.cluster.local_variable import local_variable
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
    """The variables of the announcement, in the current graph."""

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
        """The `Announcement` that stands there, or None."""
        try:
            generation, text = session.run([self.generation, self._text])
        except (tf.errors.FailedPreconditionError, tf.errors.NotFoundError):
            return None
        if not generation:
            return None
        announcement = Announcement(**json.loads(text.decode()))
        return announcement if announcement.generation == generation else None
