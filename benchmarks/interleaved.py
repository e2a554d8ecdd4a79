"""Timing alternatives in turn, so that a machine that slows down slows all of them."""

import time

import numpy as np


def interleaved_times(alternatives, repetitions, warm_up=2):
    """Calls the alternatives one after another, again and again.

    Args:
        alternatives: dictionary from names to functions without arguments.
        repetitions: how often each is timed.
        warm_up: how often each is called before.

    Returns:
        Dictionary from names to arrays `[repetitions]` of seconds.
    """
    times = {name: [] for name in alternatives}
    for repetition in range(warm_up + repetitions):
        for name, function in alternatives.items():
            start = time.perf_counter()
            function()
            if repetition >= warm_up:
                times[name].append(time.perf_counter() - start)
    return {name: np.array(values) for name, values in times.items()}


def summary(seconds):
    """Median and quartiles of seconds, in milliseconds."""
    low, median, high = np.percentile(seconds, [25, 50, 75]) * 1e3
    return {'median_ms': float(median), 'quartiles_ms': [float(low), float(high)]}
