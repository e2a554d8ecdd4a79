"""An output that nobody reads."""

import contextlib
import os


@contextlib.contextmanager
def unread_pipe():
    """Context of the writing end of a pipe, a file descriptor, whose reading end is closed."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        yield writing
    finally:
        os.close(writing)
