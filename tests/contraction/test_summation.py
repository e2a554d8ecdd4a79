"""Sums over the rows of a matrix, which are those over the samples of a batch."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction.summation import summed_rows
from tests.sessions import assert_close

# Half a unit in the last place, or for sums of many numbers in float32 and float64 a few of them.
TOLERANCES = {'float16': 2.0 ** -11, 'bfloat16': 2.0 ** -8, 'float32': 1e-5, 'float64': 1e-12}


class SummedRowsTest(unittest.TestCase):

    @parameterized.expand([(dtype, shape, known) for dtype in sorted(TOLERANCES)
                           for shape in ((0, 3), (1, 5), (100, 1), (7, 300), (300, 64), (20000, 3))
                           for known in (True, False)])
    def test_sum_and_gradient(self, dtype, shape, known):
        random = np.random.RandomState(0)
        numbers = random.uniform(0.5, 1.5, size=shape).astype(tf.as_dtype(dtype).as_numpy_dtype)
        with tf.Graph().as_default(), tf.Session() as session:
            matrix = tf.placeholder(dtype, shape if known else [None, shape[1]])
            out = summed_rows(matrix)
            self.assertEqual([shape[1]], out.shape.as_list())
            gradient, = tf.gradients(out, matrix, 2 * tf.ones([shape[1]], dtype))
            actual, gradient = session.run([out, gradient], {matrix: numbers})
        self.assertEqual(numbers.dtype, actual.dtype)
        # Rounded once, as no sum of so many numbers in half precision would be.
        assert_close(actual, numbers.astype(np.float64).sum(axis=0), 1.001 * TOLERANCES[dtype])
        np.testing.assert_array_equal(np.full(shape, 2.0), gradient.astype(np.float64))


if __name__ == '__main__':
    unittest.main()
