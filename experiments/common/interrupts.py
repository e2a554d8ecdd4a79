"""Ctrl-C that lets a step finish, and a checkpoint be written."""
import contextlib
import os
import signal
import sys
import threading

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class RunInterruptedError(Exception):
    """A run was asked to stop and has saved its state.

    Attributes:
        status: the exit status by the shell's convention, 128 + signal: 130 for Ctrl-C.
    """

    def __init__(self, message, signum=signal.SIGINT):
        super().__init__(message)
        self.status = 128 + signum


@contextlib.contextmanager
def answered_after(moment):
    """Context whose first SIGINT or SIGTERM acts at its end; the next acts at once.

    Args:
        moment: when that is, for the line that answers the signal at once.
    """
    with Interrupts(lambda: f'stopping after {moment}') as interrupts:
        yield
    if interrupts.received:
        os.kill(os.getpid(), interrupts.received)


class Interrupts:
    """Context in which the first SIGINT or SIGTERM is only noted; the next acts as usual.

    Within `held` the next is only noted too. Both are answered by a line at once, even while
    Python itself waits for TensorFlow. A signal that the process ignores stays ignored.

    Args:
        notice: function without arguments that returns the answer to a signal.

    Attributes:
        received: the number of the first signal, or None.
    """

    def __init__(self, notice):
        self.received = None
        self._notice = notice
        self._holds = 0
        self._previous = {}

    def __enter__(self):
        # The handlers are ours while the watch is begun and ended, since the usual ones may raise:
        # the watch's thread would go on, and answer into what is printed then.
        for signum in _SIGNALS:
            # Shells have what they start in the background ignore Ctrl-C, and it goes on.
            if signal.getsignal(signum) != signal.SIG_IGN:
                self._previous[signum] = signal.signal(signum, self._note)
        self._watch = _Watch(self._notice)
        if self.received:  # Before there was a watch.
            self._watch.answer()
        return self

    def __exit__(self, *exception):
        with self.held():
            self._watch.close()
        self._restore()

    @contextlib.contextmanager
    def held(self):
        """Context of what no signal may cut short."""
        self.hold()
        try:
            yield
        finally:
            self._holds -= 1

    def hold(self):
        """From here to the end of the `Interrupts` no signal cuts anything short."""
        self._holds += 1

    def _note(self, signum, frame):
        if self.received is None or self._holds:
            self.received = self.received or signum
            return
        self._restore()
        usual = self._previous[signum]
        if callable(usual):
            usual(signum, frame)
        else:
            os.kill(os.getpid(), signum)

    def _restore(self):
        for signum, handler in self._previous.items():
            signal.signal(signum, handler)


class _Watch:
    """Answers signals from a thread.

    Python calls a handler only between two of its own instructions, and a save in TensorFlow is
    one of them. The number of a signal, though, is written to a pipe when it comes.
    """

    def __init__(self, notice):
        self._notice = notice
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self):
        signal.set_wakeup_fd(self._before)
        os.close(self._writer)
        self._thread.join()
        os.close(self._reader)

    def answer(self):
        # On a terminal the cursor is behind the progress bar. One write, as in `say`.
        before = '\n' if sys.stdout.isatty() else ''
        with contextlib.suppress(OSError):  # Nobody reads, or the disk is full.
            print(f'{before}{self._notice()}\n', end='', flush=True)

    def _watch(self):
        while True:
            signum = os.read(self._reader, 1)
            if not signum:
                return
            if signum[0] in _SIGNALS:
                self.answer()
