"""What a parameter server does."""
import time

import tensorflow.compat.v1 as tf

from experiments.cluster.addresses import Patience, wait_for
from experiments.cluster.messages import Farewell
from experiments.cluster.server import session_config, start_server
from experiments.cluster.specification import WORKER

_SECONDS_BETWEEN_LOOKS = 0.2


def serve(cluster, report):
    """Keeps variables for the workers until the chief says that the job is at its end.

    Args:
        cluster: a `Cluster`.
        report: called with lines of text.

    Raises:
        WrongClusterError: see `start_server`.
        LostMachineError: the chief has been out of reach for too long.
    """
    target = start_server(cluster)
    with tf.Graph().as_default():
        farewell = Farewell(cluster, cluster.index)
        config = session_config(cluster)
        del config.device_filters[:]
        config.device_filters.append(f'/job:{cluster.job}/task:{cluster.index}')
        with tf.Session(target, config=config) as session:
            session.run(farewell.initializer)
            report(f'{cluster.name} serves at {cluster.address}')
            wait_for(cluster, WORKER, 0)
            chief = Patience(cluster, WORKER, 0)
            while True:
                has_left = farewell.who_left(session)
                if has_left[0]:
                    break
                chief.check()
                time.sleep(_SECONDS_BETWEEN_LOOKS)
            _wait_for_the_others(cluster, farewell, session)
    report(f'{cluster.name} ends with the job')


def _wait_for_the_others(cluster, farewell, session):
    """Waits until all workers have left, though not for ever: one may have been killed."""
    end = time.monotonic() + cluster.wait_seconds
    while not all(farewell.who_left(session)) and time.monotonic() < end:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
