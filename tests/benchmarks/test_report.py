"""What the results say in the README of the benchmarks."""
import unittest

from benchmarks import report
from benchmarks.regret_report import summarize

RESULTS = {
    'machine': {'cores': 2, 'processor': 'A', 'tensorflow': '2', 'python': '3', 'repetitions': 9},
    'workloads': {
        'one': {'forward': {'auto': {'median_ms': 2.0}, 'chain': {'median_ms': 5.0},
                            't3f': {'median_ms': 9.0}, 'tensorly': {'median_ms': 8.0},
                            'roofline': {'bound_ms': 1.0}},
                'training': {'auto': {'median_ms': 4.0}, 'chain': {'median_ms': 6.0},
                             't3f': {'median_ms': 2.0}}}},
    'floors': [{'workload': 'one', 'phase': 'forward', 'over': 'chain', 'ratio': 2.5,
                'floor': 2.0, 'reached': True},
               {'workload': 'one', 'phase': 'training', 'over': 'chain', 'ratio': 1.5,
                'floor': 2.0, 'reached': False}]}


class CommittedTextTest(unittest.TestCase):

    def test_is_that_of_the_committed_results(self):
        updated = report.updated(report.read_results(report.RESULTS))
        with open(report.README, encoding='utf-8') as file:
            self.assertEqual(updated, file.read(), 'run python benchmarks/report.py')


class ReplacedTest(unittest.TestCase):

    def test_between_the_comments(self):
        text = f'before\n{report.BEGIN}\nold\n{report.END}\nafter\n'
        expected = f'before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n'
        self.assertEqual(expected, report.replaced(text, 'new'))
        self.assertEqual(expected, report.replaced(expected, 'new'))

    def test_without_them(self):
        for text in ('', report.BEGIN, report.END + report.BEGIN,
                     report.BEGIN + report.END + report.END):
            with self.assertRaisesRegex(ValueError, 'expected .* and after it .*, each once'):
                report.replaced(text, 'new')


class TablesTest(unittest.TestCase):

    def test_summary(self):
        self.assertEqual('| one | 2 / 4 | 2.50 / 1.50 | – | 4.00 / 0.50 |',
                         report.summary_text({'results': RESULTS}).splitlines()[-1])

    def test_speed(self):
        text = report.full_text({'results': RESULTS})
        self.assertIn('| layer | phase | ours, ms | chain | t3f | tensorly-torch | bound |', text)
        self.assertIn('| one | forward | 2 | 2.50 | 4.50 | 4.00 | 0.50 |', text)
        self.assertIn('| one | training | 4 | 1.50 | 0.50 | – | – |', text)
        self.assertIn('Of the 2 floors of this run, 1 are missed: one training over chain is 1.5 '
                      'instead of 2.', text)
        self.assertNotIn('###', text.split('### Speed')[1])

    def test_precision(self):
        entry = {'float32': {'median_ms': 3.0}, 'bfloat16': {'median_ms': 2.0}, 'ratio': 1.5}
        precision = {'machine': {'features': ['avx2']}, 'layers': {'one': {'forward': entry}},
                     'networks': {'wide': {'skipped': 'no kernel'}}}
        text = report.full_text({'results': RESULTS, 'precision': precision})
        self.assertIn('| one | forward | 3 | 2 | 1.50 |\n| wide | step | – | – | – |', text)

    def test_regret(self):
        cases = {'one float32 forward': {'regret': {'auto': 1.25, 'measure': 1.0}, 'untried': 3,
                                         'rank_of_best': 4}}
        text = report.full_text({'results': RESULTS, 'regret': {
            'cases': cases, 'summary': summarize(cases)}})
        self.assertIn('In 0 of 1 cases there was time to try every plan', text)
        self.assertIn('| float32 forward | 1 | 1.25, 1.25 (one) | 1.00, 1.00 (one) | 4, 4 |', text)

    def test_frozen_and_building(self):
        frozen = {'workloads': {'one': {'rows': [
            {'name': 'frozen', 'median_ms': 0.5, 'file_bytes': 20480, 'memory_bytes': 10240,
             'products': 3}]}}}
        build = {'rows': [{'mode': 2, 'cores': 5, 'plan': {'median_ms': 1.0},
                           'layer': {'median_ms': 2.0}},
                          {'mode': 4, 'cores': 3, 'plan': {'median_ms': 3.0},
                           'layer': {'median_ms': 4.0}}]}
        text = report.full_text({'results': RESULTS, 'frozen': frozen, 'build_time': build})
        self.assertIn('| one | frozen | 0.5 | 20.5 | 10.2 | 3 |', text)
        self.assertIn('| 3 | – | – | 3.0 | 4.0 |\n| 5 | 1.0 | 2.0 | – | – |', text)


if __name__ == '__main__':
    unittest.main()
