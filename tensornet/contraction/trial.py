"""Timing alternatives in a graph and a session of their own."""

import time
from collections import namedtuple

import numpy as np
import tensorflow.compat.v1 as tf

# A repetition of short operations is several runs, which take this many seconds together.
SHORTEST = 4e-3
# Pairs of rounds and a factor: after so many rounds, alternatives are dropped whose median is more
# than the least one times the factor. A run takes two or three times as long where it has to wake a
# thread up, which it may have to in one repetition and not in the next. So alternatives that are
# close to each other stay to the end.
DROPPED_AFTER = ((1, 3.0), (3, 1.6), (6, 1.25))
MOST_ROUNDS = 15


class Trial(namedtuple('Trial', ['seconds', 'rounds'])):
    """What was measured of an alternative.

    Attributes:
        seconds: median of the repetitions.
        rounds: how many there were; one that was dropped early has few.
    """

    __slots__ = ()


def time_alternatives(prepare, builders, budget, config, device, errors):
    """Times operations in turn and drops the slow ones early.

    The caller's graph, sessions and collections are left as they are.

    Args:
        prepare: function without arguments that creates the variables which all alternatives read.
        builders: dictionary from names to functions that take what `prepare` returned and build
            the operations of one run, as a list. Built one by one, in this order, while half of the
            budget lasts; at least two are.
        budget: seconds for building and timing.
        config: `tf.ConfigProto` of the session, or None.
        device: name of the device on which everything is placed.
        errors: list to which the errors of those that could not be run are added.

    Returns:
        Dictionary from names to `Trial`, for the alternatives that could be run.
    """
    start = time.perf_counter()
    with tf.Graph().as_default(), tf.device(device), tf.Session(config=config) as session:
        given = prepare()
        try:
            # `session.run` of TensorFlow 2 puts other lines before what an error says.
            session.make_callable(tf.global_variables_initializer())()
        except tf.errors.OpError as error:
            errors.append(error)
            return {}
        runs = {}
        for name, build in builders.items():
            if len(runs) >= 2 and time.perf_counter() - start > budget / 2:
                break
            operations = build(given)
            try:
                run = session.make_callable(operations)
                run()  # The first run also prepares the graph.
            except tf.errors.OpError as error:
                # There is no such kernel, or not so much memory: others may do with less.
                errors.append(error)
                continue
            runs[name] = run
        return _raced(runs, start + budget) if runs else {}


def variable(shape, setting):
    """Creates a variable to be read by the runs that are timed."""
    return tf.Variable(tf.ones(shape, setting.dtype), trainable=False)


def core(shape, setting):
    """Creates what stands for a core: a constant where the setting says so, else a variable."""
    if setting.has_constant_cores:
        return tf.constant(1.0, setting.dtype, shape)
    return variable(shape, setting)


def run_targets(out, inputs, out_gradient, setting):
    """Returns operations for a session to run that need the output, or the inputs' gradients.

    They are not the tensors' own: what a session is to run, a rewrite of the graph to half
    precision leaves as it is.
    """
    tensors = tf.gradients(out, inputs, out_gradient) if setting.training else [out]
    return [tf.identity(tensor).op for tensor in tensors]


def _raced(runs, deadline):
    """Times functions in turn until the deadline, each at least once."""
    times = {name: [_seconds_of(run, 1)] for name, run in runs.items()}
    calls = {name: max(1, int(SHORTEST / times[name][0])) for name in runs}
    racing = list(runs)
    limits = dict(DROPPED_AFTER)
    for rounds in range(1, MOST_ROUNDS):
        if rounds in limits:
            medians = {name: _median(times[name]) for name in racing}
            bound = limits[rounds] * min(medians.values())
            racing = [name for name in racing if medians[name] <= bound]
        for name in racing:
            times[name].append(_seconds_of(runs[name], calls[name]))
        if time.perf_counter() > deadline or len(racing) == 1:
            break
    return {name: Trial(_median(values), len(values)) for name, values in times.items()}


def _median(values):
    """Median of repetitions without the first, which found the caches cold."""
    return float(np.median(values[1:] or values))


def _seconds_of(run, calls):
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - start) / calls
