"""The moving statistics of a layer or a graph, for scripts that pick what they save."""

import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers
from tensornet.layers.moving_statistics import NAMES


def build():
    inp = tf.placeholder(tf.float32, [None, 4])
    out = layers.batch_normalization(inp, tf.constant(True), scope='bn')
    with tf.variable_scope('tower'):
        out = layers.linear(out, 3, scope='linear')
        out = layers.batch_normalization(out, tf.constant(True), scope='bn_1')
    return inp, out


def names(variables):
    return [variable.op.name for variable in variables]


class MovingStatisticsTest(unittest.TestCase):

    def setUp(self):
        self.graph = tf.Graph()
        graph = self.graph.as_default()
        graph.__enter__()
        self.addCleanup(graph.__exit__, None, None, None)
        self.inp, self.out = build()

    def test_of_a_graph(self):
        expected = [f'{scope}/{name}' for scope in ('bn', 'tower/bn_1') for name in NAMES]
        self.assertEqual(expected, names(layers.moving_statistics()))

    def test_of_a_layer(self):
        expected = ['tower/bn_1/' + name for name in NAMES]
        for scope in ('tower', 'tower/bn_1'):
            self.assertEqual(expected, names(layers.moving_statistics(scope)))
        with tf.variable_scope('tower') as tower:
            self.assertEqual(expected, names(layers.moving_statistics(tower)))
        self.assertEqual(['bn/' + name for name in NAMES], names(layers.moving_statistics('bn')))

    def test_of_layers_without_a_scope_of_their_own(self):
        with tf.Graph().as_default():
            layers.batch_normalization(tf.zeros([2, 4]), True, scope='')
            with tf.variable_scope('tower') as tower:
                layers.batch_normalization(tf.zeros([2, 4]), True, scope=tower)
            expected = [scope + name for scope in ('', 'tower/') for name in NAMES]
            self.assertEqual(expected, names(layers.moving_statistics()))
            self.assertEqual(expected[3:], names(layers.moving_statistics(tower)))

    def test_reuse_adds_none(self):
        before = names(layers.moving_statistics())
        with tf.variable_scope('', reuse=True):
            layers.batch_normalization(self.inp, tf.constant(False), scope='bn')
        self.assertEqual(before, names(layers.moving_statistics()))

    def test_layers_of_other_libraries_and_averages_are_none(self):
        for name, shape in (('moving_mean', [3]), ('moving_variance', [3])):
            tf.get_variable('other/' + name, shape, trainable=False)
        tf.train.ExponentialMovingAverage(0.9).apply(tf.trainable_variables())
        self.assertEqual(6, len(layers.moving_statistics()))

    def test_a_graph_without(self):
        with tf.Graph().as_default():
            self.assertEqual([], layers.moving_statistics())

    def test_wrong_scopes(self):
        with self.assertRaisesRegex(TypeError, '^moving_statistics: `scope` must be a variable '
                                    'scope, its name or None, but it is 3 of type int; pass '):
            layers.moving_statistics(3)
        with self.assertRaisesRegex(ValueError, r"^moving_statistics: `scope` must be one with .*, "
                                    r"but it is 'bn_1'; the graph has \['bn', 'tower/bn_1'\]$"):
            layers.moving_statistics('bn_1')

    def test_what_a_script_saves_restores_the_evaluation(self):
        """An imported graph is evaluated with what the first one saved."""
        saver = tf.train.Saver(tf.trainable_variables() + layers.moving_statistics())
        batch = np.random.RandomState(0).normal(size=[5, 4]).astype('float32')
        with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
            path = os.path.join(folder, 'model.ckpt')
            session.run(tf.global_variables_initializer())
            session.run(self.out, {self.inp: batch})
            expected = session.run(layers.moving_statistics())
            saver.save(session, path)
            with tf.Graph().as_default(), tf.Session() as other:
                tf.train.import_meta_graph(path + '.meta').restore(other, path)
                restored = other.run(layers.moving_statistics())
        self.assertGreater(np.abs(expected[0]).max(), 0)
        for value, again in zip(expected, restored):
            np.testing.assert_array_equal(value, again)


if __name__ == '__main__':
    unittest.main()
