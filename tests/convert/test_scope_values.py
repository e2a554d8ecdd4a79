"""Converted weights in a graph: while it is built, and when it is built already."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert, layers
from tensornet.convert.value_initializer import value_initializer
from tests.sessions import assert_close, session

MATRIX = np.random.RandomState(1).normal(size=[24, 12])
KERNEL = np.random.RandomState(2).normal(size=[3, 2, 6, 4])
# What is behind the sizes of the weights is not zero here.
TRUNCATED = convert.tt_from_dense(MATRIX, [5, 6], [4, 4], max_rank=4, pad=True)

CASES = [
    ('tt', layers.tt, convert.tt_from_dense(MATRIX, [4, 6], [3, 4], eps=0), MATRIX),
    ('tt_conv', layers.tt_conv, convert.tt_conv_from_dense(KERNEL, [2, 3], [2, 2], eps=0), KERNEL),
    ('tt_conv_full', layers.tt_conv_full,
     convert.tt_conv_from_dense(KERNEL, [2, 3], [2, 2], eps=0), KERNEL),
    ('tt_conv_direct', layers.tt_conv_direct, convert.tt_conv_direct_from_dense(KERNEL, eps=0),
     KERNEL),
    ('tt_conv_1x1', layers.tt_conv,
     convert.tt_conv_from_dense(KERNEL[:1, :1], [2, 3], [2, 2], eps=0), KERNEL[:1, :1]),
    ('tt_conv_direct_1x1', layers.tt_conv_direct,
     convert.tt_conv_direct_from_dense(KERNEL[:1, :1], eps=0), KERNEL[:1, :1]),
    ('tt_padded', layers.tt, convert.tt_from_dense(MATRIX[:, :11], [5, 6], [3, 4], eps=0, pad=True),
     MATRIX[:, :11]),
    ('tt_padded_and_truncated', layers.tt, TRUNCATED,
     convert.tt_to_dense(TRUNCATED.cores, *TRUNCATED.modes, shape=[24, 12])),
    ('tt_conv_padded', layers.tt_conv,
     convert.tt_conv_from_dense(KERNEL, [2, 4], [3, 2], eps=0, pad=True), KERNEL),
    ('tt_conv_full_padded', layers.tt_conv_full,
     convert.tt_conv_from_dense(KERNEL, [7], [5], eps=0, pad=True), KERNEL),
]


def _input_shape(dense):
    return [5, 24] if dense.ndim == 2 else [2, 5, 4, 6]


def _dense_out(inp, dense):
    if dense.ndim == 2:
        return layers.linear(inp, dense.shape[1], scope='dense')
    return layers.conv(inp, dense.shape[3], dense.shape[:2], scope='dense')


def _to_dense(weights, values):
    """Dense weights of the variables that `read` returns, biases among them."""
    if weights.layer == 'tt':
        return convert.tt_to_dense(values, *weights.modes, shape=weights.dense_shape)
    if weights.layer == 'tt_conv_direct':
        return convert.tt_conv_direct_to_dense(values)
    filters = values.get('filters', np.ones([1, 1, 1, 1]))
    return convert.tt_conv_to_dense(filters, values, *weights.modes, shape=weights.dense_shape)


class InGraphsTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_initializers_while_building(self, _, layer, weights, dense):
        for dtype, tolerance in ((tf.float32, 1e-5), (tf.float64, 1e-12)):
            inputs = np.random.RandomState(3).normal(size=_input_shape(dense))
            with tf.Graph().as_default():
                inp = tf.constant(inputs, dtype)
                outs = [layer(inp, scope='layer', **weights.arguments, **weights.initializers),
                        _dense_out(inp, dense)]
                with session() as opened:
                    convert.assign(opened, 'dense', {
                        'weights' if dense.ndim == 2 else 'filters': dense})
                    assert_close(*opened.run(outs), tolerance=tolerance)

    @parameterized.expand(CASES)
    def test_assign_to_a_finalized_graph_and_back(self, _, layer, weights, dense):
        for use_resource in (False, True):
            with tf.Graph().as_default():
                with tf.variable_scope('inference', use_resource=use_resource):
                    layer(tf.zeros(_input_shape(dense), tf.float64), scope='layer',
                          **weights.arguments)
                with session() as opened:
                    opened.graph.finalize()
                    convert.assign(opened, 'inference/layer', weights)
                    values = convert.read(opened, 'inference/layer')
            self.assertEqual(set(weights.variables) | {'biases'}, set(values))
            for name, value in weights.variables.items():
                np.testing.assert_array_equal(value, values[name])
            assert_close(_to_dense(weights, values), dense, 1e-12)

    def test_large_values_do_not_enter_the_graph(self):
        dense = np.random.RandomState(1).normal(size=[1024, 600])
        weights = convert.tt_from_dense(dense, [32, 32], [20, 30], [1, 300, 1])
        with tf.Graph().as_default() as graph:
            for number in range(3):
                layers.tt(tf.zeros([1, 1024]), scope=f'tt_{number}', **weights.arguments,
                          **weights.initializers)
            self.assertGreater(weights.parameters * 4, 1e6)
            self.assertLess(graph.as_graph_def().ByteSize(), 2e5)
            with session() as opened:
                for number in range(3):
                    values = convert.read(opened, f'tt_{number}')
                    for name, value in weights.variables.items():
                        np.testing.assert_array_equal(value.astype(np.float32), values[name])

    def test_training_starts_from_the_value(self):
        weights = CASES[0][2]
        with tf.Graph().as_default():
            out = layers.tt(tf.ones([1, 24], tf.float64), scope='tt', **weights.arguments,
                            **weights.initializers)
            step = tf.train.GradientDescentOptimizer(1e-5).minimize(tf.reduce_sum(tf.square(out)))
            with session() as opened:
                before = opened.run(out)
                opened.run(step)
                self.assertLess(np.linalg.norm(opened.run(out)), np.linalg.norm(before))

    @parameterized.expand([('bfloat16', 4e-3), ('float16', 5e-4)])
    def test_half_precision_variables(self, dtype, tolerance):
        weights = CASES[0][2]
        with tf.Graph().as_default():
            layers.tt(tf.zeros([1, 24], tf.as_dtype(dtype)), scope='tt', **weights.arguments,
                      **weights.initializers)
            with session() as opened:
                values = convert.read(opened, 'tt')
        for name, value in weights.variables.items():
            self.assertEqual(dtype, values[name].dtype.name)
            assert_close(values[name].astype(np.float64), value, tolerance)


class MessagesTest(unittest.TestCase):

    def setUp(self):
        graph = tf.Graph()
        with graph.as_default():
            layers.tt(tf.zeros([1, 24]), [4, 6], [3, 4], [1, 2, 1], scope='net/fc_1')
        self.session = tf.Session(graph=graph)
        self.addCleanup(self.session.close)

    @parameterized.expand([
        ('scope', 'net/fc1', {'mat_core_1': np.zeros([6, 4])},
         r"assign: .* below the scope 'net/fc1'; .* such as net/fc_1"),
        ('name', 'net/fc_1', {'weights': np.zeros([24, 12])},
         'no variable weights below net/fc_1, only biases, mat_core_1, mat_core_2'),
        ('shape', 'net/fc_1', {'mat_core_1': np.zeros([9, 4])},
         r'variable net/fc_1/mat_core_1 has shape \[6, 4\], but the value has \[9, 4\]'),
        ('ranks', 'net/fc_1', CASES[0][2], r'has shape \[6, 4\], but the value has \[36, 4\]'),
    ])
    def test_assign(self, _, scope, values, message):
        with self.assertRaisesRegex(ValueError, message):
            convert.assign(self.session, scope, values)

    @parameterized.expand([
        ('fraction', tf.int32, np.array([0.5]), 'int32, .* the float64 value'),
        ('negative', tf.uint8, np.array([-1]), 'uint8, .* the int64 value'),
        ('overflow', tf.float16, np.array([1e5]), 'float16, .* the float64 value'),
        ('complex', tf.float32, np.array([1j]), 'float32, .* the complex128 value'),
        ('text', tf.float32, np.array(['1']), 'float32, .* the str32 value')])
    def test_types_that_do_not_hold_the_value(self, _, dtype, value, message):
        with tf.Graph().as_default():
            tf.get_variable('fc/first', [1], tf.float32, initializer=tf.zeros_initializer())
            tf.get_variable('fc/value', [1], dtype, use_resource=True,
                            initializer=tf.zeros_initializer())
            with session() as opened:
                with self.assertRaisesRegex(ValueError,
                                            f'assign: the variable fc/value is {message}'):
                    convert.assign(opened, 'fc', {'first': np.ones(1), 'value': value})
                self.assertEqual(0, convert.read(opened, 'fc')['first'])
            with self.assertRaisesRegex(
                    ValueError, f'the variable is {dtype.name}, which does not hold the'):
                value_initializer(value)([1], dtype)

    def test_read(self):
        with self.assertRaisesRegex(ValueError, 'read: .* such as net/fc_1'):
            convert.read(self.session, 'fc_1')

    @parameterized.expand([
        ('', ValueError, "the scope ''; pass the full name of a scope, such as net/fc_1$"),
        (None, TypeError, '`scope` must be the full name of a scope, but it is None; pass for')])
    def test_what_is_no_scope(self, scope, error, message):
        with self.session.graph.as_default():
            tf.get_variable('outside', [1])
        for call in (lambda: convert.read(self.session, scope),
                     lambda: convert.assign(self.session, scope, {'outside': np.ones(1)})):
            with self.assertRaisesRegex(error, message):
                call()

    def test_a_graph_without_scopes(self):
        with tf.Session(graph=tf.Graph()) as empty:
            with self.assertRaisesRegex(ValueError, 'none: the graph has no scopes with variables'):
                convert.read(empty, 'fc')

    def test_initializer_of_another_shape(self):
        weights = CASES[0][2]
        arguments = dict(weights.arguments, mat_ranks=[1, 2, 1])
        with tf.Graph().as_default():
            with self.assertRaisesRegex(ValueError, r'initial value has shape \[36, 4\], but the '
                                                    r'variable has shape \[6, 4\]'):
                layers.tt(tf.zeros([1, 24]), **arguments, **weights.initializers)


if __name__ == '__main__':
    unittest.main()
