"""Figure 1: its parameter counts, its report, and experiments/mnist/shapes.py as a user runs it."""
import contextlib
import gzip
import io
import json
import os
import re
import tempfile
import unittest

import numpy as np
from parameterized import parameterized

from experiments.common.errors import DivergenceError
from experiments.common.image_set import image_set
from experiments.common.report_files import write_report
from experiments.common.run import RunOptions
from experiments.common.run_folder import WrongLogDirError
from experiments.mnist import recipe, shapes_paper, shapes_report, shapes_sweep
from experiments.mnist.shapes_paper import FIGURE_1
from tests.experiments.mnist_data import idx_bytes
from tests.script_runner import ScriptTest

NETWORKS = 24

OPTIONS = recipe.Options(layer=None, inp_modes=None, out_modes=None, ranks=None, epochs=1,
                         batch_size=10, learning_rate=0.01, seed=1)


def tiny_data():
    """Forty training and ten test images, each a square in a place that depends on its label."""
    random = np.random.RandomState(0)
    images = random.randint(0, 60, (50, 28, 28)).astype(np.uint8)
    labels = (np.arange(50) % 10).astype(np.uint8)
    for image, label in zip(images, labels):
        row, column = 2 + label // 5 * 12, 2 + label % 5 * 5
        image[row:row + 5, column:column + 5] = 255
    return images[:40], labels[:40], images[40:], labels[40:]


class ParametersTest(unittest.TestCase):

    @parameterized.expand([(shapes_paper.name(point), point) for point in FIGURE_1])
    def test_the_built_graph_has_the_paper_s_number_of_weights(self, _, point):
        data = image_set('mnist', *tiny_data())
        options = shapes_sweep.layer_options(point, OPTIONS)
        self.assertEqual(point.parameters, shapes_sweep.hidden_weights(data, options))

    def test_every_network_is_another(self):
        self.assertEqual(NETWORKS, len(FIGURE_1))
        folders = {shapes_sweep.folder(point, number, 1 + number)
                   for point in FIGURE_1 for number in range(3)}
        self.assertEqual(3 * NETWORKS, len(folders))

    def test_the_first_seed_s_folder_does_not_name_it(self):
        point = shapes_paper.Point('4^5', 2, 256, 2.4)
        self.assertEqual(['4^5_rank_2', '4^5_rank_2_seed_8'],
                         [shapes_sweep.folder(point, number, 7 + number) for number in range(2)])


class SweepTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_divergence_stops_the_sweep_and_names_the_network(self):
        data = image_set('mnist', *tiny_data())
        points = [point for point in FIGURE_1 if point.shape == '4x8x8x4'][:2]
        # At this rate Adam's first step takes the cores, and their product, out of float32.
        options = OPTIONS._replace(learning_rate=1e30)
        with self.assertRaisesRegex(
                DivergenceError, '^4x8x8x4 rank 1, seed 1: the loss is .*last good one.*'
                                 '0 of 2 networks are complete$'):
            shapes_sweep.train_networks(data, points, options, 1,
                                        RunOptions(self.folder, report=lambda line: None))
        self.assertEqual(['4x8x8x4_rank_1'], os.listdir(self.folder))

    def sweep(self, seeds, options=OPTIONS):
        """Returns the result of a sweep of two networks, and which of them were trained."""
        points = [point for point in FIGURE_1 if point.shape == '4x8x8x4'][:2]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            results = shapes_sweep.train_networks(
                image_set('mnist', *tiny_data()), points, options, seeds,
                RunOptions(self.folder))
        trained, which = [], None
        for line in out.getvalue().splitlines():
            which = line.split(': ')[1] if line.startswith('network ') else which
            if line.startswith('epoch 1/1'):
                trained.append(which)
        return results, trained

    def test_more_seeds_keep_the_runs_of_the_first(self):
        first, trained = self.sweep(1)
        self.assertEqual(['4x8x8x4 rank 1, seed 1', '4x8x8x4 rank 2, seed 1'], trained)
        self.assertEqual([None, None], [entry['deviation'] for entry in first['networks']])
        results, trained = self.sweep(3)
        self.assertEqual([f'4x8x8x4 rank {rank}, seed {seed}' for seed in (2, 3)
                          for rank in (1, 2)], trained)
        self.assertEqual((1, 3), (results['recipe']['seed'], results['recipe']['seeds']))
        for before, entry in zip(first['networks'], results['networks']):
            errors = entry['test_errors']
            self.assertEqual(before['test_errors'], errors[:1])
            self.assertEqual(3, len(errors))
            self.assertAlmostEqual(np.mean(errors), entry['test_error'], places=3)
            self.assertAlmostEqual(np.std(errors, ddof=1), entry['deviation'], places=3)
        self.assertTrue(any(entry['deviation'] for entry in results['networks']))
        self.assertEqual((results, []), self.sweep(3))

    def test_runs_of_before_there_were_recipes_to_choose_from(self):
        options = OPTIONS._replace(initializer='xavier', dropout=0.4, label_smoothing=0.05,
                                   shift=0)
        self.sweep(1, options)
        path = os.path.join(self.folder, '4x8x8x4_rank_2', 'run.json')
        with open(path) as file:
            record = json.load(file)
        for name in ('initializer', 'dropout', 'label_smoothing', 'shift'):
            del record['settings'][name]
        with open(path, 'w') as file:
            json.dump(record, file)
        self.assertEqual([], self.sweep(1, options)[1])
        with self.assertRaisesRegex(WrongLogDirError, 'other settings: dropout was 0.4 and is now '
                                                      '0.3'):
            self.sweep(1, options._replace(dropout=0.3))


