"""The times of a training step of several networks that take turns in one process."""
import contextlib
import functools
import os

import tensorflow.compat.v1 as tf

from benchmarks.interleaved import interleaved_times, summary

_WARM_UP = 3


def time_steps(networks, repetitions):
    """Times training steps.

    Each network trains from its initial values, in a session of its own; no file is written.

    Args:
        networks: list of triples of a graph, the `training.Task` in it, and the `tf.ConfigProto` of
            its session.
        repetitions: how often the steps of each are timed, after a warm-up.

    Returns:
        Dict of JSON values: `steps`, for each network a dict of `median_ms` and `quartiles_ms`,
        `repetitions` and `cores`.
    """
    with contextlib.ExitStack() as stack:
        steps = {position: _step(stack, *network) for position, network in enumerate(networks)}
        seconds = interleaved_times(steps, repetitions, _WARM_UP)
    return {'steps': [summary(seconds[position]) for position in steps],
            'repetitions': repetitions, 'cores': os.cpu_count()}


def time_cells(times, position):
    """Cells of a table: the milliseconds of a network's step, and their ratio to the first one's.

    Args:
        times: what `time_steps` returned, or None where nothing was timed.
        position: of the network.
    """
    if times is None:
        return ['', '']
    steps = times['steps']
    low, high = steps[position]['quartiles_ms']
    median = steps[position]['median_ms']
    return [f'{median:.1f} ({low:.1f}-{high:.1f})', f'{median / steps[0]["median_ms"]:.2f}']


def time_legend(times):
    """A sentence that says how the times of a table were taken, with a space before; or ''."""
    if times is None:
        return ''
    return (f' ms a step: median of {times["repetitions"]} timings, quartiles in brackets, the '
            f'networks taking turns in one process on {times["cores"]} cores; ratio: to the dense '
            'one.')


def _step(stack, graph, task, config):
    """Returns the function that makes one step."""
    with graph.as_default():
        session = stack.enter_context(tf.Session(config=config))
        session.run(tf.global_variables_initializer())
    return functools.partial(session.run, [task.train_op, task.loss])
