"""Blocks in which TensorFlow does not print what no test is about."""

import contextlib
import ctypes
import os
import sys
import warnings


@contextlib.contextmanager
def without_output():
    """Drops what is written to stdout and stderr, also by C++, which knows no `sys.stdout`."""
    libc = ctypes.CDLL(None)
    _flush(libc)
    kept = [os.dup(descriptor) for descriptor in (1, 2)]
    try:
        with open(os.devnull, 'w') as nothing:
            for descriptor in (1, 2):
                os.dup2(nothing.fileno(), descriptor)
        yield
        _flush(libc)
    finally:
        for descriptor, copy in zip((1, 2), kept):
            os.dup2(copy, descriptor)
            os.close(copy)


@contextlib.contextmanager
def quiet_lite():
    """Drops what TensorFlow Lite says of its kernels, and that its interpreter is deprecated."""
    with warnings.catch_warnings(), without_output():
        warnings.filterwarnings('ignore', r'\s*Warning: tf\.lite\.Interpreter is deprecated')
        yield


def _flush(libc):
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    libc.fflush(None)
