"""The network files of cifar10_conv: what they hold, and their messages."""
import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.cifar10_conv import network_file, network_graph, paper
from experiments.cifar10_conv.classification import evaluation, losses
from experiments.cifar10_conv.schedule import ONE_CYCLE, OneCycle, learning_rate
from tensornet.tt.rank_argument import useless_ranks
from tests.experiments.cifar10_conv_networks import OLD_FILE, write

NETS = os.path.join(os.path.dirname(network_file.__file__), 'nets')
SHAPE = [32, 32, 3]


def own(name, options=None):
    return network_file.load(os.path.join(NETS, name + '.py'), options)


class CompressionTest(unittest.TestCase):

    @parameterized.expand([
        ('conv', {}, 557258, None),
        ('TT-conv', {}, 172528, '3.23'),
        ('TT-conv-naive', {}, 192012, '2.90'),
        ('conv-fc', {}, 13934538, None),
        ('TT-conv-fc', {}, 13465498, '1.03'),
        ('conv-TT-fc', {}, 803594, '17.34'),
        ('TT-conv-TT-fc', {}, 334554, '41.65'),
        ('TT-conv-TT-fc-useful', {}, 334623, '41.64'),
        ('TT-conv-TT-fc-10', {}, 1389535, '10.03'),
        ('TT-conv-TT-fc-balanced', {}, 332095, '41.96'),
        ('TT-conv-TT-fc-two-cores', {}, 329232, '42.32'),
        ('TT-conv-TT-fc-balanced',
         {'fc_ranks': [[1, 12, 12, 12, 1]] * 2,
          'ranks': {'1.2': [9, 21, 16, 1], '2.1': [9, 26, 16, 1], '2.2': [9, 29, 16, 1],
                    '3.1': [9, 29, 16, 1], '3.2': [9, 29, 16, 1]}}, 168063, '82.91'),
        ('TT-conv-TT-fc', {'fc_ranks': [[1, 20, 20, 20, 1]] * 2}, 168154, '82.87'),
    ])
    def test_factor_of_the_built_graph(self, name, options, parameters, factor):
        network = own(name, options)
        self.assertEqual(network_graph.parameters_of(network, SHAPE), parameters)
        dense_parameters = network_graph.dense_parameters_of(network, SHAPE)
        if factor is None:
            self.assertIsNone(dense_parameters)
        else:
            self.assertEqual(f'{dense_parameters / parameters:.2f}', factor)

    @parameterized.expand([(row.network, row) for row in paper.ROWS])
    def test_rows_of_the_paper(self, _, row):
        network = own(row.network, row.options)
        parameters = network_graph.parameters_of(network, SHAPE)
        self.assertEqual(row.parameters, parameters)
        dense_parameters = network_graph.dense_parameters_of(network, SHAPE) or parameters
        self.assertEqual(row.compression, round(dense_parameters / parameters, 2))
        self.assertEqual(row.accuracy, paper.accuracy_of(row.network, parameters))
        self.assertIsNone(paper.accuracy_of(row.network, parameters + 1))

    @parameterized.expand([('TT-conv-TT-fc', True), ('TT-conv-TT-fc-useful', False),
                           ('TT-conv-TT-fc-10', False), ('TT-conv-TT-fc-balanced', False)])
    def test_useless_ranks(self, name, has_some):
        opts = own(name).opts
        pixels = 9
        useless = [
            useless_ranks('', '', [1] + opts['ranks'][layer], [pixels] + [
                i * o for i, o in zip(opts['inp_modes'][layer], opts['out_modes'][layer])])
            for layer in opts['ranks']]
        useless += [
            useless_ranks('', '', ranks, [i * o for i, o in zip(inp_modes, out_modes)])
            for inp_modes, out_modes, ranks in zip(opts['fc_inp_modes'], opts['fc_out_modes'],
                                                   opts['fc_ranks'])]
        self.assertEqual([has_some] * 7, [bool(text) for text in useless])

    @parameterized.expand([('conv', [4, 4, 128]), ('conv-fc', [8, 8, 128])])
    def test_size_of_the_last_convolution(self, name, shape):
        with tf.Graph().as_default() as graph:
            network_graph.build_for_evaluation(own(name), SHAPE)
            out = graph.get_tensor_by_name('inference/bn3.2/out:0')
            self.assertEqual(out.shape.as_list(), [1] + shape)


class NetworkFileTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_a_file_for_the_original(self):
        network = network_file.load(write(self.folder, 'old-net', OLD_FILE))
        self.assertEqual(network.name, 'old-net')
        self.assertIsNone(network.aug_train_batch)
        self.assertIsNone(network.dense_path)
        self.assertEqual(network.plain_opts(),
                         {'keep': 1.0, 'initial_learning_rate': 0.05, 'ranks': [1, 3, 1],
                          'num_epochs_per_decay': 30.0, 'learning_rate_decay_factor': 0.1})
        self.assertEqual(network.learning_rate, 0.05)
        self.assertEqual(network.decay, (30, 0.1))
        # 3*3*3*4 + 4, 16*4*3 * 2 + 16, 16*10 + 10
        self.assertEqual(network_graph.parameters_of(network, SHAPE), 112 + 400 + 170)
        self.assertEqual(os.listdir(self.folder), ['old-net'])

    def test_the_second_argument_of_the_augmentation_is_optional(self):
        text = OLD_FILE.replace(" - aux['mean']) / aux['std']", ')')
        text = text.replace('def aug_train(image, aux)', 'def aug_train(image)')
        text = text.replace('def aug_eval(image, aux)', 'def aug_eval(image, scale=2)')
        network = network_file.load(write(self.folder, 'net.py', text))
        with tf.Graph().as_default():
            self.assertEqual(network.aug_train(tf.ones(SHAPE), {}).shape.as_list(), SHAPE)
            self.assertEqual(network.aug_eval(tf.ones(SHAPE), {}).shape.as_list(), SHAPE)

    def test_options_replace_those_of_the_file_for_one_load(self):
        path = write(self.folder, 'net.py', OLD_FILE)
        self.assertEqual(network_file.load(path, {'keep': 0.5}).opts['keep'], 0.5)
        self.assertEqual(network_file.load(path).opts['keep'], 1.0)
        with self.assertRaisesRegex(network_file.NetworkFileError,
                                    "net.py: `opts` has no entry 'kept'; it has .*'keep', "):
            network_file.load(path, {'kept': 1})

    @parameterized.expand([
        ('', 'net.py: it lacks the function `inference`, .* the dict `opts`; a network file needs'),
        (OLD_FILE.replace('def losses', 'def loss'), 'net.py: it lacks the function `losses`; '),
        (OLD_FILE.replace('opts = {', 'opts = 1, {'), 'net.py: it lacks the dict `opts`; '),
        ('import tensorflow.contribution', 'net.py: running it failed, ModuleNotFoundError: .*'
         'tensornet.port'),
        ('print "x"', 'net.py: running it failed, SyntaxError: .*tensornet.port'),
    ])
    def test_a_broken_file(self, text, message):
        path = write(self.folder, 'net.py', text)
        with self.assertRaisesRegex(network_file.NetworkFileError, message):
            network_file.load(path)

    def test_no_file(self):
        with self.assertRaisesRegex(network_file.NetworkFileError, 'nothing.py: no such file; '):
            network_file.load(os.path.join(self.folder, 'nothing.py'))


class ClassificationTest(unittest.TestCase):

    def test_loss_and_number_of_right_answers(self):
        logits = np.log([[0.5, 0.25, 0.25], [0.2, 0.2, 0.6], [0.1, 0.8, 0.1]]).astype(np.float32)
        labels = np.array([0, 1, 1], np.int32)
        with tf.Graph().as_default(), tf.Session() as session:
            loss = losses(tf.constant(logits), tf.constant(labels))
            self.assertEqual(tf.get_collection('losses'), [loss])
            value, right = session.run([loss, evaluation(tf.constant(logits), labels)])
        self.assertAlmostEqual(float(value), -np.log(0.5 * 0.2 * 0.8) / 3, places=5)
        self.assertEqual(right, 2)
        self.assertEqual(right.dtype, np.int32)


class ScheduleTest(unittest.TestCase):

    def rates(self, schedule, last_step, *arguments):
        with tf.Graph().as_default(), tf.Session() as session:
            step = tf.placeholder(tf.int64, [])
            rate = learning_rate(schedule, 0.1, step, last_step, *arguments)
            return [float(session.run(rate, {step: number})) for number in range(last_step)]

    def test_paper(self):
        np.testing.assert_allclose(
            self.rates('paper', 10), [0.1] * 3 + [0.01] * 3 + [0.001] * 3 + [0.0001], rtol=1e-5)

    def test_one_cycle(self):
        rates = self.rates('one_cycle', 40)
        np.testing.assert_allclose(rates[:10], np.linspace(0.004, 0.1, 11)[:10], rtol=1e-5)
        self.assertAlmostEqual(rates[10], 0.1, places=6)
        self.assertAlmostEqual(rates[25], 0.05, places=6)
        self.assertTrue(all(one > other for one, other in zip(rates[10:], rates[11:])))
        self.assertLess(rates[-1], 0.001)

    def test_shape_of_one_cycle(self):
        rates = self.rates('one_cycle', 40, None, OneCycle(0.5, 0.2, 0.1))
        np.testing.assert_allclose(rates[:20], np.linspace(0.02, 0.1, 21)[:20], rtol=1e-5)
        falling = 0.01 + 0.045 * (1 + np.cos(np.pi * np.arange(20) / 20))
        np.testing.assert_allclose(rates[20:], falling, rtol=1e-4)

    def test_one_cycle_without_one_of_its_parts(self):
        falling = 0.05 * (1 + np.cos(np.pi * np.arange(8) / 8))
        rates = self.rates('one_cycle', 8, None, ONE_CYCLE._replace(warm_up=0))
        np.testing.assert_allclose(rates, falling, rtol=1e-4)
        rising = np.linspace(0.004, 0.1, 9)[:8]
        rates = self.rates('one_cycle', 8, None, ONE_CYCLE._replace(warm_up=1))
        np.testing.assert_allclose(rates, rising, rtol=1e-5)

    def test_decay_of_the_network_file(self):
        np.testing.assert_allclose(self.rates('paper', 6, (2, 0.5)),
                                   [0.1, 0.1, 0.05, 0.05, 0.025, 0.025], rtol=1e-5)
        self.assertEqual(self.rates('one_cycle', 6, (2, 0.5)), self.rates('one_cycle', 6))

    def test_unknown(self):
        with self.assertRaisesRegex(ValueError, "`schedule` is 'flat', expected one of paper, "):
            self.rates('flat', 1)
