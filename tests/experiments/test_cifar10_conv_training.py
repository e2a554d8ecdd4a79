"""Runs of cifar10_conv in this process: resumed, interrupted, and with other settings."""
import contextlib
import io
import json
import os
import shutil
import signal
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.cifar10_conv import network_file, recipe
from experiments.cifar10_conv.checkpoints import (
    PretrainedVariables,
    UnusableCheckpointError,
    measured_error,
)
from experiments.cifar10_conv.training_flags import EARLIER
from experiments.common.errors import DivergenceError
from experiments.common.interrupts import RunInterruptedError
from experiments.common.run import RunOptions
from experiments.common.run_folder import WrongLogDirError
from tests.experiments.cifar10_conv_networks import (
    ARCHITECTURE_FILE,
    OLD_FILE,
    SMALL_FILE,
    images,
    write,
)

DATA = images()
OPTIONS = recipe.Options(epochs=3, batch_size=20, learning_rate=0.02, schedule='paper',
                         momentum=0.9, seed=1)
CONVS = r'^inference/(conv|bn)[1-3]\.'


class TrainingTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.lines = []

    def path(self, name):
        return os.path.join(self.folder, name)

    def network(self, text=SMALL_FILE, options=None):
        return network_file.load(write(self.folder, 'net.py', text), options)

    def train(self, log_dir, network=None, options=OPTIONS, interrupt_at='no line', devices=(),
              pretrained=None, config=None):
        """Trains; Ctrl-C comes when a line with `interrupt_at` is printed."""
        experiment = recipe.Experiment(DATA, network or self.network(), options, devices,
                                       pretrained)
        with contextlib.redirect_stdout(_Interrupting(interrupt_at)):
            return recipe.train_network(
                experiment, RunOptions(self.path(log_dir), report=self.lines.append), config)

    def values(self, log_dir):
        reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(self.path(log_dir)))
        return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}

    def history(self, log_dir):
        with open(self.path(f'{log_dir}/run.json'), encoding='utf-8') as file:
            return [dict(entry, seconds=0) for entry in json.load(file)['history']]

    def test_a_resumed_run_ends_as_an_uninterrupted_one(self):
        whole = self.train('whole')
        with self.assertRaises(RunInterruptedError):
            self.train('parts', interrupt_at='epoch 1/3')
        resumed = self.train('parts')
        self.assertRegex(self.lines[-1], 'resuming after step 3 of 9')
        self.assertEqual(self.history('parts'), self.history('whole'))
        self.assertEqual(resumed['test_error'], whole['test_error'])
        values, resumed_values = self.values('whole'), self.values('parts')
        self.assertEqual(sorted(resumed_values), sorted(values))
        for name, value in values.items():
            np.testing.assert_array_equal(resumed_values[name], value, err_msg=name)
        self.assertEqual(values['inference/bn1.1/local_step'], 9)

    def test_results_name_all_options(self):
        options = recipe.Options(
            epochs=1, batch_size=30, learning_rate=0.03, schedule='one_cycle', momentum=0.8,
            seed=3, plan='full', warm_up=0.5, first_factor=0.1, last_factor=0.2, initializer='he',
            weight_decay=0.01)
        results = self.train('run', self.network(ARCHITECTURE_FILE), options)
        self.assertEqual(options._asdict(), {name: results[name] for name in options._fields})
        self.assertEqual({'learning_rate': 0.02}, results['opts'])
        self.assertEqual(1, results['towers'])
        with open(self.path('run/results.json'), encoding='utf-8') as file:
            self.assertEqual(results, json.load(file))

    def test_a_run_of_before_there_were_options_of_the_weights_goes_on(self):
        whole = self.train('whole')
        with self.assertRaises(RunInterruptedError):
            self.train('parts', interrupt_at='epoch 1/3')
        for name in ('parts/run.json', 'parts/run.copy.json'):
            with open(self.path(name), encoding='utf-8') as file:
                record = json.load(file)
            for setting in EARLIER:
                del record['settings'][setting]
            write(self.folder, name, json.dumps(record))
        self.assertEqual(self.train('parts')['test_error'], whole['test_error'])
        self.assertRegex(self.lines[-1], 'resuming after step 3 of 9')

    def test_other_weights_and_shapes_are_other_runs(self):
        network = self.network(ARCHITECTURE_FILE)
        options = OPTIONS._replace(epochs=1)
        self.train('run', network, options)
        for changed, message in (
                ({'initializer': 'he'}, 'initializer was "xavier" and is now "he"'),
                ({'weight_decay': 0.1}, r'weight_decay was 0\.0 and is now 0\.1'),
                ({'warm_up': 0.5}, r'warm_up was 0\.25 and is now 0\.5')):
            with self.assertRaisesRegex(WrongLogDirError, message):
                self.train('run', network, options._replace(**changed))

    @parameterized.expand([({'initializer': 'he'},), ({'weight_decay': 1e-4},)])
    def test_a_file_with_layers_of_its_own_takes_no_options_of_the_weights(self, changed):
        with self.assertRaisesRegex(
                network_file.NetworkFileError, 'net.py: its layers are not those of .*'
                'architecture.py, which alone take --initializer and --weight_decay; leave'):
            self.train('run', options=OPTIONS._replace(**changed))
        self.assertFalse(os.path.exists(self.path('run')))

    def test_eval_equals_the_last_evaluation_of_the_training(self):
        results = self.train('run')
        network = self.network()
        averaged = measured_error(DATA, network, self.path('run'))
        self.assertAlmostEqual(averaged, results['test_error'], places=3)

        values = self.values('run')
        name = 'inference/linear4.2/weights'
        self.assertGreater(np.abs(values[name] - values[name + '/ExponentialMovingAverage']).max(),
                           1e-4)
        # Plain weights that are zero classify everything as the first class.
        with tf.Graph().as_default(), tf.Session() as session:
            for name, value in values.items():
                tf.get_variable(name, initializer=np.zeros_like(value) if name.endswith(
                    ('linear4.2/weights', 'linear4.2/biases')) else value)
            session.run(tf.global_variables_initializer())
            checkpoint = tf.train.Saver().save(session, self.path('changed'))
        self.assertAlmostEqual(measured_error(DATA, network, checkpoint), averaged)
        plain = measured_error(DATA, network, checkpoint, averaged=False)
        self.assertAlmostEqual(plain, 100 * np.mean(DATA.test_labels != 0))

    def test_the_average_has_decay_0_9(self):
        options = OPTIONS._replace(epochs=1, batch_size=60)
        network = self.network(OLD_FILE)
        self.train('run', network, options)
        with tf.Graph().as_default() as graph:
            tf.set_random_seed(1)
            recipe.build_task(recipe.Experiment(DATA, network, options))
            with tf.Session(graph=graph) as session:
                session.run(tf.global_variables_initializer())
                first = session.run(next(variable for variable in tf.trainable_variables()
                                         if variable.op.name == 'inference/conv1.1/filters'))
        values = self.values('run')
        np.testing.assert_allclose(values['inference/conv1.1/filters/ExponentialMovingAverage'],
                                   0.9 * first + 0.1 * values['inference/conv1.1/filters'],
                                   rtol=1e-4, atol=1e-6)

    def test_a_file_for_the_original_on_two_towers(self):
        results = self.train('run', self.network(OLD_FILE), devices=['/cpu:0', '/cpu:1'],
                             config=tf.ConfigProto(device_count={'CPU': 2}))
        self.assertIsNone(results['dense_parameters'])
        self.assertIsNone(results['compression'])
        self.assertEqual(results['parameters'], 682)
        self.assertTrue(0 <= results['test_error'] <= 100)

    def test_a_share_of_right_answers_must_be_one(self):
        text = OLD_FILE.replace('tf.cast(tf.nn.in_top_k(logits, labels, 1), tf.int32)',
                                '1.5 + tf.reduce_mean(logits) - tf.reduce_mean(logits)')
        with self.assertRaisesRegex(network_file.NetworkFileError,
                                    r'net.py: `evaluation` returned \d.*cast the number to'):
            self.train('run', self.network(text))

    def test_divergence_keeps_a_good_checkpoint(self):
        with self.assertRaisesRegex(DivergenceError, 'A lower learning rate may help'):
            self.train('run', self.network(OLD_FILE), OPTIONS._replace(learning_rate=1e30))
        for name, value in self.values('run').items():
            self.assertTrue(np.isfinite(value).all(), name)

    def test_other_options_of_the_network_are_another_run(self):
        options = OPTIONS._replace(epochs=1)
        self.train('run', options=options)
        with self.assertRaisesRegex(WrongLogDirError, 'opts was .*"units": 16.* is now .*8'):
            self.train('run', self.network(options={'units': 8}), options)

    def test_a_changed_network_file_is_another_run(self):
        options = OPTIONS._replace(epochs=1)
        self.train('run', options=options)
        with self.assertRaisesRegex(WrongLogDirError, 'network_file was "'):
            self.train('run', self.network(SMALL_FILE.replace('tf.nn.relu', 'tf.tanh')), options)

    @parameterized.expand([
        ('inference', "return tensornet.layers.linear(", "return tf.layer(",
         'AttributeError: .*layer'),
        ('aug_train', 'tf.image.random_flip_left_right(', 'tf.flip(', 'AttributeError: .*flip'),
        ('losses', '[tf.reduce_mean(entropy)]', 'tf.mean(entropy)', 'AttributeError: .*mean'),
        ('evaluation', 'tf.nn.in_top_k(logits, labels, 1)', 'missing', 'NameError: .*missing'),
    ])
    def test_a_function_that_fails(self, _, text, replaced, message):
        network = self.network(OLD_FILE.replace(text, replaced))
        with self.assertRaisesRegex(network_file.NetworkFileError,
                                    'net.py: building it failed, ' + message + '.*tensornet.port'):
            self.train('run', network)
        self.assertFalse(os.path.exists(self.path('run')))

    def test_the_decay_of_the_network_file(self):
        text = OLD_FILE.replace("'num_epochs_per_decay': 30.0", "'num_epochs_per_decay': 2.0")
        with tf.Graph().as_default() as graph, tf.Session() as session:
            recipe.build_task(recipe.Experiment(DATA, self.network(text), OPTIONS))
            session.run(tf.global_variables_initializer())
            step = tf.train.get_global_step()
            rates = []
            for number in (0, 5, 6, 12):
                step.load(number, session)
                rates.append(session.run(graph.get_tensor_by_name('ExponentialDecay:0')))
        np.testing.assert_allclose(rates, [0.02, 0.02, 0.002, 0.0002], rtol=1e-5)

    @parameterized.expand([(False,), (True,)])
    def test_pretrained_convolutions(self, train_convs):
        self.train('source')
        source = self.values('source')
        pretrained = PretrainedVariables(self.path('source'), CONVS, train_convs)
        results = self.train('run', self.network(options={'units': 8}),
                             OPTIONS._replace(learning_rate=1e-3), pretrained=pretrained)
        self.assertEqual(self.path('source/model.ckpt-9'), results['pretrained_from'])
        values = self.values('run')
        for name in ('conv1.1/filters', 'bn1.1/weights', 'bn1.1/biases'):
            difference = np.abs(values['inference/' + name] - source['inference/' + name]).max()
            if train_convs:
                self.assertGreater(difference, 0, name)
            else:
                self.assertEqual(difference, 0, name)
            # Random initial values would be far from those of the source.
            self.assertLess(difference, 0.02, name)
        self.assertEqual(values['inference/bn1.1/local_step'], 18)
        self.assertEqual(values['inference/linear4.1/weights'].shape, (256, 8))

    def test_a_start_is_known_by_its_name_or_by_the_values_of_its_variables(self):
        self.train('source', options=OPTIONS._replace(epochs=1))

        def known(folder, pattern=CONVS, name=None):
            settings = PretrainedVariables(self.path(folder), pattern, name=name).settings()
            return settings['pretrained']

        self.assertEqual('fitted', known('source', name='fitted'))
        first = known('source')
        self.assertRegex(first, r'^variables [0-9a-f]{12}$')
        self.assertNotEqual(first, known('source', '^inference/linear'))
        shutil.move(self.path('source'), self.path('moved'))
        self.assertEqual(first, known('moved'))
        self.train('source', options=OPTIONS._replace(epochs=1, seed=2))
        self.assertNotEqual(first, known('source'))

    def test_pretrained_convolutions_that_do_not_fit(self):
        with self.assertRaisesRegex(UnusableCheckpointError,
                                    'no checkpoint to start from: .*nowhere: there is no'):
            PretrainedVariables(self.path('nowhere'), CONVS)
        self.train('source', self.network(OLD_FILE), OPTIONS._replace(epochs=1))
        for pattern, message in (
                (CONVS, 'lacks inference/bn1.1/biases, .*inference/bn1.1/weights, which match'),
                ('linear4.2/w', r'does not fit .*linear4.2/weights is \[16, 10\] there and'
                 r' \[8, 10\] here'),
                ('convolution', "no variable of the network matches 'convolution'")):
            with self.assertRaisesRegex(UnusableCheckpointError, message):
                self.train('run', self.network(options={'units': 8}),
                           pretrained=PretrainedVariables(self.path('source'), pattern))
        self.assertFalse(os.path.exists(self.path('run')))

    def test_damaged_checkpoints_to_read_from_name_the_last_good_one(self):
        self.train('run', self.network(OLD_FILE))
        prefixes = [self.path(f'run/model.ckpt-{step}') for step in (0, 9)]
        data = prefixes[1] + '.data-00000-of-00001'
        os.truncate(data, os.path.getsize(data) // 2)
        message = r'model\.ckpt-9: the checkpoint is damaged .*is used by --'
        with self.assertRaisesRegex(UnusableCheckpointError,
                                    f'{message}checkpoint={prefixes[0]}$'):
            measured_error(DATA, self.network(OLD_FILE), self.path('run'))
        with self.assertRaisesRegex(UnusableCheckpointError,
                                    f'{message}convs_from={prefixes[0]}$'):
            PretrainedVariables(self.path('run'), CONVS)
        with self.assertRaisesRegex(UnusableCheckpointError, 'take an earlier one$'):
            PretrainedVariables(prefixes[1], CONVS)

    def test_eval_of_another_network(self):
        self.train('run', self.network(OLD_FILE), OPTIONS._replace(epochs=1))
        with self.assertRaisesRegex(
                UnusableCheckpointError,
                r'lacks inference/bn1.1/biases/Exp(.*, inference){4}/bn\S+ and \d+ others; '
                r'is it a checkpoint of the network net\?$'):
            measured_error(DATA, self.network(), self.path('run'))
        with self.assertRaisesRegex(UnusableCheckpointError, 'nowhere'):
            measured_error(DATA, self.network(), self.path('nowhere'))


class _Interrupting(io.StringIO):
    """A stream that interrupts the process when a text is written to it."""

    def __init__(self, text):
        super().__init__()
        self._text = text

    def write(self, text):
        if self._text in text:
            os.kill(os.getpid(), signal.SIGINT)
        return super().write(text)
