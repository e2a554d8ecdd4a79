"""Runs scripts one after another in one process, each in a graph of its own.

    python -m tests.port.run_scripts SCRIPT...

Prints a line of JSON for each: its name, and where and how it failed: the last line of the script
or of a module beside it that the error passed, and its text; nulls where it ran.
"""

import json
import os
import sys
import traceback

import tensorflow.compat.v1 as tf


def _run(path):
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)
    try:
        with open(path) as file, tf.Graph().as_default():
            exec(compile(file.read(), path, 'exec'), {'__name__': '__main__'})
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
                 if os.path.dirname(os.path.abspath(frame.filename)) == folder]
        return lines[-1], f'{type(error).__name__}: {error}'
    finally:
        sys.path.remove(folder)
    return None, None


if __name__ == '__main__':
    for script in sys.argv[1:]:
        print(json.dumps([os.path.basename(script), *_run(script)]))