class TableTest(unittest.TestCase):

    def results(self, dataset):
        return {
            'dataset': dataset, 'tensorflow': '1.15.5',
            'recipe': {'epochs': 20, 'batch_size': 100, 'learning_rate': 0.01, 'seed': 1},
            'networks': [
                {'shape': '4x8x8x4', 'rank': 2, 'parameters': 576, 'test_error': 1.994,
                 'test_errors': [1.9, 2.0, 2.082], 'deviation': 0.0911,
                 'paper_test_error': 1.64, 'train_error': 1.0, 'seconds': 40.4},
                {'shape': 'matrix rank', 'rank': 1, 'parameters': 2048, 'test_error': 53.36,
                 'paper_test_error': 66.0, 'train_error': 53.0, 'seconds': 24.0},
                {'shape': 'uncompressed', 'rank': None, 'parameters': 1048576, 'test_error': 0.0,
                 'paper_test_error': 1.9, 'train_error': 0.0, 'seconds': 70.0}]}

    def test_golden_rows(self):
        lines = shapes_report.table(self.results('mnist')).splitlines()
        self.assertEqual([
            '| 4x8x8x4 | 2 | 576 | 1.99 | 0.09 | 1.64 | +0.35 | 40 |',
            '| matrix rank | 1 | 2048 | 53.36 |  | 66 | -12.64 | 24 |',
            '| uncompressed |  | 1048576 | 0.00 |  | 1.9 | -1.90 | 70 |'], lines[2:5])
        self.assertRegex(lines[6], '^Test errors on mnist, of one seed; epochs: 20, .*'
                                   'initializer: xavier, dropout: 0.4, .* took 134 s in all')

    def test_the_legend_says_how_many_seeds_and_which_recipe(self):
        results = self.results('mnist')
        results['recipe'].update(seeds=3, dropout=0.2)
        self.assertRegex(
            shapes_report.table(results).splitlines()[6],
            '^Test errors on mnist, means and standard deviations of 3 seeds, which count up .*; .*'
            'seed: 1, .*dropout: 0.2, ')

    @parameterized.expand([('mnist', 0), ('mnist[:20000]', 1), ('digits', 1)])
    def test_only_the_whole_of_mnist_is_compared_with_the_paper(self, dataset, warnings):
        text = shapes_report.table(self.results(dataset))
        self.assertEqual(warnings, text.count('not to be compared with the paper'))

    def test_an_error_of_zero_can_be_drawn(self):
        with tempfile.TemporaryDirectory() as folder:
            results = self.results('mnist')
            closing = write_report(folder, shapes_report.STEM, shapes_report.table(results),
                                   results, shapes_report.draw(results))
            self.assertEqual(f'shapes.md, shapes.json and shapes.png are in {folder}', closing)
            self.assertEqual(['shapes.json', 'shapes.md', 'shapes.png'],
                             sorted(os.listdir(folder)))


