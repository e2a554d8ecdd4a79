"""Blocks in which TensorFlow does not print what no test is about."""

import contextlib
import ctypes
import os
import sys
import warnings


@contextlib.contextmanager
def without_output():
    """Drops what is written to stdout, also by C++ code, which does not go by `sys.stdout`."""
    libc = ctypes.CDLL(None)
    sys.stdout.flush()
    libc.fflush(None)
    kept = os.dup(1)
    try:
        with open(os.devnull, 'w') as nothing:
            os.dup2(nothing.fileno(), 1)
        yield
        libc.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)


@contextlib.contextmanager
def without_lite_warning():
    """Ignores that the interpreter of TensorFlow Lite is deprecated."""
    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', r'\s*Warning: tf\.lite\.Interpreter is deprecated')
        yield
