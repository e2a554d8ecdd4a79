"""Free ports of this machine."""
import contextlib
import random
import socket

# Below those that systems take for connections to others, which could have them while a process
# of the cluster is being started again.
_PORTS = range(20000, 32000)


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
