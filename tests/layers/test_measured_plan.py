"""Layers whose plans are chosen by measurement compute what they should."""

import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import ConvShape, Setting, TTMatrixShape, cpu, measured_conv_plan
from tests.contraction.measured_case import MeasuredTestCase
from tests.contraction.tt_reference import product_and_gradients, random_cores
from tests.sessions import assert_close, random_values, session

SHAPE = [2, 3, 4], [3, 2, 2], [1, 3, 2, 1]
CONVOLUTION = ConvShape(TTMatrixShape((2, 3), (3, 2), (2, 3, 1)), (3, 2), (2, 2), 'SAME', (6, 5))


class MeasuredLayersTest(MeasuredTestCase):

    @parameterized.expand(['tt_conv', 'tt_conv_full'])
    def test_a_convolution_computes_what_it_should(self, name):
        outs = []
        for chosen in ('measure', 'chain', measured_conv_plan(
                CONVOLUTION, Setting(4, True, 'float64', cpu('float64')))):
            with tf.Graph().as_default():
                tf.set_random_seed(1)
                inp = tf.constant(np.random.RandomState(0).normal(size=[4, 6, 5, 6]))
                out = getattr(layers, name)(inp, [3, 2], *CONVOLUTION.matrix, strides=[2, 2],
                                            plan=chosen, scope='layer')
                with session(random_values()) as opened:
                    outs.append(opened.run([out] + tf.gradients(out, tf.trainable_variables())))
        for other in outs[1:]:
            for actual, expected in zip(other, outs[0]):
                assert_close(actual, expected, 1e-12)

    @parameterized.expand([(known,) for known in (True, False)])
    def test_the_layer_computes_what_it_should(self, known):
        random = np.random.RandomState(0)
        cores = random_cores(*SHAPE, random)
        values, weights = random.normal(size=[7, 24]), random.normal(size=[7, 12])
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.placeholder(tf.float64, [7 if known else None, 24])
            out = layers.tt(inp, *SHAPE, plan='measure', batch_size=7, scope='layer',
                            biases_initializer=None)
            variables = tf.trainable_variables()
            self.assertEqual([f'layer/mat_core_{k}' for k in (1, 2, 3)],
                             [variable.op.name for variable in tf.global_variables()])
            gradients = tf.gradients(out, [inp] + variables, tf.constant(weights))
            session.run(tf.global_variables_initializer())
            for variable, core in zip(variables, cores):
                variable.load(core, session)
            results = session.run([out] + gradients, {inp: values})
        for actual, expected in zip(results, product_and_gradients(values, cores, weights, *SHAPE)):
            assert_close(actual, expected, 1e-12)

    def test_a_layer_that_is_not_trained_is_measured_forward(self):
        with mock.patch('tensornet.layers.plan_argument.measured',
                        side_effect=lambda estimated, kind: estimated) as seen:
            with tf.Graph().as_default():
                layers.tt(tf.zeros([7, 24]), *SHAPE, plan='measure', trainable=False)
        (estimated, _), _ = seen.call_args
        self.assertFalse(estimated.setting.training)

    @parameterized.expand([(False,), (True,)])
    def test_what_is_remembered_for_xla_is_for_xla_alone(self, xla_first):
        found = {}
        for xla in (xla_first, not xla_first):
            with tf.Graph().as_default() as graph, layers.default_plan('measure', xla=xla):
                ids = tf.placeholder(tf.int64, [5000])
                layers.tt_embedding(ids, [3, 3], [4, 4], 4)
                found[xla] = [op.type for op in graph.get_operations() if 'Unique' in op.type]
        self.assertEqual([], found[True])
        self.assertEqual(1, len(found[False]))


if __name__ == '__main__':
    unittest.main()
