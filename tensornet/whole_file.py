"""Writing a file so that it is there complete, or not at all."""

import contextlib
import os
import uuid


@contextlib.contextmanager
def whole_file(path):
    """Context of a temporary path that takes the place of `path` when the block succeeds.

    Until then whatever is at `path` stays as it is. After an error, Ctrl-C included, nothing of the
    new file is left; after the end of the process a hidden file `.tensornet-...` may be, which
    disturbs nothing.

    Args:
        path: the file. A symbolic link there stays one, and its target is replaced.

    Yields:
        The path to write to, in the folder of the file; nothing is there.

    Raises:
        OSError: the file cannot be put there.
    """
    path = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(path), f'.tensornet-{uuid.uuid4().hex}')
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)
