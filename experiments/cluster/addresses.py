"""Addresses `host:port`: whether they are right, who answers there, and which ports are free.

Nothing here imports TensorFlow.
"""
import contextlib
import os
import random
import socket
import sys
import threading
import time

from experiments.cluster.specification import PS, WrongClusterError, name_of
from experiments.common.errors import ExpectedError

_SECONDS_FOR_AN_ANSWER = 2.0
_SECONDS_BETWEEN_TRIALS = 0.5
# What the main thread has to end by itself once a machine is given up.
_GRACE = 5.0
# Below those that systems take for connections to others, which could have them while a process
# of the cluster is being started again.
_PORTS = range(20000, 32000)


class LostMachineError(ExpectedError):
    """A machine of the cluster has been out of reach for too long."""


def check_addresses(cluster):
    """Raises `WrongClusterError` where a host is unknown, or the own port is in use."""
    for address in cluster.ps_hosts + cluster.worker_hosts:
        host, port = split(address)
        try:
            socket.getaddrinfo(host, port)
        except (OSError, UnicodeError) as error:
            raise WrongClusterError(f'{address}: the host {host} is not known here ({error})'
                                    ) from error
    _, port = split(cluster.address)
    with contextlib.closing(socket.socket()) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(('', port))
            trial.listen(1)
        except OSError as error:
            raise WrongClusterError(f'{cluster.name}: port {port} cannot be used ({error}); end '
                                    'the process that has it, or choose another for all processes '
                                    'of the cluster') from error


def is_reachable(address):
    """Whether a process answers at an address."""
    try:
        socket.create_connection(split(address), _SECONDS_FOR_AN_ANSWER).close()
    except OSError:
        return False
    return True


def split(address):
    """The host and the port of an address."""
    host, _, port = address.rpartition(':')
    return host.strip('[]'), int(port)


class Patience:
    """Says whether a process answers, and gives it up once it has not for too long.

    Args:
        cluster: a `Cluster`.
        job, index: the process.
    """

    def __init__(self, cluster, job, index):
        self._hosts = cluster.ps_hosts if job == PS else cluster.worker_hosts
        self._address = self._hosts[index]
        self._who = name_of(job, index)
        self._patience = cluster.wait_seconds
        self._seen = self._looked = time.monotonic()

    def check(self):
        """Whether the process answers; cheap to call often.

        Raises:
            LostMachineError: it has been out of reach for too long.
        """
        now = time.monotonic()
        if now - self._looked < _SECONDS_BETWEEN_TRIALS and self._looked > self._seen:
            return False
        self._looked = now
        if is_reachable(self._address):
            self._seen = time.monotonic()
            return True
        if now - self._seen >= self._patience:
            raise LostMachineError(
                f'{self._who} has been out of reach at {self._address} for '
                f'{self._patience:g} s; see that it runs there and that the port is open, or pass '
                'a larger --wait_seconds. The run goes on from its last checkpoint when all '
                'processes are started again')
        return False


def wait_for(cluster, job, index):
    """Waits until a process answers; raises `LostMachineError` after too long."""
    patience = Patience(cluster, job, index)
    while not patience.check():
        time.sleep(_SECONDS_BETWEEN_TRIALS / 5)


class ServerWatch:
    """Context that ends this process where a parameter server is gone for too long.

    TensorFlow waits in C++ for a server that is gone, for ever and deaf to signals. So a thread
    looks after them.

    Args:
        cluster: a `Cluster`.
    """

    def __init__(self, cluster):
        self._patiences = [Patience(cluster, PS, index) for index in range(len(cluster.ps_hosts))]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._ended.set()

    def _look(self):
        while not self._ended.wait(_SECONDS_BETWEEN_TRIALS):
            try:
                for patience in self._patiences:
                    patience.check()
            except LostMachineError as error:
                # The main thread says the same where it is not stuck.
                if not self._ended.wait(_GRACE):
                    print(f'error: {error}', file=sys.stderr, flush=True)
                    os._exit(1)


def free_ports(count):
    """Chooses ports of the loopback that nothing listens on."""
    found = []
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        if len(found) == count:
            break
        with contextlib.closing(socket.socket()) as trial, contextlib.suppress(OSError):
            trial.bind(('', port))
            found.append(port)
    return found
