"""The processes of a cluster that are all on this machine.

Nothing here imports TensorFlow.
"""
import ctypes
import functools
import json
import os
import signal
import subprocess
import sys
import time

from experiments.cluster.specification import PS, WORKER, name_of

_SECONDS_BETWEEN_LOOKS = 0.1
# What the others have to end by themselves when the chief has.
_GRACE = 10.0
# What the chief has to save after Ctrl-C.
_SECONDS_TO_SAVE = 60.0
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux.


class LocalProcesses:
    """Context of a cluster's processes, all of which have ended at its end.

    Args:
        cluster: dict of the lists of addresses of parameter servers and workers.
        command: a training script, which has the flag `--restart`, and its arguments.
        restarts: how often a process is started again that a signal ended.
        ends_with_parent: whether they end when the parent of this process does.
        report: called with lines of text.
    """

    def __init__(self, cluster, command, restarts, ends_with_parent, report):
        self._cluster = cluster
        self._command = command
        self._restarts = restarts
        self._parent = os.getppid() if ends_with_parent else None
        self._report = report
        self._processes = {}
        self._handlers = {}
        self._received = signal.SIGHUP
        self._end_at = float('inf')

    def __enter__(self):
        for signum in (signal.SIGINT, signal.SIGTERM):
            # As in `Interrupts`.
            if signal.getsignal(signum) != signal.SIG_IGN:
                self._handlers[signum] = signal.signal(signum, self._pass_on)
        try:
            for job in (PS, WORKER):
                for index in range(len(self._cluster[job])):
                    self._start(job, index, self._command)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *exception):
        self._end()

    def wait(self):
        """Waits for the end of the chief, or for a process that fails; returns its status."""
        while self._parent in (None, os.getppid()) and time.monotonic() < self._end_at:
            for (job, index), process in sorted(self._processes.items()):
                status = process.poll()
                if status is None:
                    continue
                if status < 0 and self._restarts:
                    self._restarts -= 1
                    self._report(f'{name_of(job, index)} was ended by signal {-status} and is '
                                 'started again')
                    # The last flag counts, however --restart was written before it.
                    self._start(job, index, self._command + ['--norestart'])
                elif (job, index) == (WORKER, 0):
                    if not status:  # Else it has told nobody that the job is at its end.
                        self._wait_for_the_others()
                    return _shell_status(status)
                elif status:
                    return _shell_status(status)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return _shell_status(-self._received)

    def _start(self, job, index, command):
        environment = dict(os.environ, TF_CONFIG=json.dumps(
            {'cluster': self._cluster, 'task': {'type': job, 'index': index}}))
        # A session of its own: Ctrl-C at the terminal is not for all of them.
        process = subprocess.Popen(
            [sys.executable] + command, env=environment, stdin=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=_parent_death_signal())
        self._processes[job, index] = process
        self._report(f'{name_of(job, index)}: process {process.pid}')

    def _wait_for_the_others(self):
        end = time.monotonic() + _GRACE
        while time.monotonic() < end and any(
                process.poll() is None for process in self._processes.values()):
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def _pass_on(self, signum, frame):
        """The first signal is for the chief, which has some time to save; the second ends all."""
        is_second = self._end_at < float('inf')
        self._end_at = 0 if is_second else time.monotonic() + _SECONDS_TO_SAVE
        self._restarts, self._received = 0, signum
        self._processes[WORKER, 0].send_signal(signum)

    def _end(self):
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
        for process in self._processes.values():
            process.wait()
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)


def _shell_status(status):
    return status if status >= 0 else 128 - status


@functools.lru_cache(maxsize=None)
def _parent_death_signal():
    """What a child does so that it does not outlive this process, or None where it cannot."""
    if not sys.platform.startswith('linux'):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_DIES_WITH_PARENT, signal.SIGKILL)
