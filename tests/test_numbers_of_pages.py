"""Numbers on the pages are those of the committed results."""

import json
import os
import re
import unittest

from tests import pages

PHASES = ('forward', 'training')


def result(*path):
    with open(os.path.join(pages.ROOT, *path), encoding='utf-8') as file:
        return json.load(file)


def table(page, header):
    """Returns the rows of the table that begins with a header, as lists of cells."""
    lines = pages.read(page).splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith(f'| {header}'))
    rows = []
    for line in lines[start + 2:]:
        if not line.startswith('|'):
            return rows
        rows.append([cell.strip() for cell in line.strip('|').split('|')])
    return rows


def three_digits(value):
    return f'{value:.0f}' if value >= 100 else f'{value:.3g}'


class ChoosingTest(unittest.TestCase):

    def test_times(self):
        workloads = result('benchmarks', 'results', 'results.json')['workloads']
        rows = table('docs/choosing.md', 'layer | rank | batch')
        names = ['vgg1', 'vgg100', 'mnist100', 'fc41', 'conv5x5_192_250', 'conv3x3_64_64']
        self.assertEqual(len(names), len(rows))
        for name, row in zip(names, rows):
            expected = [workloads[name][phase][kind]['median_ms'] for phase in PHASES
                        for kind in ('auto', 'dense')]
            self.assertEqual([three_digits(value) for value in expected],
                             [three_digits(float(cell)) for cell in row[3:]], name)

    def test_shapes_on_mnist(self):
        found = result('experiments', 'results', 'mnist_shapes', 'shapes.json')['networks']
        by_parameters = {network['parameters']: network for network in found
                         if network['shape'] != 'matrix rank' and network['shape'] != '32x32'}
        by_parameters.update({network['parameters']: network for network in found
                              if network['shape'] == '32x32' and network['rank'] == 4})
        rows = table('docs/choosing.md', '1024 × 1024 weights as')
        self.assertEqual(7, len(rows))
        for _, _, weights, error in rows:
            network = by_parameters[int(weights)]
            self.assertEqual(f'{network["test_error"]:.2f} ± {network["deviation"]:.2f}', error)

    def test_networks_on_cifar(self):
        runs = result('experiments', 'results', 'cifar10_conv', 'all', 'side_by_side.json')['runs']
        expected = [[str(run['parameters']), f'{run["test_accuracy"]:.2f}',
                     f'{run["step"]["median_ms"]:.0f}'] for run in runs]
        rows = table('docs/choosing.md', 'network | parameters | test accuracy')
        rows = [row[1:] for row in rows]
        self.assertEqual(4, len(rows))
        self.assertEqual([row for row in expected if row in rows], rows)

    def test_conversions_on_mnist(self):
        found = result('experiments', 'results', 'mnist_compress', 'compression.json')
        expected = {'dense': ['1048576', f'{found["dense"]["test_error"]:.2f}', '', '']}
        for layer in found['compressed']:
            expected[layer['name']] = [str(layer['parameters'])] + [
                f'{layer[key + "_error"]:.2f}' for key in (
                    'fitted', 'fitted_tuned', 'from_scratch')]
        rows = table('docs/choosing.md', 'layer | weights | converted')
        self.assertEqual(4, len(rows))
        for name, *cells in rows:
            self.assertEqual(expected[name], cells)

    def test_conversions_on_cifar(self):
        found = result('experiments', 'results', 'cifar10_compress', 'compression.json')
        self.assertEqual([[str(network['parameters'])] + [f'{100 - network[key]:.2f}' for key in (
            'fitted_error', 'fitted_tuned_error')] for network in found['networks']],
            [row[1:] for row in table('docs/choosing.md', 'converted network')])


class ComparisonTest(unittest.TestCase):

    def setUp(self):
        workloads = result('benchmarks', 'results', 'results.json')['workloads']
        self.entries = [phases for phases in workloads.values() if 't3f' in phases['training']]
        self.text = ' '.join(pages.read('docs/comparison.md').split())

    def ratios(self, phase, peers):
        """Times over ours, of the fastest of the peers, for each workload."""
        return [min(phases[phase][peer]['median_ms'] for peer in peers)
                / phases[phase]['auto']['median_ms'] for phases in self.entries]

    def assert_range(self, words, ratios):
        lowest, highest = re.search(words, self.text).groups()
        self.assertEqual((f'{min(ratios):.0f}', f'{max(ratios):.0f}'), (lowest, highest))

    def test_factors(self):
        self.assertEqual(6, len(self.entries))
        self.assert_range(r'core by core: in the six fully-connected workloads its training steps '
                          r'take (\d+) to (\d+) times', self.ratios('training', ['t3f']))
        self.assert_range(r'In the six workloads its training steps take (\d+) to (\d+) times',
                          self.ratios('training', ['tensorly']))
        paths = ['einsum_greedy', 'einsum_optimal']
        self.assert_range(r'takes (\d+) to (\d+) times as long as ours in training',
                          self.ratios('training', paths))
        self.assert_range(r'and (\d+) to (\d+) times forward', self.ratios('forward', paths))


class ScalingTest(unittest.TestCase):

    def test_bytes_of_a_step(self):
        networks = result('benchmarks', 'results', 'traffic.json')['networks']
        for row, name in zip(table('docs/scaling.md', 'layers | parameters'), ('tt', 'dense')):
            self.assertEqual(
                [f'{networks[name][key]:,.0f}' for key in (
                    'parameters', 'bytes_of_parameters', 'bytes_to_worker', 'bytes_to_server')],
                row[1:], name)
        dense, tt = (networks[name]['bytes_to_worker'] for name in ('dense', 'tt'))
        self.assertIn(f'moves {dense / tt:.0f} times fewer bytes', pages.read('docs/scaling.md'))

    def test_many_machines(self):
        series = result('benchmarks', 'results', 'growth.json')['series']
        widest = series['width']['auto']['points'][-1]
        self.assertEqual(2**20, widest['size'])
        seconds, memory = widest['ms'] / 1e3, widest['mb'] * 2**20 / 1e9
        rows = table('docs/scaling.md', 'machines | images in a step')
        self.assertEqual(['1', '8', '64'], [row[0] for row in rows])
        for row in rows:
            machines = int(row[0])
            # Round trips of 7 ms; a machine alone has none.
            step = seconds + (0.007 + 2 * machines * 4 * (8448 + 2**20) / 1.25e9) * (machines > 1)
            self.assertEqual([f'{step:.2f}', f'{100 * seconds / step:.0f} %',
                              f'{memory:.1f} GB'], [row[2]] + row[4:6])
            self.assertLess(abs(32 * machines / step - float(row[3])), 1)
        text = ' '.join(pages.read('docs/scaling.md').split())
        self.assertIn(f'`c` = {seconds / 32:.3f} s, and an image takes {memory / 32:.2f} GB', text)
        self.assertIn(f'a machine with 16 GB can take `n` = {int(16 * 32 / memory)}', text)


if __name__ == '__main__':
    unittest.main()
