"""Keras networks into checkpoints, and experiments/vgg/compress.py as a user runs it."""
import os
import sys
import tempfile
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.vgg import conversion, network
from experiments.vgg.fully_connected import LowRank
from experiments.vgg.low_rank import low_rank_from_dense
from experiments.vgg.weights_file import open_weights
from tensornet.checkpoints import CheckpointError
from tensornet.convert import GrowthWarning
from tests import prepared_python
from tests.script_runner import ScriptTest

MAKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'keras_vgg.py')
NEW = 'new.weights.h5' if int(tf.__version__.split('.')[0]) >= 2 else 'new.h5'


class LowRankTest(unittest.TestCase):

    def setUp(self):
        self.dense = np.random.RandomState(0).normal(size=(24, 40)).astype(np.float32)
        self.energies = np.linalg.svd(self.dense.astype(np.float64), compute_uv=False)**2

    @parameterized.expand([
        ('rank', {'max_rank': 3}, 3), ('a_rank_above_the_sides', {'max_rank': 50}, 24),
        ('both_limits', {'max_rank': 3, 'eps': 0.1}, 3), ('exact', {'eps': 0.}, 24),
        # 24 * 40 / 64 = 15: a rank of 3 is five times smaller, of 2 seven and a half.
        ('compression', {'compression': 5}, 3), ('compression_between', {'compression': 5.1}, 2),
        ('the_largest_compression', {'compression': 15}, 1)])
    def test_the_best_error_of_a_rank(self, _, target, rank):
        weights = low_rank_from_dense(self.dense, **target)
        first, second = weights.variables['first/weights'], weights.variables['second/weights']
        self.assertEqual([(24, rank), (rank, 40)], [first.shape, second.shape])
        self.assertEqual(([rank], {'rank': rank}), (weights.ranks, weights.arguments))
        self.assertEqual(rank * (24 + 40), weights.parameters)
        best = np.sqrt(self.energies[rank:].sum() / self.energies.sum())
        actual = np.linalg.norm(first.astype(np.float64) @ second - self.dense)
        actual /= np.linalg.norm(self.dense)
        np.testing.assert_allclose(actual, best, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(weights.relative_error, best, rtol=1e-5, atol=1e-6)

    def test_the_least_rank_of_an_error(self):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore', GrowthWarning)
            weights = low_rank_from_dense(self.dense, eps=0.5)
        errors = np.sqrt(np.cumsum(self.energies[::-1])[::-1] / self.energies.sum())
        self.assertEqual([int(np.argmax(errors <= 0.5))], weights.ranks)

    def test_both_matrices_are_of_like_size(self):
        # What the norm of the weights would otherwise be in one of them.
        first, second = low_rank_from_dense(1e4 * self.dense, max_rank=3).variables.values()
        ratio = np.abs(first).max() / np.abs(second).max()
        self.assertTrue(1 / 4 < ratio < 4, ratio)

    @parameterized.expand([
        ({'compression': 15.1}, '`compression` 15.1 cannot be met: a matrix rank of 1 takes 64 '
                                'parameters, a compression of 15; ask for no more'),
        ({'compression': 0}, '`compression` must be positive'), ({'eps': 1}, '`eps` must be'),
        ({'max_rank': 0}, '`max_rank` must be'),
        ({'compression': 2, 'max_rank': 3}, 'low_rank_from_dense: `compression` decides the rank '
         'alone, but `max_rank` were given too; pass only one of'),
        ({'compression': 2, 'max_rank': 3, 'eps': 0.1}, 'but `max_rank` and `eps` were given too')])
    def test_a_target_that_cannot_be_met(self, target, message):
        with self.assertRaisesRegex(ValueError, message):
            low_rank_from_dense(self.dense, **target)

    def test_weights_that_are_no_numbers(self):
        self.dense[1, 2] = np.nan
        with self.assertRaisesRegex(ValueError, r'must be finite, .* nan at \[1, 2\]'):
            low_rank_from_dense(self.dense, max_rank=3)


class KerasFiles:
    """The files that `keras_vgg.py` writes, once for a class of tests."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.remove_folder = folder.cleanup
        cls.keras = folder.name
        prepared_python.run([sys.executable, MAKER, folder.name], check=True, capture_output=True,
                            timeout=1200)

    @classmethod
    def tearDownClass(cls):
        cls.remove_folder()

    def assert_logits(self, checkpoint, architecture, formats, tolerance):
        """Asserts that the network in a checkpoint makes Keras' logits."""
        with np.load(os.path.join(self.keras, 'expected.npz'), allow_pickle=False) as expected:
            images, logits = expected['images'], expected['logits']
        with tf.Graph().as_default(), tf.Session() as session:
            placeholder = network.images_placeholder(architecture)
            out = network.inference(placeholder, architecture, formats)
            tf.train.Saver().restore(session, checkpoint)
            actual = session.run(out, {placeholder: images})
        scale = np.abs(logits).max()
        self.assertGreater(np.abs(logits[0] - logits[1]).max(), 0.01 * scale)
        np.testing.assert_allclose(actual, logits, rtol=0, atol=tolerance * scale)


class ConvertNetworkTest(KerasFiles, unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.output = os.path.join(folder.name, 'below', 'model.ckpt')

    def convert(self, file, layers=(), target=None, modes=(None, None), form='tt', **options):
        request = conversion.Request(layers, modes[0], modes[1], target or {}, form)
        with open_weights(os.path.join(self.keras, file)) as weights:
            return conversion.convert_network(weights, 'vgg16', request, self.output, **options)

    @parameterized.expand([(NEW,), ('model.h5',), ('weights.npz',)])
    def test_a_dense_copy_makes_the_logits_of_keras(self, file):
        report, description = self.convert(file)
        self.assertEqual(([], 32), (report.layers, report.copied))
        self.assertEqual({}, description['formats'])
        architecture = network.Architecture(**description['architecture'])
        self.assertEqual((64, 10), (architecture.side, architecture.classes))
        self.assert_logits(self.output, architecture, {}, 1e-5)
        self.assertEqual(['model.ckpt.data-00000-of-00001', 'model.ckpt.index'],
                         sorted(os.listdir(os.path.dirname(self.output))))

    def test_a_layer_of_given_modes(self):
        report, description = self.convert('weights.npz', ['fc7'], {'max_rank': 100},
                                           ([4, 8], [8, 4]))
        self.assertEqual([1, 32, 1], report.layers[0].weights.ranks)
        self.assertEqual({'fc7': {'inp_modes': [4, 8], 'out_modes': [8, 4], 'ranks': [1, 32, 1]}},
                         description['formats'])

    def test_a_layer_of_low_rank(self):
        report, description = self.convert('weights.npz', ['fc6', 'fc8'], {'max_rank': 3},
                                           form='low_rank')
        self.assertEqual({'fc6': {'rank': 3}, 'fc8': {'rank': 3}}, description['formats'])
        shapes = dict(tf.train.list_variables(self.output))
        self.assertEqual([64, 3], shapes['inference/fc6/first/weights'])
        self.assertEqual([3, 10], shapes['inference/fc8/second/weights'])
        self.assertEqual([10], shapes['inference/fc8/second/biases'])
        layer = report.as_dict()['layers'][0]
        self.assertEqual(
            ('low_rank', [[64], [32]], [3], 64 * 32, 3 * (64 + 32)),
            tuple(layer[name] for name in ('format', 'modes', 'ranks', 'parameters_before',
                                           'parameters_after')))
        self.assert_product('fc6', 'fc1', layer['relative_error'])

    def assert_product(self, layer, keras_name, error):
        """Asserts that the matrices in the output are as near the dense ones as an error says."""
        first, second = (tf.train.load_variable(self.output, f'inference/{layer}/{name}/weights')
                         for name in ('first', 'second'))
        with open_weights(os.path.join(self.keras, 'weights.npz')) as weights:
            dense = weights.read(keras_name, 'kernel')
        self.assertGreater(error, 0.1)
        np.testing.assert_allclose(
            np.linalg.norm(first @ second - dense) / np.linalg.norm(dense), error, rtol=1e-4)

    @parameterized.expand([
        ('size', {'compression': 1e9}, '--layer=fc7: .*`compression` .*cannot be met'),
        ('error', {'eps': 1.}, '--layer=fc7: .*`eps`'),
    ])
    def test_a_low_rank_that_does_not_fit(self, _, target, message):
        with self.assertRaisesRegex(conversion.ConversionError, message):
            self.convert('weights.npz', ['fc7'], target, form='low_rank')
        self.assertFalse(os.path.exists(os.path.dirname(self.output)))

    @parameterized.expand([
        ('modes', {'max_rank': 2}, ([4, 4], [8, 4]),
         r'--layer=fc7: .*`inp_modes` \[4, 4\] is 16, but .* 32 inputs'),
        ('ranks', {'ranks': [1, 2, 1]}, (None, None), '--layer=fc7: .*`ranks`'),
        ('size', {'compression': 1e9}, (None, None), '--layer=fc7: .*`compression` .*cannot be'),
    ])
    def test_what_does_not_fit(self, _, target, modes, message):
        with self.assertRaisesRegex(conversion.ConversionError, message):
            self.convert('weights.npz', ['fc7'], target, modes)
        self.assertFalse(os.path.exists(os.path.dirname(self.output)))

    def test_an_output_that_exists(self):
        self.convert('weights.npz')
        with self.assertRaisesRegex(CheckpointError, 'the output exists; pass another --output'):
            self.convert('weights.npz')
        self.convert('weights.npz', ['fc8'], {'max_rank': 1}, force=True)
        shapes = dict(tf.train.list_variables(self.output))
        self.assertIn('inference/fc8/mat_core_1', shapes)
        self.assertNotIn('inference/fc8/weights', shapes)


class ScriptCompressTest(KerasFiles, ScriptTest):
    script = 'experiments/vgg/compress.py'

    def test_all_layers_at_a_small_error(self):
        status, out, err = self.run_script(
            f'--weights={os.path.join(self.keras, NEW)}', '--layer=fc6,fc7,fc8', '--eps=1e-3',
            '--output=run/model.ckpt')
        self.assertEqual((0, ''), (status, err))
        self.assertRegex(out.splitlines()[0], '^vgg16: converting fc6, fc7, fc8 of ')
        self.assertRegex(out, r'fc6 +tt +64x32 ')
        output = os.path.join(self.folder, 'run', 'model.ckpt')
        content = self.read_json('run', 'model.ckpt.json')
        self.assertEqual(['fc6', 'fc7', 'fc8'], [layer['layer'] for layer in content['layers']])
        for layer in content['layers']:
            self.assertLessEqual(layer['relative_error'], 1e-3)
        self.assertLess(0, content['peak_megabytes'])
        architecture, formats = conversion.described(output + '.json')
        self.assertEqual(content['layers'][0]['ranks'], formats['fc6'].ranks)
        self.assert_logits(output, architecture, formats, 1e-2)

    def test_ranks_are_a_largest_rank(self):
        status, out, err = self.run_script(
            f'--weights={os.path.join(self.keras, "weights.npz")}', '--ranks=2')
        self.assertEqual((0, ''), (status, err))
        _, formats = conversion.described(
            os.path.join(self.folder, 'logs', 'vgg_compress', 'model.ckpt.json'))
        self.assertEqual(2, max(formats['fc6'].ranks))
        self.assertEqual(['fc6'], list(formats))

    def test_all_layers_of_low_rank_at_a_small_error(self):
        status, out, err = self.run_script(
            f'--weights={os.path.join(self.keras, "weights.npz")}', '--layer=fc6,fc7,fc8',
            '--format=low_rank', '--eps=1e-3', '--output=run/model.ckpt')
        self.assertEqual((0, ''), (status, err))
        self.assertRegex(out, r'fc6 +low_rank +64x32 +64 -> 32 +32 +2048 +3072 +0\.7 +\S+\n')
        self.assertIn('fc6: it has 3072 weights, 1.50 times the 2048 before; lower its ranks, or '
                      'leave it as it was\n', out)
        output = os.path.join(self.folder, 'run', 'model.ckpt')
        architecture, formats = conversion.described(output + '.json')
        self.assertEqual({'fc6': LowRank(32), 'fc7': LowRank(32), 'fc8': LowRank(10)}, formats)
        self.assert_logits(output, architecture, formats, 1e-2)

    @parameterized.expand([('file', [], 'model.ckpt.json: the output exists; pass another'),
                           ('folder', ['--force'], 'model.ckpt.json is a folder')])
    def test_what_is_in_the_place_of_the_description_stays(self, kind, arguments, message):
        path = os.path.join(self.folder, 'model.ckpt.json')
        if kind == 'file':
            with open(path, 'w', encoding='utf-8') as file:
                file.write('mine')
        else:
            os.mkdir(path)
        status, out, err = self.run_script(
            f'--weights={os.path.join(self.keras, "weights.npz")}', '--ranks=2',
            '--output=model.ckpt', *arguments)
        self.assertEqual((1, ''), (status, out))
        self.assertRegex(err, f'^error: {message}.*\n$')
        self.assertEqual(['model.ckpt.json'], os.listdir(self.folder))
        if kind == 'file':
            with open(path, encoding='utf-8') as file:
                self.assertEqual('mine', file.read())

    def test_weights_that_cannot_be_had(self):
        status, _, err = self.run_script('--ranks=4')
        self.assertEqual(1, status)
        self.assertRegex(err.splitlines()[-1],
                         'error: vgg16: the weights cannot be downloaded .*get https://.* and put '
                         'it into .*models, or pass --weights=FILE')
        self.assertNotIn('Traceback', err)

    def test_errors_of_the_conversion_are_one_line(self):
        status, _, err = self.run_script(
            f'--weights={os.path.join(self.keras, "weights.npz")}', '--network=vgg19', '--ranks=2')
        self.assertEqual(1, status)
        self.assertRegex(err, '^error: .*holds the layers of vgg16; pass --network=vgg16\n$')

    def test_help(self):
        self.assert_help(['Network:', 'Compression:', 'Output:'], [
            '--network', '--weights', '--layer', '--format', '--ranks', '--eps',
            '--compression', '--inp_modes', '--out_modes', '--output', '--force'])


class FlagsTest(ScriptTest):
    script = 'experiments/vgg/compress.py'

    @parameterized.expand([
        ([], 'expected exactly one of --ranks, --eps and --compression'),
        (['--ranks=2', '--eps=0.5'], 'expected exactly one of --ranks'),
        (['--layer=', '--ranks=2'], 'none of them if --layer is empty'),
        (['--layer=fc1', '--ranks=2'], '--layer=.*expected different names of fc6, fc7, fc8'),
        (['--layer=fc6,fc6', '--ranks=2'], '--layer=.*expected different names'),
        (['--ranks=0'], '--ranks=0: expected comma-separated positive integers'),
        (['--eps=-1'], '--eps=-1.*expected a number from 0 to less than 1'),
        (['--eps=1'], '--eps=1.*expected a number from 0 to less than 1'),
        (['--compression=0'], '--compression=0.*expected a positive number'),
        (['--compression=inf'], '--compression=inf.*expected a positive number'),
        (['--ranks=2', '--inp_modes=2,2'], '--inp_modes and --out_modes both or none'),
        (['--ranks=2', '--layer=fc6,fc7', '--inp_modes=2,2', '--out_modes=2,2'],
         'both only with one --layer'),
        (['--ranks=2', '--format=svd'], r'--format=svd: value should be one of <tt'),
        (['--format=low_rank'], 'expected exactly one of --ranks, --eps and --compression'),
        (['--ranks=1,2,1', '--format=low_rank'], 'one number in --ranks with --format=low_rank'),
        (['--ranks=2', '--format=low_rank', '--inp_modes=64', '--out_modes=32'],
         '--inp_modes and --out_modes only with --format=tt'),
        (['--ranks=2', '--network=vgg11'], r'--network=vgg11: value should be one of <vgg16'),
        (['--ranks=2', '--output='], '--output=.*expected the prefix of a checkpoint'),
    ])
    def test_wrong_flags(self, arguments, message):
        self.assert_flag_error(arguments, message)


if __name__ == '__main__':
    unittest.main()
