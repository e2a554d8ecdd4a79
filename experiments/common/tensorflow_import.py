"""Importing TensorFlow without its start-up notices."""
import os
import sys
import tempfile

# TensorFlow's levels: 0 prints all, 1 no information, 2 no warnings, 3 no errors either.
_LEVEL = 'TF_CPP_MIN_LOG_LEVEL'
_QUIET = 3

# What TensorFlow prints before it looks at its level: the level, and how the line begins.
_NOTICES = ((1, 'WARNING: All log messages before absl::InitializeLog'), (1, 'I0000 '),
            (2, 'W0000 '))


def import_tensorflow():
    """Imports TensorFlow for graph code and returns `tensorflow.compat.v1`.

    Its deprecation warnings and log lines are switched off, or are those of the level that the
    environment sets by TF_CPP_MIN_LOG_LEVEL. Everything else that is printed during the import is
    passed on.
    """
    level = _level(os.environ.setdefault(_LEVEL, str(_QUIET)))
    with _NoticesDropped(tuple(start for least, start in _NOTICES if level >= least)):
        import tensorflow.compat.v1 as tf
    tf.logging.set_verbosity(
        {0: tf.logging.INFO, 1: tf.logging.WARN}.get(level, tf.logging.ERROR))
    tf.disable_v2_behavior()
    return tf


def _level(text):
    """The level, read as TensorFlow does: 0 where it is not a number."""
    try:
        return max(0, int(text))
    except ValueError:
        return 0


class _NoticesDropped:
    """Holds back what the process writes to stderr, C++ included, and passes on the rest.

    Args:
        starts: tuple of strings; lines that begin so are dropped.
    """

    def __init__(self, starts):
        self._starts = starts

    def __enter__(self):
        sys.stderr.flush()
        self._stderr = os.dup(2)
        self._held = tempfile.TemporaryFile()
        os.dup2(self._held.fileno(), 2)

    def __exit__(self, *exception):
        sys.stderr.flush()
        os.dup2(self._stderr, 2)
        os.close(self._stderr)
        self._held.seek(0)
        for line in self._held.read().decode('utf-8', 'replace').splitlines():
            if not line.startswith(self._starts):
                print(line, file=sys.stderr)
        self._held.close()
