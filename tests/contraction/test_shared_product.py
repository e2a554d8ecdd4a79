"""The product of one matrix with many, and every form of its gradient, against NumPy."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction.shared_product import core_gradient, shared_product
from tensornet.contraction.step_operations import (
    BATCHED,
    CORE_GRADIENTS,
    FLAT,
    SMALL,
    STORED,
    TRANSPOSED,
    StepOperations,
)
from tensornet.contraction.steps import LEFT, Step
from tests.sessions import assert_close

ROWS, DEPTH, COLUMNS = 3, 4, 6
STEP = Step(0, 1, LEFT, 5, ROWS, DEPTH, COLUMNS)
OPERATIONS = [(product, form) for product in (BATCHED, SMALL) for form in CORE_GRADIENTS]
CASES = [(count, known) for count in (0, 2, 5) for known in (True, False)]


def _arrays(count):
    random = np.random.RandomState(0)
    return [random.normal(size=shape) for shape in
            ([ROWS, DEPTH], [count, DEPTH, COLUMNS], [count, ROWS, COLUMNS])]


def _placeholder(array, known):
    return tf.placeholder(tf.float32, array.shape if known else (None,) + array.shape[1:])


def _expected_core_gradient(states, out_gradient):
    return np.einsum('prc,pdc->rd', out_gradient, states)


class SharedProductTest(unittest.TestCase):

    @parameterized.expand([operations + case for operations in OPERATIONS for case in CASES])
    def test_product_and_gradients(self, product, form, count, known):
        matrix, states, out_gradient = arrays = _arrays(count)
        with tf.Graph().as_default(), tf.Session() as session:
            tensors = [tf.placeholder(tf.float32, matrix.shape),
                       _placeholder(states, known), _placeholder(out_gradient, known)]
            out = shared_product(tensors[0], tensors[1], STEP, StepOperations(product, form, ()))
            self.assertEqual([count if known else None, ROWS, COLUMNS], out.shape.as_list())
            gradients = tf.gradients(out, tensors[:2], tensors[2])
            results = session.run([out] + gradients, dict(zip(tensors, arrays)))
        assert_close(results[0], np.einsum('rd,pdc->prc', matrix, states), 1e-5)
        assert_close(results[1], _expected_core_gradient(states, out_gradient), 1e-5)
        assert_close(results[2], np.einsum('rd,prc->pdc', matrix, out_gradient), 1e-5)

    @parameterized.expand(OPERATIONS)
    def test_the_gradient_has_the_form_that_was_planned_for(self, product, form):
        with tf.Graph().as_default() as graph:
            tensors = [tf.placeholder(tf.float32, array.shape) for array in _arrays(5)]
            out = shared_product(tensors[0], tensors[1], STEP, StepOperations(product, form, ()))
            tf.gradients(out, tensors[0], tensors[2])
            types = [op.type for op in graph.get_operations()]
        self.assertEqual(2 if form == 'flat' else 0, types.count('Transpose'))
        # The batched forms add up by a product with a row of ones.
        self.assertEqual(0 if form == 'flat' else 1, types.count('Fill'))

    @parameterized.expand([(product, known) for product in (STORED, TRANSPOSED)
                           for known in (True, False)])
    def test_single_columns_take_one_product(self, product, known):
        step = Step(0, 1, LEFT, 5, ROWS, DEPTH, 1)
        operations = StepOperations(product, FLAT, ())
        matrix, states, out_gradient = arrays = [array[..., 0] if array.ndim > 2 else array
                                                 for array in _arrays(5)]
        with tf.Graph().as_default() as graph, tf.Session() as session:
            tensors = [tf.placeholder(tf.float32, matrix.shape),
                       _placeholder(states, known), _placeholder(out_gradient, known)]
            out = shared_product(tensors[0], tensors[1], step, operations)
            types = [op.type for op in graph.get_operations()]
            gradients = tf.gradients(out, tensors[:2], tensors[2])
            results = session.run([out] + gradients, dict(zip(tensors, arrays)))
        self.assertEqual((1, 1 if product == TRANSPOSED else 0),
                         (types.count('MatMul'), types.count('Transpose')))
        for actual, expected in zip(results, (states.dot(matrix.T), out_gradient.T.dot(states),
                                              out_gradient.dot(matrix))):
            assert_close(actual, expected, 1e-5)

    def test_a_single_state_takes_one_product(self):
        matrix, states, out_gradient = arrays = _arrays(1)
        with tf.Graph().as_default() as graph, tf.Session() as session:
            tensors = [tf.placeholder(tf.float32, array.shape) for array in arrays]
            out = shared_product(tensors[0], tensors[1], STEP,
                                 StepOperations(BATCHED, FLAT, ()))
            gradients = tf.gradients(out, tensors[:2], tensors[2][0])
            types = [op.type for op in graph.get_operations()]
            results = session.run([out] + gradients, dict(zip(tensors, arrays)))
        self.assertEqual((3, 0), (types.count('MatMul'), types.count('Transpose')))
        for actual, expected in zip(results, (matrix.dot(states[0]),
                                              out_gradient[0].dot(states[0].T),
                                              [matrix.T.dot(out_gradient[0])])):
            assert_close(actual, expected, 1e-5)


class CoreGradientTest(unittest.TestCase):

    @parameterized.expand([(form,) + case for form in CORE_GRADIENTS for case in CASES])
    def test_value_and_shape(self, form, count, known):
        arrays = _arrays(count)[1:]
        with tf.Graph().as_default(), tf.Session() as session:
            placeholders = [_placeholder(array, known) for array in arrays]
            gradient = core_gradient(*placeholders, form=form)
            self.assertEqual([ROWS, DEPTH], gradient.shape.as_list())
            actual = session.run(gradient, dict(zip(placeholders, arrays)))
        assert_close(actual, _expected_core_gradient(*arrays), 1e-5)


if __name__ == '__main__':
    unittest.main()
