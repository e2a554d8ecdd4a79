"""Timing alternatives in turn, so that a machine that slows down slows all of them."""

import math
import random
import time

import numpy as np

# A repetition takes at least so long, in seconds.
SHORTEST = 0.1


def interleaved_times(alternatives, repetitions, warm_up=2, shortest=SHORTEST):
    """Calls the alternatives one after another, again and again.

    Each repetition has an order of its own, drawn from a fixed seed: what runs right after a large
    alternative finds the caches and the allocator as that left them, and is slower for it. A
    repetition of a short alternative is, as with `timeit`, many calls in a row, and counts with
    their mean: a single call would measure little but those caches.

    Args:
        alternatives: dictionary from names to functions without arguments.
        repetitions: how often each is timed.
        warm_up: how often each is called before, at least once.
        shortest: seconds that a repetition takes at least.

    Returns:
        Dictionary from names to arrays `[repetitions]` of seconds.
    """
    times = {name: [] for name in alternatives}
    calls = {name: 1 for name in alternatives}
    order, draw = list(alternatives), random.Random(0)
    for repetition in range(warm_up + repetitions):
        draw.shuffle(order)
        for name in order:
            start = time.perf_counter()
            for _ in range(calls[name]):
                alternatives[name]()
            seconds = (time.perf_counter() - start) / calls[name]
            if repetition >= warm_up:
                times[name].append(seconds)
            elif repetition == warm_up - 1:
                calls[name] = math.ceil(shortest / seconds) if seconds < shortest else 1
    return {name: np.array(values) for name, values in times.items()}


def timings_of(repetitions, what):
    """What a table says of its medians, such as `timings_of(9, 'passes')`."""
    return (f'median of {repetitions} timings, each the mean of as many {what} as fill '
            f'{SHORTEST:g} s')


def summary(seconds):
    """Median and quartiles of seconds, in milliseconds."""
    low, median, high = np.percentile(seconds, [25, 50, 75]) * 1e3
    return {'median_ms': float(median), 'quartiles_ms': [float(low), float(high)]}
