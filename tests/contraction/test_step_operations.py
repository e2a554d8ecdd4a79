"""All choices of the operations of a contraction compute the same."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet.contraction import plan, tt_matmul
from tensornet.contraction.step_operations import variants
from tests.contraction.tt_reference import product_and_gradients, random_cores
from tests.sessions import assert_close

SHAPE = [2, 3, 4], [3, 2, 2], [1, 3, 2, 1]


class VariantsTest(unittest.TestCase):

    def test_every_choice_of_operations_computes_the_same(self):
        random = np.random.RandomState(0)
        cores = random_cores(*SHAPE, random)
        values, weights = random.normal(size=[7, 24]), random.normal(size=[7, 12])
        expected = product_and_gradients(values, cores, weights, *SHAPE)
        for groups, order in (([1, 2], ['left']), ([2, 1], ['right']), ([1, 1, 1], ['left'] * 2)):
            base = plan(*SHAPE, 7, groups=groups, order=order)
            changed = [base._replace(operations=base.operations[:k] + (other,)
                                     + base.operations[k + 1:])
                       for k, operations in enumerate(base.operations)
                       for other in variants(operations, True)]
            self.assertGreater(len(changed), len(groups))
            for candidate in changed:
                with tf.Graph().as_default(), tf.Session() as session:
                    tensors = [tf.constant(value, tf.float32) for value in [values] + cores]
                    out = tt_matmul(tensors[0], tensors[1:], candidate)
                    results = session.run([out] + tf.gradients(out, tensors,
                                                               tf.constant(weights, tf.float32)))
                for actual, wanted in zip(results, expected):
                    assert_close(actual, wanted, 1e-5)


if __name__ == '__main__':
    unittest.main()
