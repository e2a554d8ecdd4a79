"""Gradients of convolutions of any batch, by an XLA compiler, in an imported graph, and again."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.layers.control_flow import VERSIONS, control_flow
from tests.sessions import assert_close, random_values, session
from tests.xla import require_xla

IMAGES = [3, 5, 4, 2]
PLANS = ('conv', 'full', 'chain', 'filters_first')


def _layer(inp, plan):
    if plan == 'conv':
        return layers.conv(inp, 3, [3, 2], [2, 2], scope='layer')
    return layers.tt_conv(inp, [3, 2], [2, 1], [1, 3], [2, 2, 1], [2, 2], scope='layer', plan=plan)


def _results(inp, out, batch=3):
    """Runs the output, and its first and second derivatives."""
    at = [inp] + tf.trainable_variables()
    first = tf.gradients(out ** 2, at)
    second = tf.gradients([gradient ** 2 for gradient in first], at)
    with session(random_values()) as opened:
        return opened.run([out] + first + second,
                          {inp: np.random.RandomState(1).normal(size=[batch] + IMAGES[1:])})


def _placeholder(known=False, name=None):
    return tf.placeholder(tf.float32, IMAGES if known else [None] + IMAGES[1:], name=name)


def _expected(plan):
    with tf.Graph().as_default():
        inp = _placeholder(known=True)
        return _results(inp, _layer(inp, plan))


class ConvolutionsAroundTest(unittest.TestCase):

    def _assert_same(self, actual, plan):
        expected = _expected(plan)
        self.assertEqual(len(expected), len(actual))
        for one, other in zip(actual, expected):
            assert_close(one, other, 1e-5)

    @parameterized.expand(PLANS)
    def test_second_derivatives(self, plan):
        with tf.Graph().as_default():
            inp = _placeholder()
            self._assert_same(_results(inp, _layer(inp, plan)), plan)

    @parameterized.expand(PLANS)
    def test_second_derivatives_of_no_images(self, plan):
        with tf.Graph().as_default():
            inp = _placeholder()
            out, *derivatives = _results(inp, _layer(inp, plan), batch=0)
        self.assertEqual((0, 3, 2, 3), out.shape)
        for derivative in derivatives:
            np.testing.assert_array_equal(derivative, np.zeros_like(derivative))

    @parameterized.expand(PLANS)
    def test_imported_graph(self, plan):
        with tf.Graph().as_default():
            inp = _placeholder(name='inp')
            out = _layer(inp, plan).name
            exported = tf.train.export_meta_graph()
        with tf.Graph().as_default() as graph:
            tf.train.import_meta_graph(exported)
            self._assert_same(_results(*map(graph.get_tensor_by_name, ('inp:0', out))), plan)

    @parameterized.expand([(plan, version) for plan in PLANS for version in VERSIONS])
    def test_branch(self, plan, version):
        """Whose gradient TensorFlow may build from its definition."""
        with tf.Graph().as_default(), control_flow(version), tf.variable_scope(
                '', reuse=tf.AUTO_REUSE, use_resource=True):
            inp = _placeholder()
            out = tf.cond(tf.placeholder_with_default(True, []), lambda: _layer(inp, plan),
                          lambda: _layer(2 * inp, plan))
            self._assert_same(_results(inp, out), plan)

    @parameterized.expand(PLANS)
    def test_loop(self, plan):
        """Of one iteration; loops of control flow v1 have no second derivatives."""
        with tf.Graph().as_default(), control_flow('v2'), tf.variable_scope('', use_resource=True):
            inp = _placeholder()
            out = tf.while_loop(lambda images, out: tf.equal(tf.size(out), 0),
                                lambda images, out: (1 * images, _layer(images, plan)),
                                [inp, tf.zeros([0, 3, 2, 3])],
                                [inp.shape, tf.TensorShape([None, 3, 2, 3])])[1]
            self._assert_same(_results(inp, out), plan)

    @parameterized.expand(PLANS)
    def test_xla(self, plan):
        require_xla()
        with tf.Graph().as_default():
            inp = _placeholder()
            with tf.xla.experimental.jit_scope(separate_compiled_gradients=True):
                out = _layer(inp, plan)
            self._assert_same(_results(inp, out), plan)


if __name__ == '__main__':
    unittest.main()
