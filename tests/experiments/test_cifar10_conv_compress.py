"""Runs experiments/cifar10_conv/compress.py as a user does, on a small network and few images."""
import json
import os
import shutil

import numpy as np
from parameterized import parameterized

from experiments.cifar10_conv import fine_tuning, network_file
from tensornet import convert
from tensornet.checkpoints import Checkpoint
from tests.experiments.cifar10_conv_networks import images, write, write_cifar
from tests.script_runner import ScriptTest

HEAD = '''
import tensorflow.compat.v1 as tf
from experiments.cifar10_conv import architecture
from experiments.cifar10_conv.augmentation import aug_eval, aug_train, aug_train_batch
from experiments.cifar10_conv.classification import evaluation, losses
from tensornet.layers import batch_normalization


def inference(images, train_phase, cpu_variables=False):
    convolution, fully_connected = layers()
    layer = images[:, ::4, ::4]
    for add, name in ((architecture.dense_convolution(), '1.1'), (convolution, '1.2')):
        layer = add(layer, 4, name, 'SAME', cpu_variables)
        layer = tf.nn.relu(batch_normalization(layer, train_phase, scope='bn' + name))
    layer = tf.reshape(layer, [-1, 256])
    layer = tf.nn.relu(batch_normalization(fully_connected(layer, 16, 1, cpu_variables),
                                           train_phase, scope='bn4.1'))
    return architecture.class_logits(layer, cpu_variables, 'linear4.3')
'''

DENSE = HEAD + '''
opts = {'learning_rate': 0.02}


def layers():
    return architecture.dense_convolution(), architecture.dense_layer()
'''

TT = HEAD + '''
opts = {'learning_rate': 0.02, 'dense_network': 'dense.py',
        'inp_modes': {'1.2': [2, 2]}, 'out_modes': {'1.2': [2, 2]}, 'ranks': {'1.2': RANKS},
        'fc_inp_modes': [[16, 16]], 'fc_out_modes': [[4, 4]], 'fc_ranks': [[1, RANK, 1]]}


def layers():
    return (architecture.tt_convolution(opts['inp_modes'], opts['out_modes'], opts['ranks']),
            architecture.tt_layer(opts['fc_inp_modes'], opts['fc_out_modes'], opts['fc_ranks']))
'''

RUN = ['--dense_dir=dense', '--data_dir=.', '--batch_size=20', '--log_dir=run']


