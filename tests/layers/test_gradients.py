"""First and second derivatives of every layer against central differences, in float64."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.control_flow import VERSIONS, control_flow
from tests.layers.examples import EACH, build, images, placeholder
from tests.references import central_differences
from tests.sessions import assert_close, random_values, session

TOLERANCE = 1e-6
DIRECTIONS = 3


def _check(test, name, order, **arguments):
    """Compares the derivatives of a random linear function of the output.

    The first order is that of `sum(out * w)`. The second is the derivative of a directional
    derivative, `d/dz (d/dz sum(out * w) . v)` for all z: a product of the Hessian by v.
    All are compared along random directions, of the input and of each variable: a wrong element
    shows in each of them.
    An argument that is a tensor is given as a function that makes it in the graph of the check.
    """
    random = np.random.RandomState(0)
    with tf.Graph().as_default():
        inp = placeholder(name, tf.float64)
        arguments = {key: value() if callable(value) else value
                     for key, value in arguments.items()}
        out = build(name, inp, scope='layer', **arguments)
        variables = tf.trainable_variables()
        at = [inp] + variables
        value = tf.reduce_sum(out * random.normal(size=out.shape.as_list()))
        if order == 2:
            value = tf.add_n([tf.reduce_sum(gradient * random.normal(size=tensor.shape.as_list()))
                              for gradient, tensor in zip(tf.gradients(value, at), at)])
        gradients = [tf.zeros_like(tensor) if gradient is None else gradient
                     for gradient, tensor in zip(tf.gradients(value, at), at)]

        values = random_values()
        if 'layer/moving_variance' in values:
            values['layer/moving_variance'] = np.abs(values['layer/moving_variance']) + 0.5
        point = [images(name)] + [values[variable.op.name] for variable in variables]
        with session(values) as opened:
            assign = opened.make_callable(
                [variable.initializer for variable in variables],
                [variable.initializer.inputs[1] for variable in variables])
            evaluate = opened.make_callable(value, [inp])

            def function(arrays):
                assign(*arrays[1:])
                return evaluate(arrays[0])

            directions = [[_direction(random, array.shape) for _ in range(DIRECTIONS)]
                          for array in point]
            numerical = [[central_differences.derivative(function, point, index, direction)
                          for direction in of_one] for index, of_one in enumerate(directions)]
            assign(*point[1:])
            symbolic = opened.run(gradients, {inp: point[0]})

    largest = np.abs(numerical).max()
    test.assertGreater(largest, 0)
    for tensor, gradient, along, expected in zip(at, symbolic, directions, numerical):
        actual = [np.vdot(gradient, direction) for direction in along]
        np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE * largest,
                                   err_msg=tensor.op.name)


def _direction(random, shape):
    direction = random.normal(size=shape)
    return direction / np.linalg.norm(direction)


class GradientsTest(unittest.TestCase):

    @parameterized.expand(EACH)
    def test_first_derivatives(self, name):
        _check(self, name, order=1)

    @parameterized.expand(EACH)
    def test_second_derivatives(self, name):
        _check(self, name, order=2)

    @parameterized.expand([('tt_conv', 'VALID'), ('tt_conv_direct', 'VALID'),
                           ('tt_conv1d_full', 'VALID'), ('conv', 'VALID'),
                           ('tt_conv_full', 'SAME')])
    def test_other_padding(self, name, padding):
        _check(self, name, order=1, padding=padding, strides=[1, 1])

    @parameterized.expand([(order, version, train) for order in (1, 2) for version in VERSIONS
                           for train in (False, True)])
    def test_batch_normalization_in_a_cond(self, order, version, train):
        with control_flow(version):
            _check(self, 'batch_normalization_2d', order,
                   train_phase=lambda: tf.placeholder_with_default(train, []))


class FusedBatchNormalizationTest(unittest.TestCase):
    """The fused kernel, which takes float32 only, against the checked plain path in float64."""

    @parameterized.expand([(name, train) for name in ('batch_normalization_2d',
                                                      'batch_normalization_4d')
                           for train in (False, True)])
    def test_first_and_second_derivatives(self, name, train):
        results = []
        for dtype in (tf.float32, tf.float64):
            random = np.random.RandomState(0)
            with tf.Graph().as_default() as graph:
                inp = placeholder(name, dtype)
                out = build(name, inp, train_phase=train, scope='layer')
                fused = any(op.type.startswith('FusedBatchNorm') for op in graph.get_operations())
                self.assertEqual(dtype == tf.float32, fused)
                at = [inp] + tf.trainable_variables()
                first = tf.gradients(out ** 3, at)
                second = tf.gradients([gradient * random.normal(size=gradient.shape.as_list())
                                       for gradient in first], at)
                values = {key: value for key, value in random_values().items()
                          if key != 'layer/local_step'}
                values['layer/moving_variance'] = np.abs(values['layer/moving_variance']) + 0.5
                with session(values) as opened:
                    results.append(opened.run([[out] + first, second], {inp: images(name)}))
        (first, second), (expected_first, expected_second) = results
        for actual, expected in zip(first, expected_first):
            assert_close(actual, expected, 1e-5)
        for actual, expected in zip(second, expected_second):
            assert_close(actual, expected, 1e-4)


if __name__ == '__main__':
    unittest.main()
