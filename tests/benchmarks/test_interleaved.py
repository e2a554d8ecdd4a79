"""Alternatives that are timed in turn."""

import time
import unittest

import numpy as np

from benchmarks.interleaved import interleaved_times, summary


class InterleavedTest(unittest.TestCase):

    def test_each_is_called_in_each_repetition_in_an_order_of_its_own(self):
        calls = []
        alternatives = {name: lambda name=name: calls.append(name) for name in 'abc'}
        times = interleaved_times(alternatives, 20, shortest=0)
        self.assertEqual({'a', 'b', 'c'}, set(times))
        self.assertEqual([(20,)] * 3, [seconds.shape for seconds in times.values()])
        # Two of each warm up.
        rounds = [tuple(calls[start:start + 3]) for start in range(0, len(calls), 3)]
        self.assertEqual(22, len(rounds))
        self.assertEqual({'abc'}, {''.join(sorted(some)) for some in rounds})
        self.assertGreater(len(set(rounds)), 3)

    def test_a_short_alternative_is_called_many_times_and_counts_with_the_mean(self):
        calls = {'short': 0, 'long': 0}

        def short():
            calls['short'] += 1

        def long():
            calls['long'] += 1
            time.sleep(0.2)

        times = interleaved_times({'short': short, 'long': long}, 3, shortest=0.1)
        self.assertEqual(5, calls['long'])
        self.assertGreater(calls['short'], 100)
        self.assertLess(np.median(times['short']), 0.2)
        self.assertGreaterEqual(times['long'].min(), 0.2)

    def test_summary(self):
        self.assertEqual({'median_ms': 3000.0, 'quartiles_ms': [2000.0, 4000.0]},
                         summary(np.array([5.0, 1.0, 3.0, 2.0, 4.0])))


if __name__ == '__main__':
    unittest.main()
