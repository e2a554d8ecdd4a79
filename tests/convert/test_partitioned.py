"""Variables that a partitioner cuts: initialized, read, set, saved and restored as whole ones."""

import os
import tempfile
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import checkpoints, convert, initializers, layers
from tensornet.convert import Request, convert_checkpoint
from tests.sessions import assert_close, session

MATRIX = np.random.RandomState(1).normal(size=[24, 12])
KERNEL = np.random.RandomState(2).normal(size=[3, 2, 6, 4])
WEIGHTS = {
    'tt': (layers.tt, [5, 24], convert.tt_from_dense(MATRIX, [4, 6], [3, 4], eps=0), MATRIX),
    'tt_conv': (layers.tt_conv, [2, 5, 4, 6],
                convert.tt_conv_from_dense(KERNEL, [2, 3], [2, 2], eps=0), KERNEL),
    'tt_conv_full': (layers.tt_conv_full, [2, 5, 4, 6],
                     convert.tt_conv_from_dense(KERNEL, [2, 3], [2, 2], eps=0), KERNEL),
    'tt_conv_direct': (layers.tt_conv_direct, [2, 5, 4, 6],
                       convert.tt_conv_direct_from_dense(KERNEL, eps=0), KERNEL),
}


def cut(parts, axis):
    """A partitioner of that many parts along an axis that is counted from the last one."""
    def partitioner(shape, dtype=None):
        sizes = [1] * len(shape)
        if len(shape) > axis:
            sizes[-1 - axis] = min(parts, shape[len(shape) - 1 - axis].value if hasattr(
                shape[len(shape) - 1 - axis], 'value') else shape[len(shape) - 1 - axis])
        return sizes
    return partitioner


CUTS = [(name, parts, axis, use_resource) for name in WEIGHTS for parts in (2, 3)
        for axis in (0, 1) for use_resource in (False, True)]


