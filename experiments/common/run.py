"""A run: a folder that no other process may use meanwhile, its record, and where it starts."""
import collections
import contextlib
import os

from experiments.common.computation_flags import EARLIER
from experiments.common.part import ALONE
from experiments.common.run_checkpoints import last_good
from experiments.common.run_lock import locked
from experiments.common.run_record import open_record


class RunOptions(collections.namedtuple('RunOptions', [
        'log_dir', 'restart', 'report', 'checkpoint_secs', 'part'],
        defaults=[False, print, 60, ALONE])):
    """Where a run lies, and how it is carried out.

    Attributes:
        log_dir: its folder.
        restart: whether to remove a run that lies there.
        report: called with lines of text.
        checkpoint_secs: seconds between two checkpoints.
        part: an `Alone`, or the part of this process in a cluster.
    """
    __slots__ = ()

    def within(self, *names):
        """The options of a run in a folder below this one."""
        return self._replace(log_dir=os.path.join(self.log_dir, *names))


Run = collections.namedtuple('Run', ['log_dir', 'record', 'start'])
Run.__doc__ = """A run that is to go on.

Attributes:
    log_dir: its folder.
    record: its `RunRecord`.
    start: a `run_checkpoints.Start`, where it goes on from.
"""


@contextlib.contextmanager
def open_run(log_dir, settings, measured=(), restart=False, earlier=EARLIER):
    """Context in which the run in `log_dir` is continued, or begun.

    Args:
        log_dir: the folder, created where missing.
        settings: dict of JSON values that decide the run's results.
        measured: names of the numbers that `training.Task.evaluate` returns.
        restart: whether to remove the files of a run that lies there.
        earlier: dict of the settings that runs of earlier versions do not name, with the values
            they had.

    Yields:
        A `Run`.

    Raises:
        WrongLogDirError: another process has the folder, or it holds a run with other settings and
            no `restart`, damaged files with nothing good to go on from, or a checkpoint that no run
            of these experiments wrote.
    """
    with locked(log_dir):
        record = open_record(log_dir, settings, measured, restart, earlier)
        yield Run(log_dir, record, last_good(record))
