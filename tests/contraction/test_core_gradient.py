"""Both forms of the gradient of a shared factor against the sum written out."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import Setting
from tensornet.contraction.core_gradient import core_gradient
from tensornet.contraction.steps import LEFT, Step
from tests.contraction.machines import BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT

ROWS, DEPTH = 3, 4
FORMS = {'batched': BATCHED_CORE_GRADIENT, 'flat': FLAT_CORE_GRADIENT}


def _run(machine, batch_size, count, columns, known):
    """Returns the gradient, the expected one, and the types of the ops in the graph."""
    random = np.random.RandomState(0)
    tail = [] if columns == 1 else [columns]
    state = random.normal(size=[batch_size * count, DEPTH] + tail)
    out_gradient = random.normal(size=[batch_size * count, ROWS] + tail)
    step = Step(0, 1, LEFT, count, ROWS, DEPTH, columns)
    setting = Setting(batch_size, True, 8, machine)
    with tf.Graph().as_default() as graph:
        shapes = [array.shape if known else (None,) + array.shape[1:]
                  for array in (state, out_gradient)]
        placeholders = [tf.placeholder(tf.float64, shape) for shape in shapes]
        gradient = core_gradient(placeholders[0], placeholders[1], step, setting)
        with tf.Session() as session:
            actual = session.run(gradient, dict(zip(placeholders, (state, out_gradient))))
        types = [op.type for op in graph.get_operations()]
        shape = gradient.shape.as_list()
    expected = np.einsum('prc,pdc->rd', out_gradient.reshape([-1, ROWS, columns]),
                         state.reshape([-1, DEPTH, columns]))
    return actual, expected, types, shape


class CoreGradientTest(unittest.TestCase):

    @parameterized.expand([(form, count, known) for form in FORMS for count in (1, 2)
                           for known in (True, False)])
    def test_forms(self, form, count, known):
        actual, expected, types, shape = _run(FORMS[form], 5, count, 6, known)
        np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)
        self.assertEqual([ROWS, DEPTH], shape)
        self.assertEqual(2 if form == 'flat' else 0, types.count('Transpose'))
        # The batched form adds up by a product with a row of ones.
        self.assertEqual(0 if form == 'flat' else 1, types.count('Fill'))

    @parameterized.expand([(form, known) for form in FORMS for known in (True, False)])
    def test_single_columns_take_one_product(self, form, known):
        actual, expected, types, _ = _run(FORMS[form], 5, 2, 1, known)
        np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)
        self.assertEqual(1, types.count('MatMul'))
        self.assertEqual((0, 0), (types.count('Transpose'), types.count('Fill')))

    @parameterized.expand(sorted(FORMS))
    def test_a_single_state_takes_one_product(self, form):
        actual, expected, types, _ = _run(FORMS[form], 1, 1, 6, known=True)
        np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)
        self.assertEqual(1, types.count('MatMul'))
        self.assertEqual((0, 0), (types.count('Transpose'), types.count('Fill')))

    @parameterized.expand([(form, columns) for form in FORMS for columns in (1, 6)])
    def test_no_states(self, form, columns):
        actual, _, _, _ = _run(FORMS[form], 1, 0, columns, known=False)
        np.testing.assert_array_equal(np.zeros([ROWS, DEPTH]), actual)


if __name__ == '__main__':
    unittest.main()
