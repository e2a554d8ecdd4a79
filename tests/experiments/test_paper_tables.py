"""The tables of both papers in experiments/README.md."""
import json
import os
import sys
import unittest

from parameterized import parameterized

from experiments import paper_tables
from tests import prepared_python
from tests.script_runner import ROOT

ROWS = {'mnist': 24, 'wide': 12, 'vgg sizes': 8, 'vgg times': 4, 'network 1': 7, 'network 2': 9}


class PaperTablesTest(unittest.TestCase):

    def test_the_page_has_the_committed_results(self):
        with open(paper_tables.PAGE, encoding='utf-8') as file:
            text = file.read()
        self.assertEqual(paper_tables.filled(text), text, 'run python -m experiments.paper_tables')
        for name in paper_tables.TABLES:
            self.assertEqual(1, text.count(f'<!-- table: {name} -->'), name)

    @parameterized.expand(sorted(ROWS.items()))
    def test_tables_are_whole(self, name, rows):
        lines = paper_tables.TABLES[name]().splitlines()
        self.assertEqual(rows + 2, len(lines))
        self.assertEqual({lines[0].count('|')}, {line.count('|') for line in lines})

    def test_gaps(self):
        results = {}
        for name in ('conv', 'TT-conv'):
            path = os.path.join(paper_tables.RESULTS, 'cifar10_conv', name, 'results.json')
            with open(path, encoding='utf-8') as file:
                results[name] = json.load(file)
        row = next(line for line in paper_tables.convolutional('conv').splitlines()
                   if line.startswith('| TT-conv | 172528 |'))
        cells = [cell.strip() for cell in row.strip('|').split('|')]
        accuracies = [100 - results[name]['test_error'] for name in ('conv', 'TT-conv')]
        self.assertEqual(['3.23', '89.3', f'{accuracies[1]:.2f}', f'{accuracies[1] - 89.3:+.2f}',
                          '-1.4', f'{accuracies[1] - accuracies[0]:+.2f}', '30'], cells[2:9])

    def test_networks_of_our_own_stand_below_those_of_the_paper(self):
        own = [('TT-conv-TT-fc-balanced', '41.96'), ('TT-conv-TT-fc-balanced-82.91', '82.91')]
        rows = paper_tables.convolutional('conv-fc').splitlines()[-len(own):]
        for (folder, compression), row in zip(own, rows):
            path = os.path.join(paper_tables.RESULTS, 'cifar10_conv', folder, 'results.json')
            with open(path, encoding='utf-8') as file:
                results = json.load(file)
            self.assertEqual(
                ['TT-conv-TT-fc-balanced', str(results['parameters']), compression, '',
                 f'{100 - results["test_error"]:.2f}', '', ''],
                [cell.strip() for cell in row.strip('|').split('|')][:7])

    def test_a_run_on_trained_convolutions_is_not_one_from_scratch(self):
        row = next(line for line in paper_tables.convolutional('conv-fc').splitlines()
                   if line.startswith('| conv-TT-fc | 663194 |'))
        path = os.path.join(paper_tables.RESULTS, 'cifar10_conv', 'pretrained', 'results.json')
        with open(path, encoding='utf-8') as file:
            self.assertNotIn(f'{100 - json.load(file)["test_error"]:.2f}', row)

    @parameterized.expand([('--help', 0), ('--page', 2)])
    def test_an_argument_writes_nothing(self, argument, status):
        before = os.stat(paper_tables.PAGE).st_mtime_ns
        done = prepared_python.run(
            [sys.executable, '-m', 'experiments.paper_tables', argument], cwd=ROOT,
            stdout=prepared_python.PIPE, stderr=prepared_python.PIPE, universal_newlines=True)
        self.assertEqual(status, done.returncode, done.stderr)
        self.assertNotIn('Traceback', done.stderr)
        self.assertEqual(before, os.stat(paper_tables.PAGE).st_mtime_ns)


if __name__ == '__main__':
    unittest.main()
