"""Conversions that are killed before each change of a file: run it with the folder to work in.

It prints a line for each: whether an output was to be replaced, what had been about to happen, the
rank of the output before, after, and after one more conversion, and what that said. 0 is no
checkpoint.
"""
import functools
import os
import signal
import sys

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.convert import Request, convert_checkpoint

OLD, NEW, NEXT = 1, 2, 3


def main(folder):
    source, output = os.path.join(folder, 'in'), os.path.join(folder, 'new', 'out')
    _in_child(_save, source)
    for is_forced in (False, True):
        for step in range(1, 100):
            before = int(_in_child(_restart, source, output, is_forced))
            reached = _in_child(_kill_before, step, source, output, is_forced)
            after = int(_in_child(_rank, output))
            said = _in_child(_convert, source, output, NEXT, is_forced)
            following = int(_in_child(_rank, output))
            print(is_forced, reached, before, after, following, said, sep='|')
            if reached == 'done':
                break


def _in_child(function, *arguments):
    """Runs a function in a process of its own; returns as text what it returned or printed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(writing, sys.stdout.fileno())
        print(function(*arguments), end='', flush=True)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


def _save(prefix):
    weights = np.random.RandomState(0).normal(size=[16, 16]).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(tf.raw_ops.SaveV2(
            prefix=prefix, tensor_names=['weights'], shape_and_slices=[''],
            tensors=[tf.constant(weights)]))


def _convert(source, output, rank, force):
    try:
        convert_checkpoint(source, output, [Request('weights', target={'max_rank': rank})], force,
                           report_path=output + '.json')
        return 'done'
    except CheckpointError as error:
        return str(error)


def _rank(output):
    try:
        checkpoint = Checkpoint(output)
    except CheckpointError:
        return 0
    # Reads the values too, of which a wrong data file would be noticed.
    return checkpoint.read('weights/mat_core_1').shape[0] // 4 * bool(
        len(checkpoint.read('weights/mat_core_2')))


def _restart(source, output, is_forced):
    """Makes the output what it was before the first kill; leaves what kills have left beside it."""
    if is_forced:
        _convert(source, output, OLD, True)
    elif os.path.isdir(os.path.dirname(output)):
        for name in os.listdir(os.path.dirname(output)):
            if not name.startswith('.'):
                os.remove(os.path.join(os.path.dirname(output), name))
    return _rank(output)


def _kill_before(step, source, output, force):
    calls = []

    def counted(name, function, *arguments, **options):
        calls.append(name)
        if len(calls) == step:
            file = os.path.basename(arguments[1]) if name == 'replace' else ''
            print(name, file, end='', flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)

    for name in ('mkdir', 'replace', 'rename', 'remove', 'unlink', 'rmdir'):
        setattr(os, name, functools.partial(counted, name, getattr(os, name)))
    return _convert(source, output, NEW, force)


if __name__ == '__main__':
    main(sys.argv[1])
