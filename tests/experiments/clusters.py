"""Clusters of real processes on the loopback."""
import os
import re
import signal
import threading

import tensorflow.compat.v1 as tf

from tests.script_runner import ScriptTest

# Nothing takes so long; a test that does has hung.
SECONDS = 1200


class ClusterTest(ScriptTest):
    """Starts clusters by `local_cluster.py`, which ends its processes when it ends itself."""
    script = 'experiments/local_cluster.py'

    def start_cluster(self, *arguments):
        """Starts a cluster; returns its process, which is ended with the test or after a while."""
        process = self.start('--end_with_parent', *arguments)
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        self.addCleanup(self._end, process, timer)
        return process

    def run_cluster(self, *arguments):
        """Returns the exit status and what was printed to stdout and stderr."""
        process = self.start_cluster(*arguments)
        out, err = process.communicate()
        return process.returncode, out, err

    def record(self, log_dir):
        """The record of a run, a dict."""
        return self.read_json(log_dir, 'run.json')

    def variables(self, log_dir):
        """The variables of a run's last checkpoint, a dict."""
        reader = tf.train.load_checkpoint(
            tf.train.latest_checkpoint(os.path.join(self.folder, log_dir)))
        return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}

    @staticmethod
    def _end(process, timer):
        timer.cancel()
        timer.join()
        process.kill()  # The system ends its processes with it.
        process.communicate()


class Killer:
    """Kills processes of a cluster while it reads what `local_cluster.py` prints.

    Args:
        process: that of `local_cluster.py`.

    Attributes:
        lines: what was printed so far.
        pids: dict from the names of processes to their numbers.
    """

    def __init__(self, process):
        self._process = process
        self.lines = []
        self.pids = {}

    def read_until(self, pattern):
        """Reads up to a line that matches; fails where there is none."""
        for line in self._process.stdout:
            self.lines.append(line)
            started = re.match(r'(.*): process (\d+)$', line)
            if started:
                self.pids[started.group(1)] = int(started.group(2))
            if re.search(pattern, line):
                return
        raise AssertionError(f'no line matches {pattern!r} in:\n{"".join(self.lines)}')

    def kill(self, name):
        """Kills a process, and reads until it is started again."""
        os.kill(self.pids[name], signal.SIGKILL)
        self.read_until(rf'^{name} was ended by signal 9 and is started again')
        self.read_until(rf'^{name}: process ')
