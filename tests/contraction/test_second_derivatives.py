"""Second derivatives of `tt` under every plan against central differences."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction import chain_plan, plan, tt_matmul
from tests.contraction.enumeration import groups_and_orders
from tests.contraction.machines import BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT
from tests.contraction.tt_reference import random_cores
from tests.references import central_differences

SHAPE = [2, 1, 2], [1, 3, 2], [1, 2, 2, 1]
BATCH_SIZE = 2
TOLERANCE = 1e-7


def _plans():
    machines = [BATCHED_CORE_GRADIENT, FLAT_CORE_GRADIENT]
    plans = [plan(*SHAPE, BATCH_SIZE, groups=groups, order=order, machine=machines[index % 2])
             for index, (groups, order) in enumerate(groups_and_orders(3))]
    return plans + [chain_plan(*SHAPE, BATCH_SIZE)]


class SecondDerivativesTest(unittest.TestCase):

    def test_of_every_plan(self):
        """The derivative of `sum((d/dz sum(out^2 * w)) * v)` by all z, the input and the cores."""
        random = np.random.RandomState(0)
        point = [random.normal(size=[BATCH_SIZE, 4])] + random_cores(*SHAPE, random)
        weights = random.normal(size=[BATCH_SIZE, 6])
        directions = [random.normal(size=array.shape) for array in point]
        with tf.Graph().as_default():
            tensors = [tf.placeholder(tf.float64, array.shape) for array in point]
            unknown = tf.placeholder_with_default(tensors[0], [None, 4])
            values, derivatives = [], []
            # The last is the chain, of which the first derivative is differentiated numerically.
            for index, run in enumerate(_plans()):
                out = tt_matmul(unknown if index % 4 < 2 else tensors[0], tensors[1:], run,
                                recompute=index % 2 == 0)
                first = tf.gradients(out ** 2 * weights, tensors)
                value = tf.add_n([tf.reduce_sum(gradient * direction)
                                  for gradient, direction in zip(first, directions)])
                values.append(value)
                derivatives.append(tf.gradients(value, tensors))
            with tf.Session() as session:
                evaluate = session.make_callable(values[-1], tensors)
                expected = central_differences.gradients(lambda arrays: evaluate(*arrays), point)
                results = session.run(derivatives, dict(zip(tensors, point)))
        largest = max(np.abs(array).max() for array in expected)
        self.assertGreater(largest, 1)
        for run, result in zip(_plans(), results):
            for actual, wanted in zip(result, expected):
                np.testing.assert_allclose(actual, wanted, rtol=0, atol=TOLERANCE * largest,
                                           err_msg=str(run))


if __name__ == '__main__':
    unittest.main()
