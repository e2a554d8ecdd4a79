"""Regrets in numbers and words."""
import unittest

from benchmarks.regret_report import case_line, summarize, summary_lines


def _entry(auto, measure, rank):
    return {'regret': {'auto': auto, 'measure': measure}, 'rank_of_best': rank}


CASES = {
    'a float32 forward': _entry(1.0, 1.0, 1),
    'b float32 forward': _entry(1.2, 1.1, 3),
    'c float32 forward': _entry(1.6, 1.02, None),
    'a bfloat16 training': _entry(2.0, 1.0, 9),
    'b bfloat16 training': {'skipped': 'no plan can be run here'},
    'b bfloat16 forward': {'skipped': 'no plan can be run here'},
}


class SummaryTest(unittest.TestCase):

    def test_of_each_type_and_phase(self):
        found = summarize(CASES)
        self.assertEqual({'float32 forward', 'bfloat16 training', 'all'}, set(found))
        self.assertEqual(
            {'cases': 3, 'median_rank': 2.0, 'worst_rank': 3,
             'auto': {'median': 1.2, 'worst': 1.6, 'worst_case': 'c float32 forward'},
             'measure': {'median': 1.02, 'worst': 1.1, 'worst_case': 'b float32 forward'}},
            found['float32 forward'])
        self.assertEqual(4, found['all']['cases'])
        self.assertEqual('a bfloat16 training', found['all']['auto']['worst_case'])

    def test_of_nothing(self):
        self.assertEqual({}, summarize({'b bfloat16 forward': {'skipped': ''}}))

    def test_lines_say_what_was_missed(self):
        lines = dict(line.split(' cases: ') for line in summary_lines(summarize(CASES))[1:])
        self.assertEqual(
            "plan='auto' 1.20, 1.60 (c float32 forward) HIGH, at most 1.12, 1.50; "
            "plan='measure' 1.02, 1.10 (b float32 forward) ok", lines['float32 forward      3'])


class CaseLineTest(unittest.TestCase):

    def test_numbers(self):
        entry = dict(_entry(1.2345, 1.0, 4), plans=9, untried=2,
                     times={'best': {'median_ms': 1.5}},
                     plan_names={'best': "groups [1, 2], order ['left']; stored; stored"})
        self.assertRegex(case_line('a float32 forward', entry),
                         r"^a float32 forward +1\.500 +1\.23x +1\.00x +4 +7 of 9  groups \[1, 2\], "
                         r"order \['left'\]$")

    def test_skipped(self):
        self.assertRegex(case_line('b bfloat16 forward', CASES['b bfloat16 forward']),
                         '^b bfloat16 forward +no plan can be run here$')


if __name__ == '__main__':
    unittest.main()
