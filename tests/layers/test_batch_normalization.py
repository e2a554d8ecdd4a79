"""`batch_normalization` against NumPy, and the kernel that computes it."""

import os
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction.processor import NO_UNIT, half_precision_unit
from tests.layers.control_flow import VERSIONS, control_flow
from tests.layers.normalized import batches, op_types, statistics
from tests.references.batch_normalization import MovingAverage, moments, normalize
from tests.sessions import assert_close, session

SHAPES = [[6, 3], [2, 3, 4, 3]]
TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
HAS_UNIT = TENSORFLOW_2 and half_precision_unit('bfloat16') != NO_UNIT


class ValuesTest(unittest.TestCase):

    @parameterized.expand([(shape, dtype, version) for shape in SHAPES
                           for dtype in ('float16', 'float32', 'float64') for version in VERSIONS])
    def test_tensors_as_decay_and_eps(self, shape, dtype, version):
        results = []
        for as_tensors in (True, False):
            with tf.Graph().as_default(), control_flow(version):
                inp, phase = tf.placeholder(dtype, shape), tf.placeholder(tf.bool, [])
                decay, eps = 0.75, 0.125
                if as_tensors:
                    decay, eps = tf.constant(decay), tf.placeholder_with_default(eps, None)
                out = layers.batch_normalization(inp, phase, decay, eps, scope='bn')
                weights = tf.constant(np.arange(np.prod(shape)).reshape(shape), dtype)
                gradient, = tf.gradients(out, inp, weights)
                with session() as opened:
                    numbers = [opened.run([out, gradient], {inp: batch, phase: is_training})
                               for batch in batches(shape, 2) for is_training in (True, False)]
                    results.append([array for pair in numbers for array in pair]
                                   + statistics(opened))
        tolerance = {'float16': 1e-2, 'float32': 1e-5, 'float64': 1e-12}[dtype]
        for actual, expected in zip(*results):
            assert_close(actual, expected, tolerance)

    @parameterized.expand([(shape, decay, eps, dtype)
                           for shape in SHAPES
                           for decay, eps in ((0.9, 1e-3), (0.0, 1e-3), (0.99, 1e-7), (0.5, 0.3),
                                              (0.9999, 1e-5))
                           for dtype in ('float32', 'float64')])
    def test_against_numpy(self, shape, decay, eps, dtype):
        tolerance = {'float32': 1e-5, 'float64': 1e-12}[dtype]
        mean_average, variance_average = MovingAverage(decay), MovingAverage(decay)
        weights, biases = [0.5, -2.0, 3.0], [1.0, 0.0, -1.0]
        with tf.Graph().as_default():
            inp = tf.placeholder(dtype, [None] + shape[1:])
            phase = tf.placeholder(tf.bool, [])
            out = layers.batch_normalization(inp, phase, decay, eps, scope='bn')
            with session({'bn/weights': weights, 'bn/biases': biases}) as opened:
                for step, batch in enumerate(batches(shape, 4), start=1):
                    mean, variance = moments(batch)
                    actual = opened.run(out, {inp: batch, phase: True})
                    assert_close(actual, normalize(batch, mean, variance, weights, biases, eps),
                                 tolerance)

                    mean_average.update(mean)
                    variance_average.update(variance)
                    moving_mean, moving_variance, steps = statistics(opened)
                    assert_close(moving_mean, mean_average.value, tolerance)
                    assert_close(moving_variance, variance_average.value, tolerance)
                    self.assertEqual(step, steps)

                    actual = opened.run(out, {inp: batch, phase: False})
                    expected = normalize(batch, mean_average.value, variance_average.value,
                                         weights, biases, eps)
                    assert_close(actual, expected, tolerance)
                    self.assertEqual(step, statistics(opened)[2])

    @parameterized.expand([(shape,) for shape in SHAPES])
    def test_variance_of_the_statistics_is_the_biased_one(self, shape):
        batch, = batches(shape, 1)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None] + shape[1:])
            out = layers.batch_normalization(inp, True, scope='bn')
            with session() as opened:
                opened.run(out, {inp: batch})
                assert_close(statistics(opened)[1], moments(batch)[1], 1e-5)

    @parameterized.expand([(eps,) for eps in (1e-3, 1e-7)])
    def test_batch_of_one(self, eps):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 2])
            out = layers.batch_normalization(inp, True, eps=eps, scope='bn')
            with session() as opened:
                np.testing.assert_array_equal([[0.0, 0.0]],
                                              opened.run(out, {inp: [[5.0, -3.0]]}))
                mean, variance, _ = statistics(opened)
                np.testing.assert_allclose(mean, [5.0, -3.0], rtol=1e-6)
                np.testing.assert_array_equal([0.0, 0.0], variance)

    def test_constant_channels_stay_finite(self):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 2])
            out = layers.batch_normalization(inp, True, scope='bn')
            gradient, = tf.gradients(out, inp)
            with session() as opened:
                values = opened.run([out, gradient], {inp: np.full([4, 2], 7.0)})
        self.assertTrue(np.all(np.isfinite(values)))

    def test_before_the_first_update_the_statistics_are_zero(self):
        batch, = batches([6, 3], 1)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 3])
            out = layers.batch_normalization(inp, False, scope='bn')
            with session() as opened:
                assert_close(opened.run(out, {inp: batch}), batch / np.sqrt(1e-3), 1e-5)

    @parameterized.expand(['float16', 'bfloat16'])
    def test_statistics_of_half_precision_lose_no_small_update(self, dtype):
        steps = 300
        with tf.Graph().as_default():
            inp = tf.placeholder(dtype, [None, 1])
            out = layers.batch_normalization(inp, True, ema_decay=0.999, scope='bn')
            average = MovingAverage(0.999)
            with session() as opened:
                for k in range(steps):
                    batch = np.array([[k % 7], [k % 5]], np.float32)
                    opened.run(out, {inp: batch})
                    average.update(batch.mean())
                self.assertEqual(np.float32, statistics(opened)[0].dtype)
                assert_close(statistics(opened)[0], [average.value], 1e-4)


