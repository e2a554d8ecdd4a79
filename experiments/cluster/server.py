"""TensorFlow's server of a process, and what runs where."""
import contextlib
import os
import zlib

import tensorflow.compat.v1 as tf

from experiments.cluster.addresses import split
from experiments.cluster.specification import PS, WORKER, WrongClusterError

# What a session meets where a process has gone, or has come back without its variables.
LOST = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.FailedPreconditionError,
        tf.errors.NotFoundError, tf.errors.CancelledError, tf.errors.InternalError)


def start_server(cluster):
    """Starts the server through which the others reach this process; it ends with the process.

    Returns:
        What `tf.Session` takes for its `target`.

    Raises:
        WrongClusterError: there can be no server at the address.
    """
    _connect_directly(cluster)
    try:
        server = tf.train.Server({PS: cluster.ps_hosts, WORKER: cluster.worker_hosts},
                                 job_name=cluster.job, task_index=cluster.index)
    except tf.errors.OpError as error:
        raise WrongClusterError(f'{cluster.name}: no server at {cluster.address} '
                                f'({error.message}); is the port in use?') from error
    _servers.append(server)
    return server.target


def _connect_directly(cluster):
    """Keeps gRPC from a proxy that the environment names for the internet.

    It would ask the proxy for the other processes of the cluster, and wait for ever.
    """
    hosts = {split(address)[0] for address in cluster.ps_hosts + cluster.worker_hosts}
    others = os.environ.get('no_grpc_proxy') or os.environ.get('no_proxy') or ''
    os.environ['no_grpc_proxy'] = ','.join([*filter(None, [others]), *sorted(hosts)])


# TensorFlow ends a server when it is no longer referred to.
_servers = []


def session_config(cluster, config=None):
    """A `tf.ConfigProto` for a session that only sees the parameter servers and this process.

    So it neither waits for the other workers nor fails with them.
    """
    result = tf.ConfigProto()
    if config is not None:
        result.CopyFrom(config)
    own = f'/job:{cluster.job}/task:{cluster.index}'
    result.device_filters.extend(sorted({f'/job:{PS}', own}))
    return result


@contextlib.contextmanager
def servers_as_named(cluster):
    """Context in which TensorFlow's error of a server that is another one says what to do.

    Raises:
        WrongClusterError: at an address is a parameter server of another number.
    """
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        if 'unknown device' not in str(error.message):
            raise
        raise WrongClusterError(
            f'{cluster.name}: at one of the addresses {", ".join(cluster.ps_hosts)} is another '
            'parameter server than their order says; pass the same ones in the same order to all '
            'processes') from error


def network_device(cluster):
    """The device function of a network: variables on the parameter servers, all else here.

    Which server has a variable is decided by its name alone, not by the order in which variables
    are made, so that all processes agree whatever they build first.
    """
    return tf.train.replica_device_setter(
        ps_tasks=len(cluster.ps_hosts), ps_device=f'/job:{PS}',
        worker_device=own_device(cluster),
        ps_strategy=lambda operation: zlib.crc32(operation.name.encode()) % len(cluster.ps_hosts))


def own_device(cluster):
    return f'/job:{cluster.job}/task:{cluster.index}'
