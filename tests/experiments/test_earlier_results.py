"""Results of before there were plan and precision, such as the committed ones, can be read."""
import json
import os
import unittest

from parameterized import parameterized

from experiments.cifar10_conv import side_by_side_report
from experiments.mnist import shapes_report
from experiments.vgg import timing_table

RESULTS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))), 'experiments', 'results')


def without(content, names):
    """JSON values without the entries of these names."""
    if isinstance(content, dict):
        return {name: without(value, names) for name, value in content.items()
                if name not in names}
    if isinstance(content, list):
        return [without(value, names) for value in content]
    return content


class EarlierResultsTest(unittest.TestCase):

    @parameterized.expand([
        ('mnist_shapes/shapes', shapes_report.table, 'plan: auto, precision: float32'),
        ('cifar10_conv/all/side_by_side', side_by_side_report.table,
         'plan auto, precision float32'),
        ('vgg/vgg_table3', timing_table.table, 'The plan of `tt` is auto'),
    ])
    def test_a_table(self, name, table, said):
        path = os.path.join(RESULTS, name)
        with open(path + '.json', encoding='utf-8') as file:
            text = table(without(json.load(file), ('plan', 'precision')))
        self.assertIn(said, ' '.join(text.split()))
        with open(path + '.md', encoding='utf-8') as file:
            rows = [line for line in file.read().splitlines() if line.startswith('|')]
        self.assertEqual(rows, [line for line in text.splitlines() if line.startswith('|')])
