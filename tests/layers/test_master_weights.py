"""Half-precision layers with variables in float32: training, checkpoints and reuse."""

import functools
import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.graph_rewrites import TENSORFLOW_2
from tests.layers import classifiers
from tests.layers.examples import EXAMPLES, build, images, placeholder
from tests.sessions import assert_close, random_values, session

HALF = ('float16', 'bfloat16')
CASES = [(name, dtype) for name in EXAMPLES for dtype in HALF]
# Relative to the largest number of the result: a few units in the last place.
TOLERANCES = {'float16': 1e-2, 'bfloat16': 8e-2}


def _run(name, dtype, getter=None):
    """Returns output and gradients, in float64, of a layer with random variables."""
    with tf.Graph().as_default():
        inp = placeholder(name, tf.as_dtype(dtype))
        with tf.variable_scope('outer', custom_getter=getter):
            out = build(name, inp, scope='layer')
        trainable = tf.trainable_variables()
        squares = tf.reduce_sum(tf.square(tf.cast(out, tf.float64)))
        fetches = [tf.cast(tensor, tf.float64) for tensor in
                   [out] + tf.gradients(squares, [inp] + trainable)]
        random = np.random.RandomState(1)
        values = {variable.op.name: random.normal(size=variable.shape.as_list())
                  for variable in trainable}
        with session(values) as opened:
            return opened.run(fetches, {inp: images(name)})


@functools.lru_cache(maxsize=None)
def _reference(name):
    return _run(name, 'float64')


class MasterWeightsTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_half_outside_and_single_inside(self, name, dtype):
        with tf.Graph().as_default():
            inp = placeholder(name, tf.as_dtype(dtype))
            with tf.variable_scope('outer', custom_getter=layers.master_weights):
                out = build(name, inp, scope='layer')
            self.assertEqual(dtype, out.dtype.name)
            self.assertEqual('outer/layer/out', out.op.name)
            self.assertEqual({tf.float32}, {v.dtype.base_dtype for v in tf.global_variables()})
            expected = ['outer/layer/' + variable for variable, _ in EXAMPLES[name].variables]
            self.assertEqual(expected, [v.op.name for v in tf.trainable_variables()])
            gradients = tf.gradients(tf.reduce_sum(tf.cast(out, tf.float32)),
                                     tf.trainable_variables())
            self.assertEqual({tf.float32}, {gradient.dtype for gradient in gradients})

    @parameterized.expand(CASES)
    def test_values_and_gradients(self, name, dtype):
        expected = _reference(name)
        for actual, wanted in zip(_run(name, dtype, layers.master_weights), expected):
            scale = max(np.abs(wanted).max(), np.abs(expected[0]).max())
            np.testing.assert_allclose(actual, wanted, rtol=0, atol=TOLERANCES[dtype] * scale)

    @parameterized.expand(['float32', 'float64'])
    def test_other_types_are_as_without_it(self, dtype):
        with tf.Graph().as_default():
            with tf.variable_scope('outer', custom_getter=layers.master_weights):
                layers.linear(tf.zeros([2, 3], dtype), 4, scope='layer')
            types = [operation.type for operation in tf.get_default_graph().get_operations()]
            self.assertEqual({dtype}, {v.dtype.base_dtype.name for v in tf.global_variables()})
            self.assertNotIn('Cast', types)

    def test_the_regularizer_sees_the_stored_variable(self):
        seen = []
        with tf.Graph().as_default(), tf.variable_scope('', custom_getter=layers.master_weights):
            layers.linear(tf.zeros([2, 3], tf.float16), 4, scope='layer',
                          weights_regularizer=lambda weights: seen.append(weights.dtype))
        self.assertEqual([tf.float32], [dtype.base_dtype for dtype in seen])

    @parameterized.expand([(name,) for name in EXAMPLES])
    def test_variables_are_reused(self, name):
        with tf.Graph().as_default():
            inp = placeholder(name, tf.bfloat16)
            with tf.variable_scope('outer', custom_getter=layers.master_weights,
                                   reuse=tf.AUTO_REUSE):
                outs = [tf.cast(build(name, inp, scope='layer'), tf.float32) for _ in range(2)]
            self.assertEqual(len(EXAMPLES[name].variables), len(tf.trainable_variables()))
            with session() as opened:
                first, second = opened.run(outs, {inp: images(name)})
            np.testing.assert_array_equal(first, second)

    @parameterized.expand([('tensor', tf.constant), ('array', lambda value, _: np.float16(value))])
    def test_initial_values_of_half_precision(self, _, make):
        value = np.arange(6).reshape([2, 3]) / 4
        with tf.Graph().as_default(), tf.variable_scope('', custom_getter=layers.master_weights):
            variable = tf.get_variable('v', initializer=make(value, tf.float16))
            self.assertEqual(tf.float16, variable.dtype)
            with session() as opened:
                np.testing.assert_array_equal(value, opened.run(variable))
            self.assertEqual(tf.float32, tf.global_variables()[0].dtype.base_dtype)


