"""A limit on how long a download waits for an answer."""
import contextlib
import socket

_SECONDS = 20


@contextlib.contextmanager
def network_timeout():
    """Context in which new connections fail when nothing arrives for 20 seconds.

    Keras' downloads set no limit of their own and would wait for ever without a network.
    """
    previous = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(previous)
