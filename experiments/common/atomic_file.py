"""Files that are either complete or not there."""
import contextlib
import json
import os


@contextlib.contextmanager
def replacing(path):
    """Context of a temporary path that takes the place of `path` when the block succeeds.

    Args:
        path: the file to write; whatever it held stays until the new content is complete.

    Yields:
        The path to write to: in the same folder and with the same extension.
    """
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f'.{os.getpid()}-{name}')
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        # A full disk is met by a write, and its error names no file.
        error.filename = error.filename or path
        raise
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def write_json(path, content):
    """Writes `content` as indented JSON, atomically."""
    write_text(path, json.dumps(content, indent=2) + '\n')


def write_text(path, text):
    """Writes a text in UTF-8, atomically."""
    with replacing(path) as temporary:
        with open(temporary, 'w', encoding='utf-8') as file:
            file.write(text)
            # The new name must not survive a loss of power that the content does not.
            file.flush()
            os.fsync(file.fileno())