class TrainingTest(unittest.TestCase):

    @parameterized.expand([(name,) for name in classifiers.NAMES])
    def test_losses_of_bfloat16_are_those_of_float32_within_its_noise(self, name):
        if not TENSORFLOW_2:
            self.skipTest('TensorFlow 1 has few kernels for bfloat16')
        single, _ = classifiers.trained(name, 30)
        half, values = classifiers.trained(name, 30, tf.bfloat16, layers.master_weights)
        self.assertEqual({np.dtype(np.float32)}, {value.dtype for value in values.values()})
        self.assertLess(single[-1], 0.8 * single[0])
        self.assertGreater(np.abs(half - single).max(), 0)
        # bfloat16 has 8 bits of mantissa.
        self.assertLess(np.abs(half - single).max(), 0.01 * single[0])

    def test_updates_that_half_precision_would_lose_are_kept(self):
        with tf.Graph().as_default(), tf.variable_scope('', custom_getter=layers.master_weights):
            out = layers.linear(tf.ones([1, 1], tf.bfloat16), 1, tf.ones_initializer,
                                biases_initializer=None, scope='layer')
            step = tf.train.GradientDescentOptimizer(1e-4).minimize(-tf.cast(out, tf.float32))
            with session() as opened:
                for _ in range(10):
                    opened.run(step)
                assert_close(opened.run(tf.global_variables()[0]), [[1.001]], 1e-6)

    @parameterized.expand([(name, saved) for name in classifiers.NAMES
                           for saved in ('bfloat16', 'float32')])
    def test_checkpoints_go_between_half_and_single_precision(self, name, saved):
        inputs, _ = classifiers.data(name)
        restored = {'bfloat16': 'float32', 'float32': 'bfloat16'}[saved]
        with tempfile.TemporaryDirectory() as folder:
            path, outs, values = os.path.join(folder, 'model'), [], []
            for dtype in (saved, restored):
                getter = layers.master_weights if dtype == 'bfloat16' else None
                with tf.Graph().as_default():
                    logits = classifiers.logits(name, tf.constant(inputs), tf.as_dtype(dtype),
                                                getter)
                    saver = tf.train.Saver()
                    with session(random_values() if dtype == saved else None) as opened:
                        if dtype == saved:
                            saver.save(opened, path)
                        else:
                            saver.restore(opened, path)
                        values.append(opened.run({variable.op.name: variable
                                                  for variable in tf.global_variables()}))
                        outs.append(opened.run(logits))
            self.assertEqual({tf.float32}, set(
                tf.train.load_checkpoint(path).get_variable_to_dtype_map().values()))
        self.assertEqual(set(values[0]), set(values[1]))
        for variable, value in values[0].items():
            np.testing.assert_array_equal(value, values[1][variable], variable)
        assert_close(outs[0], outs[1], 0.05)


if __name__ == '__main__':
    unittest.main()
