"""Comparing runs: experiments/cifar10_conv/side_by_side.py as a user runs it, on small runs."""
import json
import os
import shutil

import numpy as np
from parameterized import parameterized

from experiments.cifar10_conv import (
    run_comparison,
    run_network,
    side_by_side_report,
)
from experiments.cifar10_conv.network_file import NetworkFileError
from experiments.cifar10_conv.network_flags import own_network_file
from tests.experiments.bfloat16 import unless_bfloat16
from tests.experiments.cifar10_conv_networks import SMALL_FILE, write
from tests.script_runner import ScriptTest

SETTINGS = {'epochs': 3, 'batch_size': 20, 'learning_rate': 0.1, 'schedule': 'one_cycle',
            'momentum': 0.9, 'seed': 1, 'dataset': 'cifar10', 'network': 'dense', 'opts': {},
            'towers': 1}
DENSE_ERRORS, SMALL_ERRORS = [40, 30, 20.5], [50, 33]
# 3x3x3x4 filters, 2x4 of batch normalization, 256x16+16 and 16x10+10; see SMALL_FILE.
SMALL_PARAMETERS = 108 + 8 + 4112 + 170
SMALL_PARAMETERS_WITH_8_UNITS = 108 + 8 + 2056 + 90


def history(errors, seconds_per_epoch):
    return [{'step': 5 * epoch, 'epoch': float(epoch), 'seconds': seconds_per_epoch * epoch,
             'test_error': error, 'train_error': error - 5}
            for epoch, error in enumerate(errors, start=1)]


