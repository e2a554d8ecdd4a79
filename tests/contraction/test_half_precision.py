"""`tt` in half precision stays within its rounding, forward and backward."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import chain_plan, plan, tt_matmul
from tests.contraction.tt_reference import product_and_gradients, random_cores
from tests.sessions import assert_close

SHAPE = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1]
BATCH_SIZE = 4
# Numbers are rounded a few times, each time by half a unit in the last place: 2^-11 and 2^-8.
TOLERANCES = {'float16': 8 * 2 ** -11, 'bfloat16': 8 * 2 ** -8}
PLANS = [chain_plan(*SHAPE, BATCH_SIZE),
         plan(*SHAPE, BATCH_SIZE, groups=[3], order=[]),
         plan(*SHAPE, BATCH_SIZE, groups=[1, 1, 1], order=['left', 'right']),
         plan(*SHAPE, BATCH_SIZE, groups=[2, 1], order=['right'])]


class HalfPrecisionTest(unittest.TestCase):

    @parameterized.expand(sorted(TOLERANCES))
    def test_output_and_gradients(self, dtype):
        random = np.random.RandomState(0)
        data = [random.normal(size=[BATCH_SIZE, 12])] + random_cores(*SHAPE, random)
        out_gradient = random.normal(size=[BATCH_SIZE, 12])
        expected = product_and_gradients(data[0], data[1:], out_gradient, *SHAPE)
        with tf.Graph().as_default():
            tensors = [tf.cast(tf.constant(array, tf.float32), dtype) for array in data]
            fetches = []
            for index, run in enumerate(PLANS):
                out = tt_matmul(tensors[0], tensors[1:], run, recompute=index % 2 == 1)
                gradients = tf.gradients(out, tensors, tf.cast(out_gradient, dtype))
                self.assertEqual({dtype}, {tensor.dtype.name for tensor in [out] + gradients})
                fetches.append([tf.cast(tensor, tf.float32) for tensor in [out] + gradients])
            with tf.Session() as session:
                results = session.run(fetches)
        for run, result in zip(PLANS, results):
            for actual, wanted in zip(result, expected):
                assert_close(actual, wanted, TOLERANCES[dtype], repr(run.groups))


if __name__ == '__main__':
    unittest.main()
