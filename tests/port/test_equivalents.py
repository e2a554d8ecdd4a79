"""What ported scripts import gives the numbers of what they imported before."""

import math
import os
import sys
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.port import equivalents

try:
    from tensorflow.contrib import layers as contrib
except ImportError:  # TensorFlow 2
    contrib = None

INITIALIZERS = [
    ('xavier_initializer', {}),
    ('xavier_initializer', {'uniform': False}),
    ('variance_scaling_initializer', {}),
    ('variance_scaling_initializer', {'factor': 1.5, 'mode': 'FAN_OUT'}),
    ('variance_scaling_initializer', {'factor': 0.5, 'mode': 'FAN_AVG', 'uniform': True}),
]
REGULARIZERS = [
    ('l1_regularizer', (0.3,)), ('l1_regularizer', (0.0,)), ('l2_regularizer', (0.3, 'mine')),
    ('l2_regularizer', (0.0,)), ('l1_l2_regularizer', (0.3, 0.2)),
    ('l1_l2_regularizer', (0.3, 0.0)), ('l1_l2_regularizer', (0.0, 0.2)),
]
SHAPES = [[7], [4, 6], [3, 2, 5, 4], []]


def draw(module, name, arguments, shape):
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(getattr(module, name)(seed=5, **arguments)(shape, tf.float32))


def penalty(module, name, arguments):
    """Returns the value and the name of a penalty, None and None where there is none."""
    with tf.Graph().as_default(), tf.Session() as session:
        weights = tf.constant([[1.0, -2.0], [0.5, 3.0]])
        tensor = getattr(module, name)(*arguments)(weights)
        return (None, None) if tensor is None else (session.run(tensor), tensor.name)


@unittest.skipIf(contrib is None, 'this TensorFlow has no contrib')
class ContribTest(unittest.TestCase):
    """Bit by bit as contrib's, where there is contrib."""

    @parameterized.expand(INITIALIZERS)
    def test_initializer(self, name, arguments):
        for shape in SHAPES:
            np.testing.assert_array_equal(draw(contrib, name, arguments, shape),
                                          draw(equivalents, name, arguments, shape))

    @parameterized.expand(REGULARIZERS)
    def test_regularizer(self, name, arguments):
        self.assertEqual(penalty(contrib, name, arguments), penalty(equivalents, name, arguments))


class InitializerTest(unittest.TestCase):

    @parameterized.expand([
        ({}, 'xavier_initializer', math.sqrt(6.0 / (10 + 20))),
        ({}, 'variance_scaling_initializer', 2 * math.sqrt(1.3 * 2.0 / 10)),
        ({'uniform': True, 'mode': 'FAN_OUT'}, 'variance_scaling_initializer',
         math.sqrt(3 * 2.0 / 20)),
        ({'uniform': False}, 'xavier_initializer', 2 * math.sqrt(1.3 * 2 / (10 + 20))),
    ])
    def test_limit_of_the_draws(self, arguments, name, limit):
        with tf.Graph().as_default(), tf.Session() as session:
            make = getattr(equivalents, name)
            values = session.run(tf.stack([make(seed=seed, **arguments)([5, 2, 4], tf.float32)
                                           for seed in range(100)]))
        self.assertLessEqual(np.abs(values).max(), limit * (1 + 1e-6))
        self.assertGreater(np.abs(values).max(), 0.98 * limit)

    def test_types(self):
        with tf.Graph().as_default():
            self.assertEqual(tf.float64, equivalents.xavier_initializer(dtype=tf.float64)([3])
                             .dtype)
            self.assertEqual(tf.float64, equivalents.xavier_initializer()([3], tf.float64).dtype)
        for name in ('xavier_initializer', 'variance_scaling_initializer'):
            message = f'^{name}: `dtype` must be a floating-point type, but it is .*int32.*; pass'
            with self.assertRaisesRegex(TypeError, message):
                getattr(equivalents, name)(dtype=tf.int32)
            with tf.Graph().as_default(), self.assertRaisesRegex(TypeError, message):
                getattr(equivalents, name)()([3], tf.int32)
        with self.assertRaisesRegex(TypeError, "`mode` must be 'FAN_IN'.*but it is 'FAN'; pass"):
            equivalents.variance_scaling_initializer(mode='FAN')


class RegularizerTest(unittest.TestCase):

    @parameterized.expand([
        ('l1_regularizer', (0.3,), 0.3 * 6.5, 'l1_regularizer:0'),
        ('l2_regularizer', (0.3, 'mine'), 0.3 * 14.25 / 2, 'mine:0'),
        ('l1_l2_regularizer', (0.3, 0.2), 0.3 * 6.5 + 0.2 * 14.25 / 2, 'l1_l2_regularizer:0'),
        ('l1_l2_regularizer', (0.0, 0.2), 0.2 * 14.25 / 2, 'l1_l2_regularizer:0'),
    ])
    def test_penalty(self, name, arguments, expected, tensor):
        value, tensor_name = penalty(equivalents, name, arguments)
        self.assertAlmostEqual(expected, value, places=5)
        self.assertEqual(tensor, tensor_name)

    def test_none(self):
        self.assertEqual((None, None), penalty(equivalents, 'l2_regularizer', (0.0,)))
        self.assertIsNone(equivalents.sum_regularizer([None]))

    @parameterized.expand(['l1_regularizer', 'l2_regularizer', 'l1_l2_regularizer'])
    def test_wrong_scales(self, name):
        for scale in (-0.1, 1):
            argument = 'scale_l2' if name == 'l1_l2_regularizer' else 'scale'
            with self.assertRaises(ValueError) as raised:
                getattr(equivalents, name)(**{argument: scale})
            self.assertEqual(f'{name}: `{argument}` must be a non-negative float, but it is '
                             f'{scale}; pass for example 1e-4', str(raised.exception))


class LoadSourceTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(sys.modules.pop, 'tensornet_test_net', None)
        self.path = os.path.join(folder.name, 'net.conf')

    def load(self, text):
        with open(self.path, 'w') as file:
            file.write(text)
        return equivalents.load_source('tensornet_test_net', self.path)

    def test_module(self):
        module = self.load('opts = {"rate": 0.1}\nname, file = __name__, __file__\n')
        self.assertEqual(({'rate': 0.1}, 'tensornet_test_net', self.path),
                         (module.opts, module.name, module.file))
        self.assertIs(module, sys.modules['tensornet_test_net'])

    def test_a_second_time(self):
        first = self.load('x = 1\n')
        second = self.load('yy = 2\n')
        self.assertIs(first, second)
        self.assertEqual((1, 2), (second.x, second.yy))

    def test_errors(self):
        with self.assertRaises(ZeroDivisionError):
            self.load('1 / 0\n')
        self.assertNotIn('tensornet_test_net', sys.modules)
        with self.assertRaises(FileNotFoundError):
            equivalents.load_source('tensornet_test_net', self.path + '.py')


if __name__ == '__main__':
    unittest.main()