class PartitionedTest(unittest.TestCase):

    @parameterized.expand(CUTS)
    def test_assign_read_and_initialize(self, name, parts, axis, use_resource):
        layer, shape, weights, dense = WEIGHTS[name]
        inputs = np.random.RandomState(3).normal(size=shape)
        with tf.Graph().as_default():
            inp = tf.constant(inputs)
            with tf.variable_scope('net', partitioner=cut(parts, axis), use_resource=use_resource):
                outs = [layer(inp, scope='built', **weights.arguments, **weights.initializers),
                        layer(inp, scope='set', **weights.arguments)]
            if dense.ndim == 2:
                outs.append(layers.linear(inp, 12, scope='dense'))
            else:
                outs.append(layers.conv(inp, 4, [3, 2], scope='dense'))
            self.assertTrue(any('/part_1' in variable.op.name
                                for variable in tf.global_variables()))
            with session() as opened:
                opened.graph.finalize()
                convert.assign(opened, 'net/set', weights)
                convert.assign(opened, 'dense', {
                    'weights' if dense.ndim == 2 else 'filters': dense})
                built, assigned, expected = opened.run(outs)
                assert_close(built, expected, 1e-12)
                assert_close(assigned, expected, 1e-12)
                for scope in ('net/built', 'net/set'):
                    values = convert.read(opened, scope)
                    self.assertEqual(set(weights.variables) | {'biases'}, set(values))
                    for variable, value in weights.variables.items():
                        np.testing.assert_array_equal(value, values[variable])

    def test_large_values_stay_in_python(self):
        dense = np.random.RandomState(1).normal(size=[1024, 600])
        weights = convert.tt_from_dense(dense, [32, 32], [20, 30], [1, 300, 1])
        with tf.Graph().as_default() as graph:
            with tf.variable_scope('net', partitioner=tf.fixed_size_partitioner(3)):
                layers.tt(tf.zeros([1, 1024], tf.float64), scope='tt', **weights.arguments,
                          **weights.initializers)
            self.assertLess(graph.as_graph_def().ByteSize(), 2e5)
            with session() as opened:
                values = convert.read(opened, 'net/tt')
        for name, value in weights.variables.items():
            np.testing.assert_array_equal(value, values[name])

    @parameterized.expand([(parts, axis) for parts in (2, 3) for axis in (0, 1)])
    def test_initial_variance_is_that_of_the_whole(self, parts, axis):
        modes, ranks = ([4, 8, 8], [8, 8, 4]), [1, 9, 9, 1]
        cores = initializers.glorot.tt(*modes, ranks, seed=1)
        with tf.Graph().as_default():
            for name, partitioner in (('whole', None), ('cut', cut(parts, axis))):
                with tf.variable_scope(name, partitioner=partitioner):
                    layers.tt(tf.zeros([1, 256]), *modes, ranks, cores, scope='tt')
                    layers.tt(tf.zeros([1, 256]), *modes, ranks, scope='xavier')
            with session() as opened:
                whole, parted, xavier, parted_xavier = [
                    convert.read(opened, scope) for scope in (
                        'whole/tt', 'cut/tt', 'whole/xavier', 'cut/xavier')]
        for name in ('mat_core_1', 'mat_core_2', 'mat_core_3'):
            np.testing.assert_array_equal(whole[name], parted[name])
            self.assertAlmostEqual(1, parted_xavier[name].std() / xavier[name].std(), delta=0.2)

    @parameterized.expand([(parts, axis) for parts in (2, 3) for axis in (0, 1)])
    def test_checkpoints(self, parts, axis):
        """Saved in parts with slots and averages, converted, and restored in other parts."""
        with tempfile.TemporaryDirectory() as folder:
            source, output = os.path.join(folder, 'in'), os.path.join(folder, 'tt')
            with tf.Graph().as_default():
                inp = tf.constant(np.random.RandomState(0).normal(size=[5, 24]), tf.float32)
                with tf.variable_scope('net', partitioner=cut(parts, axis)):
                    out = layers.linear(inp, 12, scope='fc')
                step = tf.train.AdamOptimizer().minimize(tf.reduce_sum(tf.square(out)))
                average = tf.train.ExponentialMovingAverage(0.5)
                with tf.control_dependencies([step]):
                    step = average.apply(tf.trainable_variables())
                with session() as opened:
                    opened.run(step)
                    tf.train.Saver().save(opened, source)
                    expected = opened.run(out)
            report = convert_checkpoint(source, output, [Request('net/fc', target={'eps': 0.})])
            self.assertEqual(1, len(report.layers[0].averages))
            with tf.Graph().as_default():
                inp = tf.constant(np.random.RandomState(0).normal(size=[5, 24]), tf.float32)
                with tf.variable_scope('net', partitioner=cut(5 - parts, axis)):
                    out = layers.tt(inp, scope='fc', **report.layers[0].weights.arguments)
                for saver in (tf.train.Saver(), checkpoints.Saver(),
                              checkpoints.Saver(tf.global_variables('net'))):
                    with session() as opened, warnings.catch_warnings():
                        # The checkpoint also has slots and averages.
                        warnings.filterwarnings('ignore', '(?s).*some variables were not restored')
                        saver.restore(opened, output)
                        assert_close(opened.run(out), expected, 1e-5)


class MessagesTest(unittest.TestCase):

    def test_shapes_are_those_of_the_whole(self):
        weights = WEIGHTS['tt'][2]
        with tf.Graph().as_default():
            with tf.variable_scope('net', partitioner=cut(2, 0)):
                layers.tt(tf.zeros([1, 24]), [4, 6], [3, 4], [1, 2, 1], scope='fc')
                with session() as opened, self.assertRaisesRegex(
                        ValueError, r'net/fc/mat_core_1 has shape \[6, 4\], but the value has '
                                    r'\[36, 4\]'):
                    convert.assign(opened, 'net/fc', weights)
                with self.assertRaisesRegex(ValueError, r'initial value has shape \[36, 4\], but '
                                                        r'the variable has shape \[6, 4\]'):
                    layers.tt(tf.zeros([1, 24]), [4, 6], [3, 4], [1, 2, 1], scope='fc_2',
                              **weights.initializers)


if __name__ == '__main__':
    unittest.main()