class ShapesScriptTest(ScriptTest):
    script = 'experiments/mnist/shapes.py'

    def write_data(self):
        names = ('train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz',
                 't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz')
        os.mkdir(os.path.join(self.folder, 'data'))
        for name, array in zip(names, tiny_data()):
            with gzip.open(os.path.join(self.folder, 'data', name), 'wb') as file:
                file.write(idx_bytes(array))

    def test_an_interrupted_run_is_resumed_and_a_complete_one_repeats_nothing(self):
        self.write_data()
        arguments = ['--quick', '--shapes=4^5,matrix rank,uncompressed', '--data_dir=data',
                     '--batch_size=10', '--log_dir=run']
        out = self.interrupt(self.start(*arguments), 'network 3 of 8')
        match = re.search(r': interrupted .*\. (\d) of 8 networks are complete; the same command '
                          'keeps', out.splitlines()[-1])
        self.assertIsNotNone(match, out)
        # The network that the signal was meant for, or one after it: it takes a moment to arrive.
        self.assertGreaterEqual(int(match.group(1)), 2)
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'run', 'quick', 'shapes.md')))

        status, out, err = self.run_script(*arguments)
        self.assertEqual(0, status, err)
        self.assertRegex(out.splitlines()[0], '^figure 1: 8 MNIST networks, 1 seed,')
        self.assertIn('the run in run/quick/4^5_rank_2 is complete', out)
        self.assertGreaterEqual(out.count('is complete'), int(match.group(1)))
        self.assertEqual(8, out.count('is complete') + out.count('epoch 1/1'))
        self.check_report(out)

        before = self.read('shapes.json')
        status, out, err = self.run_script(*arguments)
        self.assertEqual(0, status, err)
        self.assertNotIn('epoch 1/1', out)
        self.assertEqual(before, self.read('shapes.json'))

    def test_restart_trains_again(self):
        self.write_data()
        arguments = ['--quick', '--shapes=uncompressed', '--data_dir=data', '--batch_size=10',
                     '--log_dir=run']
        for restart in ([], ['--restart']):
            status, out, err = self.run_script(*(arguments + restart))
            self.assertEqual(0, status, err)
            self.assertNotIn('is complete', out)
            self.assertEqual(1, out.count('epoch 1/1'))

    def check_report(self, out):
        results = json.loads(self.read('shapes.json').decode())
        self.assertEqual(1, results['recipe']['seeds'])
        self.assertEqual(
            [(point.shape, point.rank, point.parameters, point.test_error) for point in FIGURE_1
             if point.shape in ('4^5', 'matrix rank', 'uncompressed')],
            [(entry['shape'], entry['rank'], entry['parameters'], entry['paper_test_error'])
             for entry in results['networks']])
        text = self.read('shapes.md').decode()
        self.assertEqual(shapes_report.table(results), text)
        self.assertIn(text, out)
        self.assert_picture('run', 'quick', 'shapes.png')

    def read(self, name):
        with open(os.path.join(self.folder, 'run', 'quick', name), 'rb') as file:
            return file.read()

    @parameterized.expand([
        ('--quick=maybe', '--quick=maybe'),
        ('--shapes=4^5,3^7', r'--shapes=.*expected shapes of the figure: 32x32, 4x8x8x4, 4\^5'),
        ('--shapes=', '--shapes=.*expected shapes of the figure'),
        ('--dataset=cifar', '--dataset=cifar: value should be one of'),
        ('--epochs=0', '--epochs=0'),
        ('--seeds=0', '--seeds=0'),
        ('--initializer=lecun', '--initializer=lecun: value should be one of'),
        ('--shift=-1', '--shift=-1'),
        ('--dropout=1', '--dropout=.*expected a number from 0 to less than 1'),
        ('--learning_rate=inf', '--learning_rate=inf.*expected a positive number'),
        ('--ranks=2', "flag 'ranks'"),
        ('2', "unexpected argument '2'"),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)

    def test_a_batch_larger_than_the_data_is_an_error(self):
        self.write_data()
        status, _, err = self.run_script('--data_dir=data', '--batch_size=41')
        self.assertEqual(1, status)
        self.assertRegex(err, '^error: flag --batch_size=41: expected at most 40')

    def test_help_shows_the_flags_in_groups(self):
        status, out, _ = self.run_script('--help')
        self.assertEqual(0, status)
        names = [line.split(':')[0].strip() for line in out.splitlines() if line.startswith('  --')]
        self.assertEqual([
            '--shapes', '--seeds', '--quick', '--dataset', '--data_dir', '--epochs',
            '--batch_size', '--learning_rate', '--seed', '--log_dir', '--restart', '--initializer',
            '--dropout', '--label_smoothing', '--shift', '--plan', '--precision'], names)
        self.assertIn('not to be compared with the paper', out)


if __name__ == '__main__':
    unittest.main()
