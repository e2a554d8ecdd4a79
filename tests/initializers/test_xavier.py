"""`tensornet.initializers.xavier` draws from the distribution of contrib's."""

import math
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.initializers import xavier
from tests.sessions import session
from tests.useless_ranks import WithUselessRanks

# Standard deviation of a unit normal that is truncated at two.
TRUNCATED = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))


def _draw(shape, initializer=None, dtype=tf.float32, seed=1):
    with tf.Graph().as_default():
        tf.set_random_seed(seed)
        values = (initializer or xavier())(shape, dtype=dtype)
        with tf.Session() as opened:
            return opened.run(values).astype(np.float64)


def _stddev(fan_in, fan_out):
    return math.sqrt(1.3 * 2 / (fan_in + fan_out))


class XavierTest(unittest.TestCase):

    @parameterized.expand([
        ([200, 300], 200, 300),
        ([3, 5, 40, 60], 600, 900),
        ([2, 30, 700], 60, 1400),
        ([50000], 50000, 50000),
        ([1, 40000], 1, 40000),
        ([5, 5, 1, 1600], 25, 40000),
    ])
    def test_empirical_deviation(self, shape, fan_in, fan_out):
        values = _draw(shape)
        stddev = _stddev(fan_in, fan_out)
        # The relative error of a deviation of n draws is about 1 / sqrt(2 n) < 0.4 %.
        self.assertLess(abs(values.std() / (TRUNCATED * stddev) - 1), 0.015)
        self.assertLess(abs(values.mean()), 4 * stddev / math.sqrt(values.size))
        self.assertLessEqual(np.abs(values).max(), 2 * stddev * (1 + 1e-6))
        self.assertGreater(np.abs(values).max(), 1.99 * stddev)

    @parameterized.expand([
        ('float16', 2e-3), ('bfloat16', 1e-2), ('float32', 1e-6), ('float64', 1e-12),
    ])
    def test_types(self, dtype, rounding):
        values = _draw([200, 300], dtype=tf.as_dtype(dtype))
        self.assertLess(abs(values.std() / (TRUNCATED * _stddev(200, 300)) - 1), 0.015)
        self.assertLessEqual(np.abs(values).max(), 2 * _stddev(200, 300) * (1 + rounding))

    @parameterized.expand([([0],), ([0, 0],), ([3, 0, 0],), ([0, 3],)])
    def test_no_elements(self, shape):
        self.assertEqual(tuple(shape), _draw(shape).shape)

    def test_default_type(self):
        with tf.Graph().as_default():
            self.assertEqual(tf.float32, xavier()([2, 3]).dtype)
            self.assertEqual(tf.float32, xavier()([2, 3], None).dtype)

    def test_scalar(self):
        drawn = _draw([], xavier(seed=3))
        self.assertEqual((), drawn.shape)
        # As of a matrix of one element.
        self.assertEqual(_draw([1, 1], xavier(seed=3)), drawn)

    @parameterized.expand([('class', xavier), ('instance', xavier())])
    def test_in_get_variable(self, _, initializer):
        with tf.Graph().as_default():
            variable = tf.get_variable('v', [200, 300], initializer=initializer)
            with session() as opened:
                values = opened.run(variable)
        self.assertLess(abs(values.std() / (TRUNCATED * _stddev(200, 300)) - 1), 0.015)

    def test_protocol_of_partitioned_variables(self):
        with tf.Graph().as_default():
            self.assertEqual([2, 3], xavier()([2, 3], tf.float64, None).shape.as_list())
            self.assertEqual(
                [2, 3], xavier()(shape=[2, 3], dtype=tf.float64, partition_info=None)
                .shape.as_list())

    @parameterized.expand([(seed, parts) for seed in (None, 7) for parts in (2, 3)])
    def test_parts_are_drawn_differently(self, seed, parts):
        with tf.Graph().as_default():
            tf.set_random_seed(1)
            with tf.variable_scope('', partitioner=tf.fixed_size_partitioner(parts)):
                variable = tf.get_variable('v', [60, 50], initializer=xavier(seed))
            with session() as opened:
                values = opened.run(tf.convert_to_tensor(variable))
        self.assertEqual(60, len(np.unique(values, axis=0)))
        self.assertLess(abs(values.std() / (TRUNCATED * _stddev(60, 50)) - 1), 0.06)
        if seed is not None:
            np.testing.assert_array_equal(_draw([60, 50], xavier(seed=seed)), values)

    def test_seed(self):
        first, second = (_draw([4, 5], xavier(seed=7)) for _ in range(2))
        np.testing.assert_array_equal(first, second)
        self.assertFalse(np.array_equal(first, _draw([4, 5], xavier(seed=8))))
        self.assertFalse(np.array_equal(_draw([4, 5]), _draw([4, 5], seed=2)))


class DefaultOfTheLayersTest(WithUselessRanks, unittest.TestCase):
    """Without arguments the weights have the deviation of the formula for their own shape."""

    @parameterized.expand([
        ('tt', [None, 1600], lambda inp: layers.tt(inp, [40, 40], [30, 30], [1, 20, 1])),
        ('tt_conv', [None, 8, 8, 400],
         lambda inp: layers.tt_conv(inp, [5, 5], [20, 20], [20, 20], [400, 20, 1])),
        ('tt_conv_full', [None, 8, 8, 400],
         lambda inp: layers.tt_conv_full(inp, [5, 5], [20, 20], [20, 20], [400, 20, 1])),
        ('tt_conv1d_full', [None, 40, 400],
         lambda inp: layers.tt_conv1d_full(inp, [1, 25], [20, 20], [20, 20], [400, 20, 1])),
        ('tt_conv_direct', [None, 8, 8, 200],
         lambda inp: layers.tt_conv_direct(inp, [5, 5], 200, [1, 1000, 1, 40, 1])),
        ('conv', [None, 8, 8, 40], lambda inp: layers.conv(inp, 60, [3, 3])),
        ('linear', [None, 200], lambda inp: layers.linear(inp, 300)),
    ])
    def test_deviation(self, _, shape, build):
        with tf.Graph().as_default():
            tf.set_random_seed(1)
            build(tf.placeholder(tf.float32, shape))
            with session() as opened:
                weights = {variable.op.name: opened.run(variable)
                           for variable in tf.trainable_variables()
                           if not variable.op.name.endswith('biases')}
        for name, values in weights.items():
            field = int(np.prod(values.shape[:-2]))
            stddev = _stddev(field * values.shape[-2], field * values.shape[-1])
            # Five deviations of the estimate.
            self.assertLess(abs(values.std() / (TRUNCATED * stddev) - 1),
                            5 / math.sqrt(2 * values.size), name)


if __name__ == '__main__':
    unittest.main()
