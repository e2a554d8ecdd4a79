"""Timing alternatives in turn, so that a machine that slows down slows all of them."""

import random
import time

import numpy as np


def interleaved_times(alternatives, repetitions, warm_up=2):
    """Calls the alternatives one after another, again and again.

    Each repetition has an order of its own, drawn from a fixed seed: what runs right after a large
    alternative finds the caches and the allocator as that left them, and is slower for it.

    Args:
        alternatives: dictionary from names to functions without arguments.
        repetitions: how often each is timed.
        warm_up: how often each is called before.

    Returns:
        Dictionary from names to arrays `[repetitions]` of seconds.
    """
    times = {name: [] for name in alternatives}
    order, draw = list(alternatives), random.Random(0)
    for repetition in range(warm_up + repetitions):
        draw.shuffle(order)
        for name in order:
            start = time.perf_counter()
            alternatives[name]()
            if repetition >= warm_up:
                times[name].append(time.perf_counter() - start)
    return {name: np.array(values) for name, values in times.items()}


def summary(seconds):
    """Median and quartiles of seconds, in milliseconds."""
    low, median, high = np.percentile(seconds, [25, 50, 75]) * 1e3
    return {'median_ms': float(median), 'quartiles_ms': [float(low), float(high)]}
