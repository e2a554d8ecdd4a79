"""Both kernels of a batched product against NumPy."""

import itertools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction.batched_product import batched_product
from tests.sessions import assert_close

TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')


def _arrays(transpose_left, transpose_right, left_axes=(3, 1), right_axes=(1, 5)):
    random = np.random.RandomState(0)
    left, right = (random.normal(size=list(axes) + sizes)
                   for axes, sizes in ((left_axes, [2, 4]), (right_axes, [4, 6])))
    return (left.swapaxes(-2, -1) if transpose_left else left,
            right.swapaxes(-2, -1) if transpose_right else right, np.matmul(left, right))


class BatchedProductTest(unittest.TestCase):

    @parameterized.expand([(small, left, right) for small in (True, False)
                           for left in (True, False) for right in (True, False)])
    def test_transposed_and_broadcast_factors(self, small, transpose_left, transpose_right):
        left, right, expected = _arrays(transpose_left, transpose_right)
        with tf.Graph().as_default(), tf.Session() as session:
            out = batched_product(tf.constant(left, tf.float32), tf.constant(right, tf.float32),
                                  small, transpose_left, transpose_right)
            self.assertEqual([3, 5, 2, 6], out.shape.as_list())
            np.testing.assert_allclose(session.run(out), expected, rtol=0, atol=1e-5)

    @parameterized.expand([
        ('small_float32', tf.float32, True, TENSORFLOW_2),
        ('large_float32', tf.float32, False, False),
        # Only float32 products are oneDNN's.
        ('small_float64', tf.float64, True, False),
    ])
    def test_kernel(self, _, dtype, small, own):
        left, right, _ = _arrays(False, False)
        with tf.Graph().as_default():
            out = batched_product(tf.constant(left, dtype), tf.constant(right, dtype), small)
        self.assertEqual('BatchMatMulV3' if own else 'BatchMatMulV2', out.op.type)

    @parameterized.expand([
        (name,) + axes + transposed for name, axes in (
            ('both_broadcast', ((3, 1), (1, 5))), ('left_is_single', ((), (5,))),
            ('right_is_single', ((3,), ())), ('pairs', ((3,), (3,))))
        for transposed in itertools.product((True, False), repeat=2)])
    def test_both_kernels_have_the_same_derivatives(self, _, left_axes, right_axes,
                                                    *transposed):
        left, right, _ = _arrays(*transposed, left_axes=left_axes, right_axes=right_axes)
        with tf.Graph().as_default(), tf.Session() as session:
            factors = [tf.constant(left, tf.float32), tf.constant(right, tf.float32)]
            derivatives = []
            for small in (True, False):
                out = batched_product(*factors, small, *transposed)
                first = tf.gradients(out ** 2, factors)
                derivatives.append(first + tf.gradients(
                    [tf.reduce_sum(gradient ** 2) for gradient in first], factors))
            for own, onednn in zip(*session.run(derivatives)):
                assert_close(own, onednn, 1e-5)

    @unittest.skipUnless(TENSORFLOW_2, 'TensorFlow 1 has one kernel')
    def test_products_of_the_gradient_are_small_as_well(self):
        left, right, _ = _arrays(False, False)
        with tf.Graph().as_default() as graph:
            factors = [tf.constant(left, tf.float32), tf.constant(right, tf.float32)]
            tf.gradients(batched_product(*factors, small=True), factors)
            types = [op.type for op in graph.get_operations()]
        self.assertEqual((3, 0), (types.count('BatchMatMulV3'), types.count('BatchMatMulV2')))


if __name__ == '__main__':
    unittest.main()
