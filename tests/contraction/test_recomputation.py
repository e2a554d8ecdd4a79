"""`recompute=True` where other code has a say in the gradients, and on deep computations."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import chain_plan, plan, tt_matmul
from tensornet.contraction.recomputation import recomputed
from tests.sessions import assert_close

SHAPE = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1]
PLANS = [('chain', chain_plan(*SHAPE, 4)),
         ('steps', plan(*SHAPE, 4, groups=[1, 1, 1], order=['right', 'right']))]


@tf.RegisterGradient('tests.doubled')
def _doubled(_, out_gradient):
    return 2 * out_gradient


@tf.RegisterGradient('tests.threes')
def _threes(op, _):
    return [tf.fill(tf.shape(inp), 3.0) for inp in op.inputs]


@tf.RegisterGradient('tests.no_gradient')
def _no_gradient(op, out_gradient):
    raise AssertionError(f'the gradient of {op.name} is not asked for')


def _gradients(requested, recompute, around_forward, around_gradients):
    """Returns the gradients of a TT-matrix's product with names of gradients for types."""
    inp_modes, out_modes, ranks = SHAPE
    draw = np.random.RandomState(0)
    with tf.Graph().as_default() as graph, tf.Session() as session:
        inp = tf.constant(draw.normal(size=[4, 12]), tf.float32)
        cores = [tf.constant(draw.normal(size=[o * right, left * i]), tf.float32)
                 for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]
        with graph.gradient_override_map(around_forward):
            out = tt_matmul(inp, cores, requested, recompute=recompute)
        with graph.gradient_override_map(around_gradients):
            gradients = tf.gradients(out, [inp] + cores, out)
        return session.run(gradients)


class GradientNamesTest(unittest.TestCase):

    @parameterized.expand(PLANS)
    def test_those_of_the_user_around_the_layer(self, _, requested):
        names = {'Identity': 'tests.doubled', 'MatMul': 'tests.threes'}
        kept = _gradients(requested, False, names, {})
        recomputed = _gradients(requested, True, names, {})
        for one, other in zip(kept, recomputed):
            assert_close(other, one, 1e-5)

    @parameterized.expand(PLANS)
    def test_those_of_the_user_around_the_gradients_are_for_new_operations(self, _, requested):
        names = {kind: 'tests.no_gradient' for kind in ('MatMul', 'BatchMatMulV2', 'BatchMatMulV3',
                                                        'Reshape', 'Transpose')}
        expected = _gradients(requested, False, {}, {})
        for one, other in zip(expected, _gradients(requested, True, {}, names)):
            assert_close(other, one, 1e-5)


class CopiesTest(unittest.TestCase):

    def test_each_operation_is_copied_once(self):
        def run(inp):
            shared = tf.exp(inp)
            # The product needs the shared operation first, and once more by way of the sine.
            return shared * tf.sin(shared)

        with tf.Graph().as_default() as graph:
            inp = tf.constant([[2.0]])
            tf.gradients(recomputed(run, [inp]), inp)
            kinds = [op.type for op in graph.get_operations()]
        self.assertEqual((2, 2), (kinds.count('Exp'), kinds.count('Sin')))


    def test_many_cores(self):
        d = 200
        modes, ranks = [1] * d, [1] * (d + 1)
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.constant([[2.0]])
            cores = [tf.constant([[1.0]]) for _ in range(d)]
            out = tt_matmul(inp, cores, chain_plan(modes, modes, ranks, 1), recompute=True)
            gradients = session.run(tf.gradients(out, [inp] + cores))
        np.testing.assert_array_equal([[[1.0]]] + [[[2.0]]] * d, gradients)


if __name__ == '__main__':
    unittest.main()
