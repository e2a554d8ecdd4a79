"""Finding the fastest of many alternatives, with made-up timers."""
import random
import time
import unittest

import numpy as np

from benchmarks.plan_race import fastest, median_error, race, regrets_of, settled, stopwatch


class _Timers:
    """Timers of known medians and noise, which count their calls.

    Attributes:
        timers: dictionary from names to timers.
        calls: list of the names that were called, in their order.
    """

    def __init__(self, medians, noise=0.0, seed=0):
        draw = random.Random(seed)
        self.calls = []

        def timer(name):
            def repetition():
                self.calls.append(name)
                return medians[name] * (1 + noise * draw.gauss(0, 1))
            return repetition

        self.timers = {name: timer(name) for name in medians}

    def count(self, name):
        return self.calls.count(name)


class RaceTest(unittest.TestCase):

    def test_clearly_slower_ones_are_dropped_early(self):
        made = _Timers({'fast': 1.0, 'near': 1.02, 'slow': 1.2, 'hopeless': 1.7})
        times = race(made.timers, rounds=15)
        self.assertEqual({'fast', 'near'}, set(times))
        self.assertEqual([15, 15, 4, 1], [made.count(name) for name in made.timers])
        self.assertEqual([15, 15], [len(seconds) for seconds in times.values()])

    def test_kept_ones_stay(self):
        made = _Timers({'fast': 1.0, 'slow': 5.0, 'asked for': 9.0})
        times = race(made.timers, kept=('asked for',), rounds=6)
        self.assertEqual({'fast': 6, 'asked for': 6},
                         {name: len(seconds) for name, seconds in times.items()})

    def test_a_single_one_is_not_timed_on(self):
        made = _Timers({'fast': 1.0, 'slow': 2.0})
        self.assertEqual({'fast': [1.0]}, race(made.timers))

    def test_no_round_begins_after_the_deadline(self):
        made = _Timers({'one': 1.0, 'other': 1.0})
        ticks = iter(range(100))
        race(made.timers, deadline=2, clock=lambda: next(ticks))
        self.assertEqual([4, 4], [made.count(name) for name in made.timers])

    def test_everything_is_timed_once_where_the_time_is_over(self):
        made = _Timers({'one': 1.0, 'other': 1.0})
        race(made.timers, deadline=0, clock=lambda: 1)
        self.assertEqual([1, 1], [made.count(name) for name in made.timers])

    def test_the_order_changes_from_round_to_round(self):
        made = _Timers(dict.fromkeys('abcd', 1.0))
        race(made.timers, rounds=10)
        rounds = {tuple(made.calls[k:k + 4]) for k in range(0, 40, 4)}
        self.assertTrue(all(sorted(order) == list('abcd') for order in rounds), rounds)
        self.assertGreater(len(rounds), 5)

    def test_the_fastest_wins_in_spite_of_noise(self):
        medians = dict({'best': 1.0}, **{str(k): 1.15 + 0.01 * k for k in range(40)})
        winners = [fastest(race(_Timers(medians, 0.03, seed).timers)) for seed in range(20)]
        self.assertEqual(['best'] * 20, winners)


class SettledTest(unittest.TestCase):

    def test_quiet_times_need_few_repetitions(self):
        times = settled(_Timers({'a': 1.0, 'b': 2.0}).timers, least=5)
        self.assertEqual({'a': [1.0] * 5, 'b': [2.0] * 5}, times)

    def test_noisy_times_need_more(self):
        times = settled(_Timers({'a': 1.0, 'b': 2.0}, 0.03).timers, most=200)
        self.assertEqual(len(times['a']), len(times['b']))
        self.assertTrue(9 < len(times['a']) < 200, len(times['a']))
        self.assertLessEqual(max(map(median_error, times.values())), 0.01)

    def test_no_more_than_asked_for(self):
        times = settled(_Timers({'a': 1.0}, 0.3).timers, most=9, tolerance=0)
        self.assertEqual(9, len(times['a']))

    def test_the_least_number_after_the_deadline(self):
        times = settled(_Timers({'a': 1.0}, 0.3).timers, least=6, deadline=0, clock=lambda: 1)
        self.assertEqual(6, len(times['a']))


class RegretsTest(unittest.TestCase):

    def test_ratios_of_medians(self):
        self.assertEqual(('b', {'a': 1.5, 'b': 1.0, 'c': 2.0}),
                         regrets_of([{'a': [9, 3, 1], 'b': [2, 2], 'c': [4]}]))

    def test_a_lucky_session_does_not_decide(self):
        sessions = [{'a': [1, 1, 1], 'b': [3, 3, 3]}, {'a': [6, 6, 6], 'b': [3, 3, 9]}]
        best, regrets = regrets_of(sessions)
        self.assertEqual('b', best)
        self.assertAlmostEqual(3.5 / 3, regrets['a'])

    def test_picking_on_other_repetitions_takes_the_winners_curse_away(self):
        # All are equally fast. On its own repetitions the best of many looks faster than another.
        medians = {str(k): 1.0 for k in range(100)}
        flattered, fair = [], []
        for seed in range(40):
            timers = _Timers(medians, 0.05, seed).timers
            times = race(timers, kept=('0',), rounds=5)
            best = fastest(times)
            flattered.append(np.median(times['0']) / np.median(times[best]))
            fresh = settled({name: timers[name] for name in {'0', best}}, most=9)
            fair.append(np.median(fresh['0']) / np.median(fresh[best]))
        self.assertGreater(np.mean(flattered), 1.03)
        self.assertAlmostEqual(1.0, np.mean(fair), delta=0.02)


class MedianErrorTest(unittest.TestCase):

    def test_of_normal_values(self):
        draw = np.random.RandomState(0)
        samples = draw.normal(10, 1, size=[4000, 25])
        spread = np.std(np.median(samples, axis=1)) / 10
        found = np.mean([median_error(sample) for sample in samples])
        self.assertLess(abs(found / spread - 1), 0.1)


class StopwatchTest(unittest.TestCase):

    def test_a_repetition_of_short_runs_is_many(self):
        calls = []

        def run():
            calls.append(None)
            time.sleep(0.002)

        timer = stopwatch(run, 0.02)
        self.assertEqual(1, len(calls))
        seconds = timer()
        self.assertTrue(2 <= len(calls) <= 11, len(calls))
        self.assertGreaterEqual(seconds, 0.002)

    def test_a_repetition_of_a_long_run_is_one(self):
        calls = []
        stopwatch(lambda: calls.append(None), 0)()
        self.assertEqual(2, len(calls))


if __name__ == '__main__':
    unittest.main()
