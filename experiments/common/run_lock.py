"""One process at a time in the folder of a run."""
import contextlib
import os
import socket

from experiments.common.command_line import warn
from experiments.common.run_folder import LOCK, WrongLogDirError

try:
    import fcntl
except ImportError:  # Windows has no such locks.
    fcntl = None


@contextlib.contextmanager
def locked(log_dir):
    """Context in which no other process that asks for it gets this folder.

    The system itself frees the lock when the process ends, however it ends. The file of the lock
    stays: removing it would let two processes lock two files of one name. Where the file system has
    no locks, that is said, and the folder is not locked.

    Args:
        log_dir: the folder, created where missing.

    Raises:
        WrongLogDirError: another process has it, or it can be neither made nor written to.
    """
    try:
        os.makedirs(log_dir, exist_ok=True)
        file = open(os.path.join(log_dir, LOCK), 'a+', encoding='utf-8')
    except OSError as error:
        raise WrongLogDirError(f'--log_dir={log_dir}: cannot be written to: {error}') from error
    with file:
        if _lock(file, log_dir):
            file.truncate(0)
            file.write(f'process {os.getpid()} on {socket.gethostname()}\n')
            file.flush()
        yield


def check_free(log_dir):
    """Raises `WrongLogDirError` where another process has the folder; touches nothing."""
    try:
        file = open(os.path.join(log_dir, LOCK), encoding='utf-8')
    except OSError:
        return  # Nobody has been here, or `locked` will tell.
    with file:
        _lock(file, log_dir, shared=True)


def _lock(file, log_dir, shared=False):
    """Whether the file is locked now; not where the system cannot."""
    if fcntl is None:
        return _unlocked(log_dir, 'this system has no file locks', shared)
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WrongLogDirError(
            f'--log_dir={log_dir}: another process is at work there ({_holder(file)}); wait until '
            'it ends, or pass another --log_dir') from None
    except OSError as error:  # Some network file systems.
        return _unlocked(log_dir, str(error), shared)
    return True


def _unlocked(log_dir, reason, is_quiet):
    if not is_quiet:
        warn(f'--log_dir={log_dir} cannot be locked ({reason}); see that no other process uses it')
    return False


def _holder(file):
    file.seek(0)
    return file.read(200).strip() or 'it has not said which'