class SideBySideTest(ScriptTest):
    script = os.path.join('experiments', 'cifar10_conv', 'side_by_side.py')

    def setUp(self):
        super().setUp()
        self.write_run('dense', {}, DENSE_ERRORS, 10, {'parameters': 10000})
        self.write_run('small', {'network': 'small', 'learning_rate': 0.02,
                                 'opts': {'units': 16, 'learning_rate': 0.02}},
                       SMALL_ERRORS, 40)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write_run(self, name, settings, errors, seconds_per_epoch, results=None):
        """Writes a run's folder as train.py does; without `results` it is not finished."""
        os.makedirs(self.path(name), exist_ok=True)
        self.write_json({'settings': dict(SETTINGS, **settings), 'seconds': 90.0,
                         'training_seconds': 80.0, 'history': history(errors, seconds_per_epoch)},
                        name, 'run.json')
        if results is not None:
            self.write_json(results, name, 'results.json')

    def write_json(self, content, *names):
        with open(self.path(*names), 'w', encoding='utf-8') as file:
            json.dump(content, file)

    def check_run(self, *arguments):
        """Returns the lines of a comparison that ends well."""
        status, out, err = self.run_script(*arguments)
        self.assertEqual((0, ''), (status, err), out)
        return out.splitlines()

    def assert_error(self, message, *arguments):
        status, _, err = self.run_script('--log_dir=out', *arguments)
        self.assertEqual(1, status)
        self.assertRegex(err, '^error: ' + message)
        self.assertEqual(1, len(err.splitlines()))
        self.assertNotIn('out', os.listdir(self.folder))

    def test_runs_without_timing(self):
        self.write_json({'parameters': 4000}, 'small', 'results.json')
        lines = self.check_run('--runs=dense,small', '--step_repetitions=0', '--log_dir=out')
        self.assertEqual('comparing the runs in dense, small; report in out', lines[0])
        # Neither network file nor TensorFlow is needed.
        self.assertEqual([
            '| network | parameters | compression | test accuracy, % | epoch | gap, points | '
            's per epoch |',
            '|---|---:|---:|---:|---:|---:|---:|',
            '| dense | 10000 | 1.00 | 79.50 | 3 of 3 |  | 10.0 |',
            '| small | 4000 | 2.50 | 67.00 | 2 of 3 | -3.00 (epoch 2) | 40.0 |'], lines[1:5])
        self.assertEqual(['side_by_side.json', 'side_by_side.md', 'side_by_side.png'],
                         sorted(os.listdir(self.path('out'))))
        with open(self.path('out', 'side_by_side.md'), encoding='utf-8') as file:
            self.assertEqual(lines[1:-2], file.read().splitlines())
        content = self.read_json('out', 'side_by_side.json')
        self.assertEqual({name: SETTINGS[name] for name in (
            'epochs', 'batch_size', 'schedule', 'momentum', 'dataset', 'towers')},
            content['settings'])
        self.assertIsNone(content['machine'])
        self.assertEqual(history(SMALL_ERRORS, 40), content['runs'][1]['history'])
        self.assertEqual([0, -3], [row['gap'] for row in content['runs']])
        self.assert_picture('out', 'side_by_side.png')

    def test_steps_are_timed_side_by_side_and_the_runs_are_not_changed(self):
        write(self.folder, 'small.py', SMALL_FILE)
        self.write_run('smaller', {'network': 'small', 'opts': {'units': 8, 'learning_rate': 0.02}},
                       SMALL_ERRORS, 40)
        before = {name: sorted(os.listdir(self.path(name))) for name in ('small', 'smaller')}
        lines = self.check_run('--runs=small,smaller', '--net_modules=small.py,small.py',
                               '--step_repetitions=3', '--log_dir=out')
        self.assertEqual(['loading TensorFlow', 'timing training steps of each network, 3 times'],
                         lines[1:3])
        self.assertRegex('\n'.join(lines[8:]), r'\n- ms per step: median of 3 timings, each the '
                         r'mean of as many training steps as fill 0\.1 s, quartiles in brackets; ')
        self.assertRegex(lines[5], rf'^\| small \(small\) \| {SMALL_PARAMETERS} \| 1.00 \|'
                         r' 67.00 \| 2 of 3 \|  \| 40.0 \| \d+ \(\d+-\d+\) \| 1.00 \|$')
        self.assertRegex(lines[6], rf'^\| small \(smaller\) \| {SMALL_PARAMETERS_WITH_8_UNITS} '
                         r'\| 1.94 \| .* \| \+0.00 \| 40.0 \| \d+ \(\d+-\d+\) \| \d+\.\d\d \|$')
        content = self.read_json('out', 'side_by_side.json')
        self.assertEqual(3, content['machine']['repetitions'])
        for row in content['runs']:
            low, high = row['step']['quartiles_ms']
            self.assertTrue(0 < low <= row['step']['median_ms'] <= high)
        self.assertEqual(before, {name: sorted(os.listdir(self.path(name))) for name in before})

    def test_help_shows_the_flags_in_groups(self):
        self.assert_help(['Runs:', 'Timing:', 'Output:'],
                         ['--runs', '--net_modules', '--step_repetitions', '--log_dir'])

    @parameterized.expand([
        ([], '--runs is needed, see --help$'),
        (['--runs=dense'], 'expected two or more different folders'),
        (['--runs=dense,dense'], 'expected two or more different folders'),
        (['--runs=dense,./dense/'], 'expected two or more different folders'),
        (['--runs=dense,small', '--net_modules=a.py'], 'expected as many --net_modules as --runs'),
        (['--runs=dense,small', '--step_repetitions=-1'], '--step_repetitions=-1'),
        (['--runs=dense,small', '--log_dir='], 'expected the name of a folder'),
    ])
    def test_flag_errors(self, arguments, message):
        for name in os.listdir(self.folder):
            shutil.rmtree(self.path(name))
        self.assert_flag_error(arguments, message)

    @parameterized.expand([
        ('epochs', 6, 'epochs is 6 here and 3 there'),
        ('batch_size', 10, 'batch_size is 10 here and 20 there'),
        ('schedule', 'paper', 'schedule is "paper" here and "one_cycle" there'),
        ('dataset', 'svhn', 'dataset is "svhn" here and "cifar10" there'),
        ('momentum', 0.8, 'momentum is 0.8 here and 0.9 there'),
        ('towers', 2, 'towers is 2 here and 1 there'),
    ])
    def test_runs_with_other_settings_are_refused(self, name, value, message):
        self.write_run('other', {name: value}, DENSE_ERRORS, 10)
        with self.assertRaisesRegex(run_comparison.RunComparisonError,
                                    f'other is not to be compared with .*dense: {message}. Only'):
            run_comparison.read_runs([self.path('dense'), self.path('other')])

    def test_learning_rate_network_options_and_seed_may_differ(self):
        self.write_run('other', {'learning_rate': 1.0, 'network': 'x', 'opts': {'a': 1}, 'seed': 2},
                       DENSE_ERRORS, 10)
        runs = run_comparison.read_runs([self.path('dense'), self.path('other')])
        self.assertEqual(['dense', 'x'], run_comparison.labels_of(runs))
        self.assertEqual([10000, None], [run.parameters for run in runs])

    def test_plan_and_precision_may_differ_and_are_told(self):
        # The run of an earlier version says neither.
        self.write_run('other', {'plan': 'measure', 'precision': 'bfloat16'}, DENSE_ERRORS, 10,
                       {'parameters': 10000})
        runs = run_comparison.read_runs([self.path('dense'), self.path('other')])
        comparison = run_comparison.compare(runs)
        self.assertEqual([('auto', 'float32'), ('measure', 'bfloat16')],
                         [(row['plan'], row['precision']) for row in comparison['runs']])
        self.assertRegex(side_by_side_report.table(comparison),
                         r'\n\n\| network \| plan \| precision \|\n.*\n'
                         r'\| dense \(.*dense\) \| auto \| float32 \|\n'
                         r'\| dense \(.*other\) \| measure \| bfloat16 \|\n$')

    def test_weights_and_shape_of_the_schedule_may_differ_and_are_told(self):
        # The first is of an earlier version and says nothing of them.
        self.write_run('other', {'initializer': 'he', 'weight_decay': 5e-4, 'warm_up': 0.1},
                       DENSE_ERRORS, 10, {'parameters': 10000})
        self.write_run('third', {'initializer': 'he', 'warm_up': 0.1}, DENSE_ERRORS, 10,
                       {'parameters': 10000})
        runs = run_comparison.read_runs([self.path(name) for name in ('dense', 'other', 'third')])
        comparison = run_comparison.compare(runs)
        self.assertEqual([('xavier', 0), ('he', 5e-4), ('he', 0)],
                         [(row['initializer'], row['weight_decay']) for row in comparison['runs']])
        text = side_by_side_report.table(comparison)
        self.assertRegex(text, r'\n\n\| network \| warm up \| initializer \| weight decay \|\n.*\n'
                               r'\| .*dense\) \| 0\.25 \| xavier \| 0 \|\n'
                               r'\| .*other\) \| 0\.1 \| he \| 0\.0005 \|\n'
                               r'\| .*third\) \| 0\.1 \| he \| 0 \|\n$')
        self.assertNotIn('factor', text)
        text = side_by_side_report.table(run_comparison.compare(runs[1:]))
        self.assertRegex(text, r'\nAll runs: .*, warm up 0\.1, initializer he\.\n'
                               r'\n\| network \| weight decay \|\n')

    def test_what_all_have_in_common_is_told_once(self):
        text = side_by_side_report.table(run_comparison.compare(
            run_comparison.read_runs(self.write_networks_of_the_paper())))
        self.assertRegex(text, r'\n\nAll runs: data set cifar10, 3 epochs, batches of 20, schedule '
                               r'one_cycle, .*, plan auto, precision float32\.\n$')

    def write_networks_of_the_paper(self):
        """Writes runs of both dense networks and of networks that name them; returns folders."""
        for name, network, dense, parameters, error in (
                ('a', 'conv-fc', None, 13934538, 9.0),
                ('b', 'TT-conv-TT-fc', 'conv-fc.py', 334554, 10.5),
                ('c', 'conv', None, 557258, 8.0),
                ('d', 'TT-conv', 'nets/conv.py', 172528, 10.0),
                ('e', 'TT-conv-TT-fc', 'conv-fc.py', 168154, 11.0)):
            opts = {} if dense is None else {'dense_network': dense}
            self.write_run(name, {'network': network, 'opts': opts}, [30, 20, error], 10,
                           {'parameters': parameters})
        return [self.path(name) for name in 'abcde']

    def test_each_run_is_compared_with_its_dense_counterpart(self):
        runs = run_comparison.read_runs(self.write_networks_of_the_paper())
        comparison = run_comparison.compare(runs)
        rows = comparison['runs']
        self.assertEqual(['conv-fc', 'conv-fc', 'conv', 'conv', 'conv-fc'],
                         [row['baseline'] for row in rows])
        self.assertEqual([0, -1.5, 0, -2, -2], [row['gap'] for row in rows])
        self.assertEqual([90.5, 89.7, 90.7, 89.3, 89.4], [row['paper'] for row in rows])
        self.assertEqual([0, -0.8, 0, -1.4, -1.1], [row['paper_gap'] for row in rows])
        lines = side_by_side_report.table(comparison).splitlines()
        self.assertEqual(
            "| network | parameters | compression | paper, % | test accuracy, % | epoch | "
            "paper's gap | gap, points | s per epoch |", lines[0])
        self.assertEqual(['| conv | 557258 | 1.00 | 90.7 | 92.00 | 3 of 3 |  |  | 10.0 |',
                          '| TT-conv | 172528 | 3.23 | 89.3 | 90.00 | 3 of 3 | -1.4 | -2.00 | '
                          '10.0 |'], lines[4:6])
        folder = os.path.join(self.folder, '')
        self.assertIn(f'conv-fc is the baseline of TT-conv-TT-fc ({folder}b), TT-conv-TT-fc '
                      f'({folder}e). conv is the baseline of TT-conv.', lines)

    def test_the_baseline_is_the_dense_run_with_the_most_settings_in_common(self):
        folders = self.write_networks_of_the_paper()
        for name, network, opts in (('f', 'conv-fc', {}),
                                    ('g', 'TT-conv-TT-fc', {'dense_network': 'conv-fc.py'})):
            self.write_run(name, {'network': network, 'opts': opts, 'precision': 'bfloat16'},
                           [30, 20, 9.5], 10, {'parameters': 1000})
        runs = run_comparison.read_runs(folders + [self.path('f'), self.path('g')])
        self.assertEqual(['a', 'a', 'c', 'c', 'a', 'f', 'f'],
                         [os.path.basename(run_comparison.baseline_of(run, runs).folder)
                          for run in runs])

    def test_lines_differ_without_their_colours(self):
        runs = run_comparison.compare(run_comparison.read_runs(
            self.write_networks_of_the_paper()))['runs']
        settings = dict(SETTINGS, epochs=30)
        figure = side_by_side_report.draw({'settings': settings, 'runs': runs * 6})
        for axes in figure.axes[:2]:
            looks = {(line.get_marker(), line.get_linestyle()) for line in axes.lines}
            self.assertEqual(30, len(looks))
        np.testing.assert_array_equal([70, 80, 89.5], figure.axes[0].lines[1].get_ydata())
        np.testing.assert_array_equal([75, 85, 94.5], figure.axes[1].lines[1].get_ydata())

    def test_steps_are_timed_with_plan_and_precision_of_the_run(self):
        write(self.folder, 'small.py', SMALL_FILE)
        self.write_run('half', {'network': 'small', 'opts': {'units': 16, 'learning_rate': 0.02},
                                'precision': 'bfloat16', 'plan': 'chain'}, SMALL_ERRORS, 40)
        arguments = ['--runs=small,half', '--net_modules=small.py,small.py', '--step_repetitions=3']
        if unless_bfloat16():
            self.assert_error('half: the run cannot be timed here, pass --step_repetitions=0 '
                              r'\(--precision=bfloat16: TensorFlow ', *arguments)
        else:
            self.assertRegex(self.check_run('--log_dir=out', *arguments)[6],
                             r'^\| small \(half\) .* \| \d+ \(\d+-\d+\) \| \d+\.\d\d \|$')

    @parameterized.expand([
        ('run.json', '{', 'broken: run.json is damaged'),
        ('run.json', '[]', 'broken: run.json is damaged'),
        ('run.json', '{"settings": {}}', 'broken: run.json is damaged .no `history`'),
        ('run.json', '{"settings": {"epochs": 1}, "history": []}',
         'broken: run.json lacks the settings batch_size, schedule.*not of a run of cifar10_conv'),
        ('run.json', json.dumps({'settings': SETTINGS, 'history': []}),
         'broken: run.json has no evaluation yet; wait'),
        ('run.json', json.dumps({'settings': SETTINGS, 'history': [{'epoch': 1.0}]}),
         'broken: run.json is damaged .no `seconds`'),
        ('run.json', json.dumps({'settings': SETTINGS, 'history': [
            dict(history([1], 1)[0], epoch=0.5)]}), 'broken: no epoch is measured both here and'),
        ('run.json', json.dumps({'settings': SETTINGS, 'history': [
            dict(history([1], 1)[0], epoch=0)]}), 'broken: run.json is damaged .the epoch of a'),
        ('run.json', json.dumps({'settings': dict(SETTINGS, pretrained='x'), 'history': []}),
         'broken: a run of train_with_pretrained_convs.py'),
        ('run.json', json.dumps({'settings': dict(SETTINGS, plan='fast'), 'history': []}),
         "broken: run.json is damaged .the plan is 'fast'"),
        ('results.json', '{}', 'broken: results.json is damaged .no `parameters`'),
    ])
    def test_a_broken_run_is_named(self, file, text, message):
        self.write_run('broken', {}, DENSE_ERRORS, 10, {'parameters': 1})
        write(self.path('broken'), file, text)
        with self.assertRaisesRegex(run_comparison.RunComparisonError, message):
            run_comparison.read_runs([self.path('dense'), self.path('broken')])

    def test_a_network_file_is_found_by_its_name_too(self):
        self.write_run('conv', {'network': 'conv'}, DENSE_ERRORS, 10)
        runs = run_comparison.read_runs([self.path('dense'), self.path('conv')])
        with open(self.path('dense.py'), 'w'):
            pass
        dense, conv = run_network.paths_of(runs, [self.path('dense.py'), 'conv'])
        self.assertEqual(self.path('dense.py'), dense)
        self.assertEqual(own_network_file('conv'), conv)

    def test_errors_are_a_line_and_nothing_is_written(self):
        self.assert_error('nothing: no run.json there; pass the --log_dir', '--runs=dense,nothing')
        self.assert_error('dense: no file .*dense.py of its network dense; .*--net_modules',
                          '--runs=dense,small')
        write(self.folder, 'dense.py', SMALL_FILE)
        write(self.folder, 'small.py', SMALL_FILE)
        self.assert_error('dense: its network is dense, got the file small.py; .*in the order',
                          '--runs=dense,small', '--net_modules=small.py,dense.py')

    def test_a_network_file_that_was_changed_since_the_run_is_refused(self):
        run = run_comparison.read_runs([self.path('dense')])[0]
        network = run_network.load(run, write(self.folder, 'dense.py', SMALL_FILE))
        with self.assertRaisesRegex(
                NetworkFileError, f'dense.py has {SMALL_PARAMETERS} parameters, but the run in '
                '.*dense had 10000; the file was changed since'):
            run_network.checked_parameters(run, network)

    def test_the_ratio_is_that_of_the_medians(self):
        self.write_json({'parameters': 4000}, 'small', 'results.json')
        runs = run_comparison.read_runs([self.path('small'), self.path('dense')])
        steps = [{'median_ms': 200.0, 'quartiles_ms': [190.0, 215.0]},
                 {'median_ms': 500.0, 'quartiles_ms': [480.0, 510.0]}]
        machine = {'repetitions': 7, 'tensorflow': '2', 'cores': 2}
        comparison = run_comparison.compare(runs, {'steps': steps, 'machine': machine})
        lines = side_by_side_report.table(comparison).splitlines()
        self.assertEqual(
            ['| small | 4000 | 1.00 | 67.00 | 2 of 3 |  | 40.0 | 200 (190-215) | 1.00 |',
             '| dense | 10000 | 0.40 | 79.50 | 3 of 3 | +3.00 (epoch 2) | 10.0 | 500 (480-510) | '
             '2.50 |'], lines[2:4])
        self.assertIn('- ratio: of the median to that of the baseline', lines)
        self.assertEqual(['| network | learning rate |', '|---|---|', '| small | 0.02 |',
                          '| dense | 0.1 |'], lines[-4:])
