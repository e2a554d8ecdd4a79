"""Layers of a checkpoint that are fitted to inputs, on the command line and from Python."""

import json
import os
import unittest

import numpy as np
from parameterized import parameterized

from tensornet import convert
from tensornet.checkpoints import Checkpoint
from tests.convert.command_line_case import CommandLineTestCase
from tests.convert.networks import INPUTS, restored
from tests.sessions import assert_close

RANDOM = np.random.RandomState(0)
FEATURES = RANDOM.normal(size=[200, 8]) * RANDOM.gamma(0.5, size=8) + RANDOM.normal(size=8)
MODES = ['--inp-modes', '2,4', '--out-modes', '4,3']


class FitCheckpointTest(CommandLineTestCase):

    def save(self, name, *arrays, **named):
        path = os.path.join(self.folder, name)
        (np.save if name.endswith('.npy') else np.savez)(path, *arrays, **named)
        return path

    def convert(self, *options):
        status, out, err = self.run_main(self.prefix, self.output, *options)
        self.assertEqual(0, status, err)
        with open(self.output + '.json') as file:
            return out, json.load(file)['layers'][0]

    def outputs(self, weights, biases, following=None):
        values = np.maximum(FEATURES @ weights + biases, 0)
        return values if following is None else values @ following

    @parameterized.expand([('npy', False), ('npz', False), ('npy', True)])
    def test_dense_layer(self, suffix, following):
        path = self.save('inputs.' + suffix, FEATURES)
        options = ['--following', 'net/logits'] if following else []
        out, layer = self.convert('--layer', 'net/fc', '--ranks', '2', *MODES, '--inputs', path,
                                  '--activation', 'relu', *options)
        read = Checkpoint(self.output).read
        weights = convert.tt_to_dense([read(f'net/fc/mat_core_{k}') for k in (1, 2)], [2, 4],
                                      [4, 3])
        following = self.values['net/logits/weights'] if following else None
        exact = self.outputs(self.values['net/fc/weights'], self.values['net/fc/biases'], following)
        made = self.outputs(weights, read('net/fc/biases'), following)
        error = np.linalg.norm(made - exact) / np.linalg.norm(exact)
        self.assertAlmostEqual(layer['output_errors']['after'], error, 5)
        self.assertLess(error, 0.8 * layer['output_errors']['before'])
        self.assertIn('net/fc: after the fit to its inputs the error of its outputs is '
                      f'{error:.3g}; before, it was ', out)
        self.assertIn('net/fc/biases/Momentum', out)
        restored(self.output, {'fc': layer['arguments']})

    def test_convolution(self):
        path = self.save('images.npy', INPUTS)
        _, layer = self.convert('--layer', 'net/conv', '--ranks', '3', '--format',
                                'tt_conv_direct', '--inputs', path, '--padding', 'SAME',
                                '--strides', '1,1', '--dilations', '1,1')
        self.assertLess(layer['output_errors']['after'], 0.95 * layer['output_errors']['before'])

    def test_full_rank_gives_the_same_network(self):
        path = self.save('inputs.npy', FEATURES)
        _, layer = self.convert('--layer', 'net/fc', '--eps', '0', *MODES, '--inputs', path)
        assert_close(restored(self.output, {'fc': layer['arguments']}), self.out, 1e-5)

    def test_averages_go_on_from_the_fitted_weights(self):
        path = self.save('inputs.npy', RANDOM.normal(size=[50, 12]) + 1)
        self.convert('--layer', 'net/logits', '--ranks', '1', '--inp-modes', '3,4', '--out-modes',
                     '1,3', '--inputs', path)
        read = Checkpoint(self.output).read
        for name in ('mat_core_1', 'mat_core_2', 'biases'):
            np.testing.assert_array_equal(read('net/logits/' + name), read(
                f'net/logits/{name}/ExponentialMovingAverage'))
        self.assertGreater(np.abs(read('net/logits/biases')
                                  - self.values['net/logits/biases']).max(), 1e-3)

    def test_from_python_without_a_file(self):
        report = convert.convert_checkpoint(self.prefix, self.output, [convert.Request(
            'net/fc', inp_modes=[2, 4], out_modes=[4, 3], target={'ranks': 2},
            fit={'inputs': iter([FEATURES[:50], FEATURES[50:]])})])
        before, after = report.layers[0].fit
        self.assertLess(after, before)

    def assert_refused(self, message, *options):
        status, _, err = self.run_main(self.prefix, self.output, *options)
        self.assertNotEqual(0, status)
        self.assertRegex(err, message)
        self.assertFalse(os.path.exists(self.output + '.index'))

    @parameterized.expand([
        ('objects', lambda: np.array([None, 'text'], object), 'it must be a .npy or .npz file'),
        ('features', lambda: FEATURES[:, :5], r'--layer net/fc: .*\[n, 8\]'),
        ('text', lambda: np.array([['a'] * 8]), '--layer net/fc: --inputs must'),
        ('nan', lambda: FEATURES * np.nan, '--layer net/fc: --inputs must be fin'),
    ])
    def test_arrays_that_do_not_fit(self, _, make, message):
        path = self.save('inputs.npy', make())
        self.assert_refused(message, '--layer', 'net/fc', '--ranks', '2', *MODES, '--inputs', path)

    def test_a_damaged_archive(self):
        path = os.path.join(self.folder, 'inputs.npz')
        np.savez_compressed(path, FEATURES)
        with open(path, 'r+b') as file:
            # Where the compressed data begin.
            file.seek(64)
            file.write(b'\xff' * 20)
        self.assert_refused(r'inputs\.npz: it must be a .npy or .npz file of an array of numbers, '
                            'but it cannot be read', '--layer', 'net/fc', '--ranks', '2',
                            '--inputs', path)

    def test_files_that_cannot_be_read(self):
        for path, message in ((os.path.join(self.folder, 'none.npy'), r'none\.npy: it must be a'),
                              (self.prefix + '.index', r'\.index: it must be a .npy or .npz'),
                              (self.save('two.npz', a=FEATURES, b=FEATURES),
                               r'two\.npz: it must hold one array.* holds a, b')):
            self.assert_refused(message, '--layer', 'net/fc', '--ranks', '2', '--inputs', path)

    def test_options_that_do_not_go_together(self):
        path = self.save('inputs.npy', FEATURES)
        fc = ['--layer', 'net/fc', '--ranks', '2', *MODES]
        self.assert_refused('--layer net/fc: --activation is for a layer with --inputs; pass '
                            '--inputs, or leave it out',
                            *fc, '--activation', 'relu')
        self.assert_refused('the layer that follows must be one of dense weights',
                            *fc, '--inputs', path, '--following', 'net/conv')
        self.assert_refused('error: --following net/none: the checkpoint has no such layer',
                            *fc, '--inputs', path, '--following', 'net/none')
        with self.assertRaisesRegex(convert.CheckpointError, '`fit` must be a dict of `inputs`'):
            convert.convert_checkpoint(self.prefix, self.output, [convert.Request(
                'net/fc', target={'ranks': 2}, fit={'inputs': FEATURES, 'epochs': 3})])
        self.convert(*fc)
        status, _, err = self.run_main(self.output, self.output + '2', '--layer', 'net/fc',
                                       '--ranks', '1', '--inputs', path)
        self.assertEqual(1, status)
        self.assertIn('is a TT layer already; leave --inputs out', err)


del CommandLineTestCase

if __name__ == '__main__':
    unittest.main()
