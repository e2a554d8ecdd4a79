"""The network of cifar10_fc against NumPy, and its training and evaluation."""
import os
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.cifar10_fc import recipe
from experiments.cifar10_fc.network import inference, tt_layer_sizes
from experiments.common.graphs import count_parameters
from experiments.common.image_set import image_set
from tests.references.tt_matrix import tt_matrix

MODES = [1, 2, 1, 2, 1, 1]
RANKS = [1, 2, 3, 2, 3, 2, 1]
PIXELS = [4, 4, 4, 4, 4, 3]
EPS = 1e-3


def random_data(train_size=24, test_size=200):
    random = np.random.RandomState(0)
    images, labels = [], []
    for size in (train_size, test_size):
        images.append(random.randint(0, 256, (size, 32, 32, 3)).astype(np.uint8))
        labels.append(random.randint(0, 10, size))
    return image_set('cifar10', images[0], labels[0], images[1], labels[1])


def values(session):
    return {variable.op.name: value for variable, value in
            zip(tf.global_variables(), session.run(tf.global_variables()))}


def reference(images, mean, deviation, variables, moments=None):
    """The logits in NumPy; `moments` are of the batch where the variables' are not to be used."""
    hidden = ((images - mean) / deviation).reshape(len(images), 3072)
    for number, (inp_modes, out_modes) in enumerate(((PIXELS, MODES), (MODES, [4] * 6)), 1):
        cores = [variables[f'inference/tt_{number}/mat_core_{core}'] for core in range(1, 7)]
        hidden = hidden @ tt_matrix(cores, inp_modes, out_modes, RANKS)[0]
        scope = f'inference/bn_{number}/'
        average, variance = (
            (hidden.mean(axis=0), hidden.var(axis=0)) if moments == 'batch' else
            (variables[scope + 'moving_mean'], variables[scope + 'moving_variance']))
        hidden = np.maximum((hidden - average) / np.sqrt(variance + EPS)
                            * variables[scope + 'weights'] + variables[scope + 'biases'], 0)
    return hidden @ variables['inference/logits/weights'] + variables['inference/logits/biases']


class InferenceTest(unittest.TestCase):

    def test_both_phases_equal_numpy(self):
        random = np.random.RandomState(1)
        images = random.randint(0, 256, (30, 32, 32, 3)).astype(np.uint8)
        mean = random.uniform(100, 150, (32, 32, 3)).astype(np.float32)
        deviation = random.uniform(40, 80, (32, 32, 3)).astype(np.float32)
        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(1)
            train, evaluation = (
                inference(tf.constant(images), mean, deviation, 'tt', MODES, RANKS, train_phase)
                for train_phase in (True, False))
            session.run(tf.global_variables_initializer())
            # The first update makes the moving statistics those of this batch.
            for _ in range(3):
                in_training = session.run(train)
            variables = values(session)
            for variable in tf.global_variables():
                if 'moving' in variable.op.name:
                    variables[variable.op.name] = variables[variable.op.name] * 0.7 + 0.1
                    variable.load(variables[variable.op.name], session)
            in_evaluation = session.run(evaluation)
            for name, value in values(session).items():
                np.testing.assert_array_equal(value, variables[name], err_msg=name)
        np.testing.assert_allclose(
            in_training, reference(images, mean, deviation, variables, 'batch'), rtol=1e-3,
            atol=1e-3)
        np.testing.assert_allclose(
            in_evaluation, reference(images, mean, deviation, variables), rtol=1e-3, atol=1e-3)

    @parameterized.expand([
        # First layer: cores 4*8*10 + 4 * 4*8*100 + 3*8*10; second: 80 more in the last core.
        # Weights and biases of two batch normalizations, and the last layer.
        ('tt', 13360 + 13440 + 2 * (8 ** 6 + 4096) + 40970),
        ('dense', 3072 * 4096 + 3 * 4096 ** 2 + 2 * 4 * 4096 + 40970)])
    def test_parameters(self, layer, expected):
        with tf.Graph().as_default():
            for train_phase in (True, False):
                logits = inference(tf.zeros([3, 32, 32, 3], tf.uint8), 0.0, 1.0, layer, [8] * 6,
                                   [1] + [10] * 5 + [1], train_phase)
            self.assertEqual(logits.shape.as_list(), [3, 10])
            self.assertEqual(count_parameters(), expected)
            if layer == 'tt':
                self.assertEqual(tt_layer_sizes([8] * 6), [
                    {'name': 'tt_1', 'weights': 13360, 'dense_weights': 3072 * 8 ** 6,
                     'compression': 60277.42},
                    {'name': 'tt_2', 'weights': 13440, 'dense_weights': 8 ** 6 * 4096,
                     'compression': 79891.5}])

    @parameterized.expand([('tt', [4, 4096]), ('dense', [4096] * 4)])
    def test_dropout_follows_each_hidden_layer(self, layer, units):
        dropped = []

        def drop(hidden, number):
            dropped.append((number, hidden.shape.as_list()))
            return tf.zeros_like(hidden) if number == len(units) else hidden

        with tf.Graph().as_default(), tf.Session() as session:
            logits = inference(tf.ones([3, 32, 32, 3], tf.uint8), 0.0, 1.0, layer, MODES, RANKS,
                               True, drop)
            session.run(tf.global_variables_initializer())
            np.testing.assert_array_equal(session.run(logits), np.zeros((3, 10)))
        self.assertEqual(dropped, [(number, [3, size]) for number, size in enumerate(units, 1)])


class RecipeTest(unittest.TestCase):

    def test_the_evaluation_has_averaged_weights_moving_statistics_and_no_dropout(self):
        data = random_data()
        mean = data.train_images.mean(axis=0)
        deviation = data.train_images.std(axis=0)
        options = recipe.Options('tt', MODES, RANKS, batch_size=12, learning_rate=0.06, seed=1)
        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(1)
            task = recipe.build_task(data, options)
            session.run(tf.global_variables_initializer())
            for _ in range(20):
                session.run(task.train_op)
            variables = values(session)
            measured = task.evaluate(session, False)
        averages = [name for name in variables if name.endswith('/ExponentialMovingAverage')]
        # Six cores twice; weights and biases of two batch normalizations and of the last layer.
        self.assertEqual(len(averages), 18)
        for name in averages:
            variables[os.path.dirname(name)] = variables[name]
        for part, images, labels in (('train', data.train_images, data.train_labels),
                                     ('test', data.test_images, data.test_labels)):
            logits = reference(images, mean, deviation, variables)
            accuracy = 100 * np.mean(np.argmax(logits, axis=1) == labels)
            self.assertAlmostEqual(measured[f'{part}_accuracy'], accuracy, msg=part)

    def test_the_learning_rate_falls_in_stairs(self):
        data = random_data(test_size=2)
        options = recipe.Options('tt', MODES, RANKS, batch_size=12, learning_rate=0.06, seed=1)
        with tf.Graph().as_default() as graph, tf.Session() as session:
            recipe.build_task(data, options)
            summary, = (tensor for tensor in graph.get_collection(tf.GraphKeys.SUMMARIES)
                        if tensor.op.name == 'learning_rate')
            for step, expected in ((0, 0.06), (1999, 0.06), (2000, 0.0384), (4000, 0.024576)):
                tf.train.get_global_step().load(step, session)
                point, = tf.Summary.FromString(session.run(summary)).value
                self.assertAlmostEqual(point.simple_value, expected, places=7)
