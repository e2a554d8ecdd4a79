"""Runs `train.py` of several folders, each in a process of its own that TensorFlow is loaded in.

Usage: python run_all.py FOLDER...; prints a JSON object from each folder to [status, output].
"""

import json
import os
import runpy
import sys
import tempfile
import traceback

import tensorflow  # noqa: F401
import tensornet  # noqa: F401


def run(folder):
    """Returns the exit status of the script in a folder and what it printed."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if not child:
            os.chdir(folder)
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            sys.path.insert(0, folder)
            try:
                runpy.run_path('train.py', run_name='__main__')
            except BaseException:
                traceback.print_exc()
                sys.stdout.flush()
                os._exit(1)
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return status, output.read().decode('utf-8', 'replace')


if __name__ == '__main__':
    print(json.dumps({folder: run(folder) for folder in sys.argv[1:]}))