class CompressTest(ScriptTest):
    script = 'experiments/cifar10_conv/compress.py'

    def setUp(self):
        super().setUp()
        write_cifar(self.folder, images())
        write(self.folder, 'dense.py', DENSE)
        write(self.folder, 'small.py', TT.replace('RANKS', '[4, 4, 1]').replace('RANK', '2'))
        write(self.folder, 'exact.py', TT.replace('RANKS', '[9, 4, 1]').replace('RANK', '64'))

    def train(self, network, folder):
        self.script = 'experiments/cifar10_conv/train.py'
        status, _, err = self.run_script(
            f'--net_module={network}.py', f'--log_dir={folder}', '--data_dir=.', '--epochs=4',
            '--batch_size=20')
        self.assertEqual((0, ''), (status, err))
        self.script = type(self).script

    def compress(self, *arguments):
        status, out, err = self.run_script(*RUN, '--epochs=1', '--fit_batches=20',
                                           '--statistics_batches=20', *arguments)
        self.assertEqual((0, ''), (status, err))
        return self.read_json('run', 'compression.json'), out

    def test_a_run_and_the_same_command_again(self):
        self.train('dense', 'dense')
        self.train('small', 'scratch')
        arguments = ['--net_modules=small.py,exact.py', '--scratch_dirs=scratch']
        results, out = self.compress(*arguments)
        with open(os.path.join(self.folder, 'run', 'compression.md')) as file:
            text = file.read()
        self.assertIn(text, out)
        self.assertEqual(fine_tuning.table(results), text)
        self.assertIn('to its right. Before fine-tuning measured in float32.', text)
        small, exact = results['networks']
        self.check_exact(exact, results['dense'])
        self.check_small(small)
        self.assertNotIn('scratch_error', exact)

        # All of it may be moved.
        shutil.move(os.path.join(self.folder, 'run'), os.path.join(self.folder, 'moved'))
        status, out, err = self.run_script(
            *RUN[:-1], '--log_dir=moved', '--epochs=1', '--fit_batches=20',
            '--statistics_batches=20', *arguments)
        self.assertEqual((0, ''), (status, err))
        self.assertNotIn('epoch 1/', out)
        self.assertNotIn('relative error', out)
        self.assertIn(text, out)

        # Another conversion is another start: what was trained from the one before does not count.
        status, out, err = self.run_script(
            *RUN[:-1], '--log_dir=moved', '--epochs=1', '--fit_batches=20',
            '--statistics_batches=10', *arguments)
        self.assertEqual(1, status)
        self.assertRegex(err, r'^error: --log_dir=moved/small/statistics_tuned holds a run with '
                              r'other settings: pretrained was "statistics \w{12}" and is now '
                              r'"statistics \w{12}". Pass --restart')

    def check_exact(self, entry, dense):
        """Asserts that full ranks give the dense network, averaged weights and all."""
        self.assertAlmostEqual(entry['svd_error'], dense['test_error'], places=3)
        self.assertLess(max(layer['relative_error'] for layer in entry['svd_layers']), 1e-5)
        checkpoint = Checkpoint(os.path.join(self.folder, 'run', 'exact', 'svd', 'model.ckpt'))
        before = Checkpoint(os.path.join(self.folder, 'dense'))
        cores = {name: checkpoint.read(f'inference/tt4.1/{name}')
                 for name in ('mat_core_1', 'mat_core_2')}
        np.testing.assert_allclose(
            convert.tt_to_dense(cores, [16, 16], [4, 4]),
            before.read('inference/linear4.1/weights/ExponentialMovingAverage'), atol=1e-5)
        for name in ('moving_mean', 'moving_variance', 'local_step'):
            np.testing.assert_array_equal(checkpoint.read(f'inference/bn1.2/{name}'),
                                          before.read(f'inference/bn1.2/{name}'))

    def check_small(self, entry):
        """Asserts that a fit helps each layer, and that all columns are there."""
        self.assertEqual(['inference/tt_conv1.2', 'inference/tt4.1'],
                         [layer['scope'] for layer in entry['fitted_layers']])
        for layer in entry['fitted_layers']:
            self.assertLess(layer['output_errors']['after'], layer['output_errors']['before'])
        for kind in ('svd', 'statistics', 'statistics_tuned', 'fitted', 'fitted_tuned', 'scratch'):
            self.assertTrue(0 <= entry[f'{kind}_error'] <= 100)
        checkpoint = Checkpoint(os.path.join(self.folder, 'run', 'small', 'statistics',
                                             'model.ckpt'))
        self.assertEqual(20, int(checkpoint.read('inference/bn1.2/local_step')))

    def test_only_layers_of_few_inputs_are_fitted(self):
        self.train('dense', 'dense')
        results, _ = self.compress('--net_modules=small.py', '--fit_rows=255')
        entry, = results['networks']
        self.assertEqual([True, False], ['output_errors' in layer
                                         for layer in entry['fitted_layers']])

    def test_another_dense_network_is_an_error(self):
        self.train('small', 'dense')
        status, _, err = self.run_script(*RUN, '--net_modules=exact.py')
        self.assertEqual(1, status)
        self.assertRegex(err, '^error: dense/model.ckpt-12 has no inference/conv1.2/filters')

    @parameterized.expand([
        ('--net_modules=none', '--net_modules=.*no such file: none'),
        ('--net_modules=', '--net_modules=.*expected one or more network files'),
        ('--statistics_batches=0', '--statistics_batches=0'),
        ('--net_modules=conv-fc,conv-fc', '--net_modules=.*of different names'),
    ])
    def test_a_bad_value_names_the_flag(self, argument, message):
        status, _, err = self.run_script('--dense_dir=x', argument)
        self.assertEqual(2, status)
        self.assertRegex(err, '^error: .*' + message)

    @parameterized.expand([
        ('of another network', ['other'], r'other is a run of dense with the options {.*}, '
         'expected one of small with the options in its file'),
        ('with other options', ['ranks'], 'ranks is a run of small with the options {}, expected'),
        ('of the same network', ['one', 'two'], 'two is another run of small with the same'),
    ])
    def test_runs_from_scratch_must_be_those_of_the_networks(self, _, folders, message):
        opts = network_file.load(os.path.join(self.folder, 'small.py')).plain_opts()
        for folder, network, its in (('dense', 'dense', {}), ('other', 'dense', opts),
                                     ('ranks', 'small', {}), ('one', 'small', opts),
                                     ('two', 'small', opts)):
            os.mkdir(os.path.join(self.folder, folder))
            results = dict(network=network, opts=its, dataset='cifar10', epochs=1, parameters=1,
                           learning_rate=0.1, test_error=5.0, seconds=1.0)
            write(os.path.join(self.folder, folder), 'results.json', json.dumps(results))
        status, out, err = self.run_script(*RUN, '--net_modules=small.py',
                                           f'--scratch_dirs={",".join(folders)}')
        self.assertEqual(1, status)
        self.assertRegex(err, f'^error: --scratch_dirs: {message}')
        self.assertNotIn('small/svd', out)

    @parameterized.expand([('{}', "it has no 'network'"), ('[]', 'it is no JSON object'),
                           ('{', 'Expecting'), (None, 'No such file')])
    def test_a_folder_without_a_finished_run_is_an_error(self, content, reason):
        os.mkdir(os.path.join(self.folder, 'dense'))
        if content is not None:
            write(os.path.join(self.folder, 'dense'), 'results.json', content)
        status, _, err = self.run_script(*RUN, '--net_modules=small.py')
        self.assertEqual(1, status)
        self.assertRegex(err, f'^error: --dense_dir: dense/results.json cannot be read .*{reason}')
