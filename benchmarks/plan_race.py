"""Finding the fastest of many alternatives, and comparing a few of them fairly.

Two things would favour one alternative over another. A machine that slows down meanwhile: so all
take turns, in an order that is drawn anew for every round. And the winner's curse: the best of many
noisy medians is too good, the more so the more there are. So the fastest is picked on one set of
repetitions, by `race`, and its time is taken on a fresh one, by `settled`. What is left of it,
among two or three alternatives with small errors, makes regrets slightly too large.

A timer is a function without arguments that returns the seconds of one repetition.
"""

import random
import time

import numpy as np

# Pairs of a number of rounds and a factor: after the rounds, those are dropped whose median is more
# than the factor times the best of all.
DROPPED_AFTER = ((1, 1.5), (2, 1.3), (4, 1.15), (7, 1.06), (11, 1.03))
# The standard error of the median of a normal distribution, in interquartile ranges over the root
# of the number of values.
ERROR_OF_MEDIAN = 0.93


def race(timers, kept=(), rounds=15, deadline=float('inf'), clock=time.perf_counter):
    """Times alternatives in turn and drops those that are clearly slower.

    Args:
        timers: dictionary from names to timers.
        kept: names of those that are never dropped.
        rounds: how many repetitions there are at most.
        deadline: no round begins after this time of the clock, but the first.
        clock: function that returns the time.

    Returns:
        Dictionary from the names of those that are left to lists of seconds.
    """
    times = {name: [] for name in timers}
    draw, limits = random.Random(0), dict(DROPPED_AFTER)
    for done in range(1, rounds + 1):
        _add_round(timers, times, draw)
        if done in limits:
            medians = {name: np.median(seconds) for name, seconds in times.items()}
            bound = limits[done] * min(medians.values())
            times = {name: seconds for name, seconds in times.items()
                     if medians[name] <= bound or name in kept}
        if clock() > deadline or len(times) == 1:
            break
    return times


def settled(timers, least=9, most=31, tolerance=0.01, deadline=float('inf'),
            clock=time.perf_counter):
    """Times alternatives in turn until their medians are known well.

    Args:
        timers: dictionary from names to timers.
        least, most: numbers of repetitions; the error of the median of a few says little.
        tolerance: the largest `median_error` that is good enough.
        deadline: time of the clock after which `least` repetitions are enough.
        clock: function that returns the time.

    Returns:
        Dictionary from names to lists of seconds.
    """
    times = {name: [] for name in timers}
    draw = random.Random(1)
    for done in range(1, most + 1):
        _add_round(timers, times, draw)
        if done >= least and (clock() > deadline or max(
                median_error(seconds) for seconds in times.values()) <= tolerance):
            break
    return times


def fastest(times):
    """Returns the name of the least median."""
    return min(times, key=lambda name: np.median(times[name]))


def regrets_of(sessions):
    """Compares what several sessions measured.

    Args:
        sessions: list of dictionaries from names to lists of seconds, with the same names.

    Returns:
        The name of the least time, which is the mean over the sessions of the median; and a
        dictionary from names to their times over that one.
    """
    means = {name: float(np.mean([np.median(times[name]) for times in sessions]))
             for name in sessions[0]}
    best = min(means, key=means.get)
    return best, {name: value / means[best] for name, value in means.items()}


def median_error(seconds):
    """Returns the standard error of the median, as a share of it."""
    low, median, high = np.percentile(seconds, [25, 50, 75])
    return ERROR_OF_MEDIAN * (high - low) / np.sqrt(len(seconds)) / median


def stopwatch(run, shortest):
    """Makes a timer.

    Args:
        run: function without arguments; it is called once, to see how long it takes.
        shortest: seconds; of a shorter run a repetition is as many as fill them.

    Returns:
        A timer.
    """
    calls = max(1, round(shortest / max(_seconds_of(run, 1), 1e-9)))
    return lambda: _seconds_of(run, calls)


def _add_round(timers, times, draw):
    order = list(times)
    draw.shuffle(order)
    for name in order:
        times[name].append(timers[name]())


def _seconds_of(run, calls):
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - start) / calls
