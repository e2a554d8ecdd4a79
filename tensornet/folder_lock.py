"""One process at a time that changes the files of a folder."""

import contextlib
import os

try:
    import fcntl
except ImportError:  # not a Unix system
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def locked_folder(folder):
    """Context in which no other process, and no other thread, that asks for it gets this folder.

    The folder itself is locked, so no file is left, and the system frees it when the process ends,
    however it ends. Where the system or the file system cannot lock folders, as over some networks,
    the block runs without a lock.

    Args:
        folder: path of a folder; '' is the present one.
    """
    with contextlib.ExitStack() as stack:
        if fcntl is not None:
            with contextlib.suppress(OSError):
                descriptor = os.open(folder or '.', os.O_RDONLY)
                stack.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
