"""Half-precision layers with variables in float32: training, checkpoints and reuse."""

import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.layers.examples import EXAMPLES, build, images, placeholder
from tests.sessions import assert_close, random_values, session

HALF = ('float16', 'bfloat16')
CASES = [(name, dtype) for name in EXAMPLES for dtype in HALF]
# Relative to the largest number of the result: a few units in the last place.
TOLERANCES = {'float16': 1e-2, 'bfloat16': 8e-2}


def _network(inp, dtype):
    """A small classifier; `dtype` is that of its arithmetic."""
    with tf.variable_scope('net', custom_getter=layers.master_weights, reuse=tf.AUTO_REUSE):
        out = layers.tt(tf.cast(inp, dtype), [4, 4, 4], [4, 4, 2], [1, 4, 4, 1], scope='tt')
        out = tf.nn.relu(layers.batch_normalization(out, True, scope='bn'))
        return tf.cast(layers.linear(out, 4, scope='linear'), tf.float32)


def _data():
    random = np.random.RandomState(0)
    inputs = random.normal(size=[400, 64]).astype(np.float32)
    return inputs, inputs.dot(random.normal(size=[64, 4])).argmax(axis=1)


def _trained(dtype, steps):
    """Trains the network; returns the losses of all steps and the types of all variables."""
    inputs, labels = _data()
    with tf.Graph().as_default():
        logits = _network(tf.constant(inputs), dtype)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        step = tf.train.MomentumOptimizer(0.05, 0.9).minimize(loss)
        random = np.random.RandomState(1)
        matrices = {variable.op.name: 0.5 * random.normal(size=variable.shape.as_list())
                    for variable in tf.trainable_variables() if variable.shape.ndims == 2}
        with session(matrices) as opened:
            losses = [opened.run([loss, step])[0] for _ in range(steps)]
        return np.array(losses), {variable.dtype.base_dtype for variable in tf.global_variables()}


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
        results = {}
        for kind in (dtype, 'float64'):
            with tf.Graph().as_default():
                inp = placeholder(name, tf.as_dtype(kind))
                getter = layers.master_weights if kind == dtype else None
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
                    results[kind] = opened.run(fetches, {inp: images(name)})
        for actual, wanted in zip(results[dtype], results['float64']):
            scale = max(np.abs(wanted).max(), np.abs(results['float64'][0]).max())
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

    def test_variables_are_reused(self):
        with tf.Graph().as_default():
            inp = placeholder('tt', tf.bfloat16)
            with tf.variable_scope('outer', custom_getter=layers.master_weights,
                                   reuse=tf.AUTO_REUSE):
                outs = [tf.cast(build('tt', inp, scope='layer'), tf.float32) for _ in range(2)]
            self.assertEqual(len(EXAMPLES['tt'].variables), len(tf.global_variables()))
            with session(random_values()) as opened:
                first, second = opened.run(outs, {inp: images('tt')})
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

    def test_losses_of_bfloat16_are_those_of_float32_within_its_noise(self):
        single, types = _trained(tf.float32, 100)
        half, half_types = _trained(tf.bfloat16, 100)
        self.assertEqual(({tf.float32}, {tf.float32}), (types, half_types))
        self.assertLess(single[-1], 0.3 * single[0])
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

    def test_checkpoints_go_between_half_and_single_precision(self):
        inputs, _ = _data()
        with tempfile.TemporaryDirectory() as folder:
            path, outs = os.path.join(folder, 'model'), []
            for dtype, save in ((tf.bfloat16, True), (tf.float32, False)):
                with tf.Graph().as_default():
                    logits = _network(tf.constant(inputs), dtype)
                    saver = tf.train.Saver()
                    with session(random_values() if save else None) as opened:
                        if save:
                            saver.save(opened, path)
                        else:
                            saver.restore(opened, path)
                        outs.append(opened.run(logits))
            stored = dict(tf.train.list_variables(path))
            self.assertIn('net/tt/mat_core_1', stored)
            self.assertEqual({tf.float32}, set(
                tf.train.load_checkpoint(path).get_variable_to_dtype_map().values()))
        assert_close(outs[0], outs[1], 0.05)


if __name__ == '__main__':
    unittest.main()
