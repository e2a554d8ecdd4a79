"""`batch_normalization` of no numbers: nothing moves, gradients are zero; and of many in halves."""

import itertools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.layers.control_flow import VERSIONS, control_flow
from tests.layers.normalized import STATISTICS, statistics
from tests.references.batch_normalization import MovingAverage, moments, normalize
from tests.sessions import assert_close, session

DTYPES = ('float16', 'bfloat16', 'float32', 'float64')
EMPTY = [[0, 3], [0, 2, 2, 3], [2, 0, 2, 3], [2, 2, 0, 3], [0, 0, 0, 3]]
# Kernels of half precision take whole vectors of channels.
EMPTY_VECTORS = [[0, 16], [0, 2, 2, 16], [2, 0, 2, 16]]


def _loss(out):
    return tf.reduce_sum(tf.sin(tf.cast(out, tf.float32)))


class EmptyBatchTest(unittest.TestCase):

    @parameterized.expand([
        (shape, dtype, phase, static, eps)
        for shape, dtype, phase, static, eps in itertools.product(
            EMPTY + EMPTY_VECTORS, DTYPES, ('python',) + VERSIONS, (False, True), (1e-3, 1e-7))
        # The smallest epsilon decides between two kernels, and static sizes leave out ops,
        # for float32 only.
        if (dtype == 'float32' or eps == 1e-3 and not static)
        and (shape in EMPTY or dtype in ('float16', 'bfloat16'))])
    def test_nothing_moves(self, shape, dtype, phase, static, eps):
        sizes = shape if static else [None] * (len(shape) - 1) + shape[-1:]
        with tf.Graph().as_default(), control_flow('v2' if phase == 'v2' else 'v1'):
            inp = tf.placeholder(dtype, sizes)
            train = True if phase == 'python' else tf.placeholder_with_default(True, [])
            out = layers.batch_normalization(inp, train, eps=eps, scope='bn')
            gradients = tf.gradients(_loss(out), [inp] + tf.trainable_variables())
            numbers = np.arange(1.0, shape[-1] + 1)
            values = {'bn/moving_mean': numbers, 'bn/moving_variance': numbers[::-1],
                      'bn/local_step': 5.0}
            with session(values) as opened:
                actual = opened.run([out] + gradients, {inp: np.zeros(shape)})
                for name, value in zip(STATISTICS, statistics(opened)):
                    np.testing.assert_array_equal(values['bn/' + name], value)
        self.assertEqual(tuple(shape), actual[0].shape)
        self.assertEqual(tuple(shape), actual[1].shape)
        for gradient in actual[2:]:
            np.testing.assert_array_equal(np.zeros(shape[-1]), np.asarray(gradient, np.float32))

    @parameterized.expand([
        (shape, dtype, static) for shape, dtype, static in itertools.product(
            EMPTY + EMPTY_VECTORS, DTYPES, (False, True))
        if dtype in ('float32', 'float16') or shape in EMPTY_VECTORS])
    def test_second_derivatives_are_zero(self, shape, dtype, static):
        sizes = shape if static else [None] * (len(shape) - 1) + shape[-1:]
        with tf.Graph().as_default():
            inp = tf.placeholder(dtype, sizes)
            out = layers.batch_normalization(inp, True, scope='bn')
            first = tf.gradients(_loss(out), [inp] + tf.trainable_variables())
            second = tf.gradients([_loss(gradient) for gradient in first],
                                  [inp] + tf.trainable_variables()[:1])
            with session() as opened:
                by_inp, by_weights = opened.run(second, {inp: np.zeros(shape)})
        self.assertEqual(tuple(shape), by_inp.shape)
        np.testing.assert_array_equal(np.zeros(shape[-1]), np.asarray(by_weights, np.float32))

    @parameterized.expand([(dtype, train) for dtype in ('float32', 'float64')
                           for train in (True, False)])
    def test_empty_batches_between_others(self, dtype, train):
        random = np.random.RandomState(0)
        mean_average, variance_average = MovingAverage(0.9), MovingAverage(0.9)
        with tf.Graph().as_default():
            inp, phase = tf.placeholder(dtype, [None, 3]), tf.placeholder(tf.bool, [])
            out = layers.batch_normalization(inp, phase, 0.9, scope='bn')
            with session() as opened:
                for size in (0, 4, 0, 0, 5, 1, 0):
                    batch = random.normal(size=[size, 3])
                    opened.run(out, {inp: batch, phase: True})
                    if size:
                        mean, variance = moments(batch)
                        mean_average.update(mean)
                        variance_average.update(variance)
                    if not train:
                        opened.run(out, {inp: batch, phase: False})
                mean, variance, step = statistics(opened)
        self.assertEqual(3, step)
        assert_close(mean, mean_average.value, 1e-6)
        assert_close(variance, variance_average.value, 1e-6)

    @parameterized.expand([(shape, dtype) for shape in EMPTY + EMPTY_VECTORS for dtype in DTYPES])
    def test_evaluation(self, shape, dtype):
        with tf.Graph().as_default():
            inp = tf.placeholder(dtype, [None] * (len(shape) - 1) + shape[-1:])
            out = layers.batch_normalization(inp, False, scope='bn')
            gradients = tf.gradients(_loss(out), [inp] + tf.trainable_variables())
            with session({'bn/moving_variance': np.arange(1.0, shape[-1] + 1)}) as opened:
                actual = opened.run([out] + gradients, {inp: np.zeros(shape)})
        self.assertEqual(tuple(shape), actual[0].shape)
        self.assertEqual(tuple(shape), actual[1].shape)
        for gradient in actual[2:]:
            np.testing.assert_array_equal(np.zeros(shape[-1]), np.asarray(gradient, np.float32))


class HalfPrecisionGradientsTest(unittest.TestCase):
    """Sums over the batch are in float32: the error is that of rounding once."""

    @parameterized.expand([(dtype, train, shape)
                           for dtype in ('float16', 'bfloat16') for train in (True, False)
                           for shape in ([2048, 2], [32, 8, 8, 2], [2048, 16], [32, 8, 8, 16])])
    def test_large_batches(self, dtype, train, shape):
        random = np.random.RandomState(0)
        # What the layer gets are these numbers in half precision.
        half = tf.as_dtype(dtype).as_numpy_dtype
        batch = random.normal(size=shape).astype(half)
        towards = random.uniform(0.5, 1.5, size=shape).astype(half)
        with tf.Graph().as_default():
            inp = tf.placeholder(dtype, [None] + shape[1:])
            out = layers.batch_normalization(inp, train, scope='bn')
            gradients = tf.gradients(out, tf.trainable_variables(), tf.constant(towards))
            pairs = shape[-1] // 2
            with session({'bn/moving_mean': [-1.0, 2.0] * pairs,
                          'bn/moving_variance': [1.0, 4.0] * pairs}) as opened:
                of_weights, of_biases = opened.run(gradients, {inp: batch})
        towards = towards.astype(np.float64)
        mean, variance = moments(batch.astype(np.float64)) if train else (
            [-1, 2] * pairs, np.array([1, 4] * pairs))
        axes = tuple(range(len(shape) - 1))
        # The rounding of a half, and here that of a product, which is rounded by no kernel.
        tolerance = {'float16': 1e-3, 'bfloat16': 8e-3}[dtype]
        assert_close(of_biases, towards.sum(axes), tolerance)
        normalized = normalize(batch.astype(np.float64), mean, variance)
        assert_close(of_weights, (normalized * towards).sum(axes), tolerance)


if __name__ == '__main__':
    unittest.main()
