"""Processes in which memory that nobody has written is NaN, and the end of a block is guarded.

    python -m tests.fuzz.poisoned_memory python -m tests tests.layers

Some of TensorFlow's kernels give or read memory that they have not written, or read and write
beyond their operands. That is mostly harmless, so that such a fault shows once in many runs. With
`poisoned_memory.c` preloaded it shows in nearly each: by what is not a number, or by the end of the
process. The sweeps of this folder run so; the command above runs any other command.
"""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.splitext(os.path.abspath(__file__))[0] + '.c'


def environment():
    """Returns the environment of such a process, or None where no C compiler makes one.

    It takes glibc and its headers.
    """
    library = _library()
    if library is None:
        return None
    others = os.environ.get('LD_PRELOAD')
    return dict(os.environ, LD_PRELOAD=f'{library}:{others}' if others else library)


@functools.lru_cache(maxsize=None)
def _library():
    compiler = shutil.which('cc') or shutil.which('gcc')
    if compiler is None:
        return None
    folder = tempfile.mkdtemp(prefix='tensornet-poisoned-')
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = os.path.join(folder, 'poisoned_memory.so')
    command = [compiler, '-O2', '-shared', '-fPIC', '-fno-builtin', '-o', library, SOURCE]
    made = subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0
    return library if made else None


def main():
    """Runs the command line; returns the exit status of the command."""
    if len(sys.argv) == 1:
        sys.exit('poisoned_memory: pass the command to run, such as python -m tests tests.layers')
    if environment() is None:
        sys.exit('poisoned_memory: no C compiler, or no glibc to compile for')
    return subprocess.run(sys.argv[1:], env=environment()).returncode


if __name__ == '__main__':
    sys.exit(main())
