"""Inputs and scalars whose size only the running graph knows."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.layers.control_flow import VERSIONS, control_flow
from tests.sessions import assert_close, random_values, session


def _flattened(images):
    return tf.reshape(images, tf.stack([tf.shape(images)[0], -1]))


def _by_python(images):
    return tf.py_func(lambda x: x.reshape(len(x), 12), [images], tf.float32)


def _tt(inp, **arguments):
    return layers.tt(inp, [3, 4], [2, 5], [1, 3, 1], scope='fc', **arguments)


class UnknownSizesTest(unittest.TestCase):

    @parameterized.expand([
        (f'{function.__name__}_{version}', function, version)
        for function in (_flattened, _by_python) for version in VERSIONS])
    def test_values_and_gradients(self, _, function, version):
        numbers = np.random.RandomState(0).normal(size=[5, 3, 4])
        with tf.Graph().as_default(), control_flow(version):
            images = tf.placeholder(tf.float32, [None, 3, 4])
            out = _tt(function(images))
            with tf.variable_scope('', reuse=True):
                expected = _tt(images)
            self.assertEqual([None, 10], out.shape.as_list())
            cores = tf.trainable_variables()
            fetches = [[result] + tf.gradients(tf.reduce_sum(result ** 2), cores)
                       for result in (out, expected)]
            with session(random_values()) as opened:
                for size in (5, 1):
                    for pair in zip(*opened.run(fetches, {images: numbers[:size]})):
                        assert_close(*pair, tolerance=1e-5)

    @parameterized.expand([
        ('rows', None, [2, 5]), ('scalar', None, []), ('too_many', [None, None], [2, 24]),
        ('part', [None, None, 4], [2, 2, 4])])
    def test_mistakes(self, _, static_shape, shape):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, static_shape)
            with tf.variable_scope('net'):
                out = _tt(inp)
            shown = ' '.join(map(str, shape))
            with session() as opened, self.assertRaisesRegex(
                    tf.errors.InvalidArgumentError,
                    r'net/fc: the trailing dimensions of `inp` must multiply to 12, the product of '
                    rf'`inp_modes`, but its shape is\] \[{shown}\] \[use '
                    r'`tf\.reshape\(inp, \[-1, 12'):
                opened.run(out, {inp: np.ones(shape)})

    def test_empty_batch(self):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32)
            out = _tt(inp)
            with session() as opened:
                self.assertEqual((0, 10), opened.run(out, {inp: np.ones([0, 12])}).shape)

    def test_in_a_loop(self):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32)
            total = tf.while_loop(
                lambda k, total: k < 2,
                lambda k, total: (k + 1, total + tf.reduce_sum(_tt(inp))),
                [tf.constant(0), tf.constant(0.0)])[1]
            with session(random_values()) as opened:
                opened.run(total, {inp: np.ones([2, 12])})
                with self.assertRaisesRegex(tf.errors.InvalidArgumentError, 'fc: the trailing'):
                    opened.run(total, {inp: np.ones([12, 2])})

    def test_frozen(self):
        with tf.Graph().as_default() as graph:
            inp = tf.placeholder(tf.float32, name='inp')
            _tt(inp)
            with session() as opened:
                frozen = tf.graph_util.convert_variables_to_constants(
                    opened, graph.as_graph_def(), ['fc/out'])
        with tf.Graph().as_default(), tf.Session() as opened:
            out, = tf.import_graph_def(frozen, return_elements=['fc/out:0'], name='')
            self.assertEqual((2, 10), opened.run(out, {'inp:0': np.ones([2, 12])}).shape)
            with self.assertRaisesRegex(tf.errors.InvalidArgumentError, 'fc: the trailing'):
                opened.run(out, {'inp:0': np.ones([12, 2])})

    @parameterized.expand([([None, 12],), ([2, None, 12],), ([None, 3, 4],)])
    def test_known_sizes_cost_nothing(self, shape):
        with tf.Graph().as_default() as graph:
            _tt(tf.placeholder(tf.float32, shape))
            self.assertNotIn('Assert', {op.type for op in graph.get_operations()})


class UnknownScalarsTest(unittest.TestCase):

    def outputs(self, name, dtype, version, values):
        """Outputs of a `batch_normalization` one of whose arguments has no known shape."""
        with tf.Graph().as_default(), control_flow(version):
            argument = tf.placeholder(dtype, None)
            inp = tf.constant(np.random.RandomState(0).normal(size=[5, 3]), tf.float32)
            with tf.variable_scope('net'):
                out = layers.batch_normalization(inp, scope='bn', **dict(
                    {'train_phase': True}, **{name: argument}))
            with session() as opened:
                for value in values:
                    yield opened.run(out, {argument: value})

    @parameterized.expand([(name, dtype, version) for name, dtype in (
        ('train_phase', tf.bool), ('eps', tf.float32), ('ema_decay', tf.float64))
        for version in VERSIONS])
    def test_one_number_is_a_scalar(self, name, dtype, version):
        scalar, vector = self.outputs(name, dtype, version, (1, [1]) if name == 'train_phase'
                                      else (0.5, [0.5]))
        np.testing.assert_array_equal(scalar, vector)

    @parameterized.expand([(name, dtype, version) for name, dtype in (
        ('train_phase', tf.bool), ('eps', tf.float32), ('ema_decay', tf.float64))
        for version in VERSIONS])
    def test_mistakes(self, name, dtype, version):
        for value, shape in ((np.zeros([2, 3]), '2 3'), (np.zeros([0]), '0')):
            with self.assertRaisesRegex(
                    tf.errors.InvalidArgumentError,
                    rf'net/bn: `{name}` must be a scalar, but its shape is\] \[{shape}\] '
                    r'\[pass one number'):
                list(self.outputs(name, dtype, version, [value]))


if __name__ == '__main__':
    unittest.main()
