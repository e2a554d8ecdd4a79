"""Importing TensorFlow without its start-up notices."""
import os
import sys
import tempfile

# Notices about the machine that TensorFlow prints before it looks at TF_CPP_MIN_LOG_LEVEL.
_NOTICES = ('WARNING: All log messages before absl::InitializeLog', 'I0000 ', 'W0000 ')


def import_tensorflow():
    """Imports TensorFlow for graph code and returns `tensorflow.compat.v1`.

    Deprecation warnings and informational log lines are switched off, unless the environment
    sets TF_CPP_MIN_LOG_LEVEL. Everything else that is printed during the import is passed on.
    """
    if 'TF_CPP_MIN_LOG_LEVEL' in os.environ:
        import tensorflow.compat.v1 as tf
    else:
        os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
        with _NoticesDropped():
            import tensorflow.compat.v1 as tf
        tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    return tf


class _NoticesDropped:
    """Holds back what the process writes to stderr, C++ included, and passes on the rest."""

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
            if not line.startswith(_NOTICES):
                print(line, file=sys.stderr)
        self._held.close()
