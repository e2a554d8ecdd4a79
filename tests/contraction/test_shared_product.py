"""The product of one matrix with many, and every form of its gradient, against NumPy."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import Setting, cost_model
from tensornet.contraction.shared_product import core_gradient, shared_product
from tensornet.contraction.steps import LEFT, Step
from tests.contraction.machines import BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT
from tests.sessions import assert_close

ROWS, DEPTH, COLUMNS = 3, 4, 6
STEP = Step(0, 1, LEFT, 5, ROWS, DEPTH, COLUMNS)
MACHINES = {
    'flat': FLAT_CORE_GRADIENT,
    'batched': BATCHED_CORE_GRADIENT._replace(batched_op=0.0),
    'small': BATCHED_CORE_GRADIENT,
}
CASES = [(form, count, known) for form in MACHINES for count in (0, 2, 5)
         for known in (True, False)]


def _setting(form):
    return Setting(batch_size=1, training=True, itemsize=4, machine=MACHINES[form])


def _arrays(count):
    random = np.random.RandomState(0)
    return [random.normal(size=shape) for shape in
            ([ROWS, DEPTH], [count, DEPTH, COLUMNS], [count, ROWS, COLUMNS])]


def _placeholder(array, known):
    return tf.placeholder(tf.float32, array.shape if known else (None,) + array.shape[1:])


def _expected_core_gradient(states, out_gradient):
    return np.einsum('prc,pdc->rd', out_gradient, states)


class SharedProductTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_product_and_gradients(self, form, count, known):
        matrix, states, out_gradient = arrays = _arrays(count)
        self.assertEqual(form, cost_model.core_gradient_form(STEP, 1, 4, MACHINES[form]))
        with tf.Graph().as_default(), tf.Session() as session:
            tensors = [tf.placeholder(tf.float32, matrix.shape),
                       _placeholder(states, known), _placeholder(out_gradient, known)]
            out = shared_product(tensors[0], tensors[1], STEP, _setting(form))
            self.assertEqual([count if known else None, ROWS, COLUMNS], out.shape.as_list())
            gradients = tf.gradients(out, tensors[:2], tensors[2])
            results = session.run([out] + gradients, dict(zip(tensors, arrays)))
        assert_close(results[0], np.einsum('rd,pdc->prc', matrix, states), 1e-5)
        assert_close(results[1], _expected_core_gradient(states, out_gradient), 1e-5)
        assert_close(results[2], np.einsum('rd,prc->pdc', matrix, out_gradient), 1e-5)

    @parameterized.expand(sorted(MACHINES))
    def test_the_gradient_has_the_form_that_was_planned_for(self, form):
        with tf.Graph().as_default() as graph:
            tensors = [tf.placeholder(tf.float32, array.shape) for array in _arrays(5)]
            out = shared_product(tensors[0], tensors[1], STEP, _setting(form))
            tf.gradients(out, tensors[0], tensors[2])
            types = [op.type for op in graph.get_operations()]
        self.assertEqual(2 if form == 'flat' else 0, types.count('Transpose'))
        # The batched forms add up by a product with a row of ones.
        self.assertEqual(0 if form == 'flat' else 1, types.count('Fill'))


    @parameterized.expand([(across, known) for across in (0.0, 1e9) for known in (True, False)])
    def test_single_columns_take_one_product(self, across, known):
        step = Step(0, 1, LEFT, 5, ROWS, DEPTH, 1)
        setting = Setting(1, True, 4, cost_model.CPU._replace(across=across))
        matrix, states, out_gradient = arrays = [array[..., 0] if array.ndim > 2 else array
                                                 for array in _arrays(5)]
        with tf.Graph().as_default() as graph, tf.Session() as session:
            tensors = [tf.placeholder(tf.float32, matrix.shape),
                       _placeholder(states, known), _placeholder(out_gradient, known)]
            out = shared_product(tensors[0], tensors[1], step, setting)
            types = [op.type for op in graph.get_operations()]
            gradients = tf.gradients(out, tensors[:2], tensors[2])
            results = session.run([out] + gradients, dict(zip(tensors, arrays)))
        self.assertEqual((1, 1 if across else 0), (types.count('MatMul'), types.count('Transpose')))
        for actual, expected in zip(results, (states.dot(matrix.T), out_gradient.T.dot(states),
                                              out_gradient.dot(matrix))):
            assert_close(actual, expected, 1e-5)

    def test_a_single_state_takes_one_product(self):
        matrix, states, out_gradient = arrays = _arrays(1)
        with tf.Graph().as_default() as graph, tf.Session() as session:
            tensors = [tf.placeholder(tf.float32, array.shape) for array in arrays]
            out = shared_product(tensors[0], tensors[1], STEP, _setting('flat'))
            gradients = tf.gradients(out, tensors[:2], tensors[2][0])
            types = [op.type for op in graph.get_operations()]
            results = session.run([out] + gradients, dict(zip(tensors, arrays)))
        self.assertEqual((3, 0), (types.count('MatMul'), types.count('Transpose')))
        for actual, expected in zip(results, (matrix.dot(states[0]),
                                              out_gradient[0].dot(states[0].T),
                                              [matrix.T.dot(out_gradient[0])])):
            assert_close(actual, expected, 1e-5)


class CoreGradientTest(unittest.TestCase):

    @parameterized.expand(CASES)
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
