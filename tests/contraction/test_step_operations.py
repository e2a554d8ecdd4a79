"""All choices of the operations of a contraction compute the same."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import plan, tt_matmul
from tensornet.contraction.step_operations import StepOperations, variants
from tests.contraction.tt_reference import product_and_gradients, random_cores
from tests.sessions import assert_close

SHAPE = [2, 3, 4], [3, 2, 2], [1, 3, 2, 1]


class VariantsTest(unittest.TestCase):

    @parameterized.expand([
        ('stored', 'flat', (), True, [('transposed', 'flat', ())]),
        ('transposed', 'flat', (), False, [('stored', 'flat', ())]),
        ('batched', 'flat', (), True, [('small', 'flat', ()), ('batched', 'batched', ()),
                                       ('batched', 'small', ())]),
        ('small', 'batched', (), True, [('batched', 'batched', ()), ('small', 'flat', ()),
                                        ('small', 'small', ())]),
        ('small', 'flat', ('small', 'batched'), False, [
            ('batched', 'flat', ('small', 'batched')), ('small', 'flat', ('batched', 'small'))]),
        ('stored', 'flat', ('small',), True, [('transposed', 'flat', ('small',)),
                                              ('stored', 'flat', ('batched',))]),
    ])
    def test_one_choice_differs(self, product, core_gradient, joins, training, expected):
        operations = StepOperations(product, core_gradient, joins)
        self.assertEqual(expected, list(map(tuple, variants(operations, training))))

    @parameterized.expand([
        ('stored', 'flat', (), 'stored'), ('transposed', 'flat', ('small',),
                                           'transposed, merged small'),
        ('batched', 'small', (), 'batched, gradient small'),
        ('small', 'flat', ('small', 'batched'), 'small, gradient flat, merged small batched')])
    def test_words(self, product, core_gradient, joins, expected):
        self.assertEqual(expected, str(StepOperations(product, core_gradient, joins)))

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