class FusedKernelTest(unittest.TestCase):

    @parameterized.expand([
        ('float32', 1e-3, True), ('float32', 1.001e-5, True), ('float32', 1e-5, False),
        ('float32', 1e-8, False), ('float64', 1e-3, False), ('float16', 1e-3, True),
        ('float16', 1e-5, False), ('bfloat16', 1e-3, True), ('bfloat16', 1e-5, False),
    ])
    def test_where_the_fused_kernel_is_used(self, dtype, eps, expected):
        for train_phase in (True, False):
            with tf.Graph().as_default():
                inp = tf.placeholder(dtype, [None, 3])
                layers.batch_normalization(inp, train_phase, eps=eps)
                self.assertEqual(expected, 'FusedBatchNormV3' in op_types())

    @parameterized.expand([
        ('bfloat16', 48, True, HAS_UNIT), ('bfloat16', 48, False, HAS_UNIT),
        ('bfloat16', 47, True, False), ('bfloat16', 47, False, False),
        ('float16', 48, True, False), ('float16', 47, False, TENSORFLOW_2),
    ])
    def test_where_it_takes_half_precision(self, dtype, channels, train, expected):
        for shape in ([None, channels], [None, 2, 3, channels]):
            with tf.Graph().as_default() as graph:
                layers.batch_normalization(tf.placeholder(dtype, shape), train)
                types = {op.get_attr('T').name for op in graph.get_operations()
                         if op.type == 'FusedBatchNormV3'}
                activations = [op for op in graph.get_operations() if op.type == 'Cast'
                               and op.inputs[0].shape.ndims == len(shape)]
            self.assertEqual({dtype if expected else 'float32'}, types)
            self.assertEqual(0 if expected else 2, len(activations))

    def test_no_kernel_takes_bfloat16_without_the_unit(self):
        with mock.patch.dict(os.environ, ONEDNN_MAX_CPU_ISA='AVX2'), \
                tf.Graph().as_default() as graph:
            for train in (True, False):
                inp = tf.placeholder(tf.bfloat16, [None, 16])
                out = layers.linear(layers.batch_normalization(inp, train), 16)
                tf.gradients(out, [inp] + tf.trainable_variables())
            kernels = [op for op in graph.get_operations()
                       if 'MatMul' in op.type or 'FusedBatchNorm' in op.type]
            self.assertEqual({'MatMul', 'FusedBatchNormV3', 'FusedBatchNormGradV3'},
                             {op.type for op in kernels})
            for op in kernels:
                self.assertEqual({tf.float32}, {tensor.dtype for tensor in op.inputs}, op.name)

    @parameterized.expand([(shape, train) for shape in SHAPES for train in (False, True)])
    def test_fused_equals_plain(self, shape, train):
        """Just above and just below the smallest epsilon of the kernel."""
        batch, = batches(shape, 1)
        results = []
        for eps in (1.001e-5, 1.0009999e-5):
            with tf.Graph().as_default():
                inp = tf.placeholder(tf.float32, shape)
                out = layers.batch_normalization(inp, train, eps=eps, scope='bn')
                gradients = tf.gradients(tf.sin(out), [inp] + tf.trainable_variables())
                results.append('FusedBatchNormV3' in op_types())
                with session({'bn/moving_mean': [1.0, 2.0, 3.0],
                              'bn/moving_variance': [3.0, 2.0, 1.0]}) as opened:
                    results.append(opened.run([out] + gradients, {inp: batch})
                                   + statistics(opened))
        (is_fused, fused, is_other_fused, plain) = results
        self.assertTrue(is_fused)
        self.assertFalse(is_other_fused)
        for actual, expected in zip(fused, plain):
            assert_close(actual, expected, 1e-5)


if __name__ == '__main__':
    unittest.main()
