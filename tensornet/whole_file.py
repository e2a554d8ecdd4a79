"""Writing a file so that it is there complete, or not at all."""

import contextlib
import json
import os
import re
import uuid

# What is left of a file where the process ends while it is written.
LEFTOVER = re.compile(r'\.tensornet-[0-9a-f]{32}(?:\..*)?')


@contextlib.contextmanager
def whole_file(path):
    """Context of a temporary path that takes the place of `path` when the block succeeds.

    Until then whatever is at `path` stays as it is. After an error, Ctrl-C included, nothing of the
    new file is left; after the end of the process a hidden file `.tensornet-...` may be, which
    disturbs nothing.

    Args:
        path: the file. A symbolic link there stays one, and its target is replaced.

    Yields:
        The path to write to, in the folder of the file and with its extension; nothing is there.

    Raises:
        OSError: the file cannot be put there; the error names `path`.
    """
    path = os.path.realpath(path)
    # A longer suffix is no extension, and the name could become too long.
    extension = os.path.splitext(path)[1][:16]
    temporary = os.path.join(os.path.dirname(path), f'.tensornet-{uuid.uuid4().hex}{extension}')
    try:
        # A name that is too long for the file is known before anything is written.
        with contextlib.suppress(FileNotFoundError):
            os.lstat(path)
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        # A full disk is met by a write, whose error names no file, and nobody knows the other name.
        if error.filename in (None, temporary):
            error.filename = path
            del error.filename2  # One that is set is shown, even None.
        raise
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)


def write_text(path, text):
    """Writes a whole file in UTF-8; after a power failure it is the old or the new one."""
    with whole_file(path) as temporary, open(temporary, 'w', encoding='utf-8') as file:
        file.write(text)
        # A crash must not leave the new name without the content.
        file.flush()
        os.fsync(file.fileno())


def write_json(path, content):
    """Writes a whole file of indented JSON."""
    write_text(path, json.dumps(content, indent=2) + '\n')
