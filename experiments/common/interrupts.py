"""Ctrl-C that lets a step finish."""
import signal

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class RunInterruptedError(Exception):
    """A run was asked to stop and has saved its state.

    Attributes:
        status: the exit status by the shell's convention, 128 + signal: 130 for Ctrl-C.
    """

    def __init__(self, message, signum=signal.SIGINT):
        super().__init__(message)
        self.status = 128 + signum


class Interrupts:
    """Context in which the first SIGINT or SIGTERM is only noted; the next acts as usual.

    Attributes:
        received: the number of the signal, or None.
    """

    def __init__(self):
        self.received = None
        self._previous = {}

    def __enter__(self):
        self._previous = {signum: signal.signal(signum, self._note) for signum in _SIGNALS}
        return self

    def __exit__(self, *exception):
        self._restore()

    def _note(self, signum, frame):
        self.received = signum
        self._restore()

    def _restore(self):
        for signum, handler in self._previous.items():
            signal.signal(signum, handler)
