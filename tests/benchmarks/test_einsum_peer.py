"""The TT-layer that is written as one `tf.einsum`, and the low-rank layer."""
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from benchmarks.einsum_peer import (
    EINSUM_PATHS,
    core_shapes,
    einsum_takes_a_path,
    einsum_train,
    equation,
)
from benchmarks.graphs import low_rank_of
from benchmarks.workloads import TTWorkload
from tensornet import tt
from tests.sessions import assert_close, random_values, session

WORKLOAD = TTWorkload('small', (2, 3, 4), (3, 2, 5), rank=2, batch_size=7)


class EinsumTest(unittest.TestCase):

    def test_equation(self):
        self.assertEqual('abc,bdf,fce->ade', equation(2))
        self.assertEqual('ab,bc->ac', equation(1))

    def test_many_cores_have_letters(self):
        self.assertEqual(17, equation(17).count(','))

    def test_shapes(self):
        self.assertEqual([(2, 3, 2), (2, 3, 2, 2), (2, 4, 5)], core_shapes(WORKLOAD))

    def test_product_with_the_full_matrix(self):
        if not einsum_takes_a_path():
            self.skipTest('tf.einsum of TensorFlow 1 takes no path')
        inputs = np.random.RandomState(1).normal(size=[7, 24])
        for path in EINSUM_PATHS:
            with tf.Graph().as_default():
                inp = tf.placeholder(tf.float32, [7, 24])
                out = einsum_train(inp, WORKLOAD, path, 'peer')
                values = random_values()
                with session(values) as opened:
                    actual = opened.run(out, {inp: inputs})
            cores = [values[f'peer/core_{k}'] for k in (1, 2, 3)]
            cores[0], cores[-1] = cores[0][np.newaxis], cores[-1][..., np.newaxis]
            assert_close(actual, inputs @ tt.full_matrix(cores), 1e-5, path)


class LowRankTest(unittest.TestCase):

    def test_rank_of_as_many_numbers(self):
        # The cores have 12 + 24 + 40 numbers, and 24 + 96 + 80 with ranks of 4; a layer of rank 1
        # has 24 + 30.
        self.assertEqual(76, WORKLOAD.parameters)
        self.assertEqual(1, low_rank_of(WORKLOAD))
        self.assertEqual(4, low_rank_of(WORKLOAD._replace(rank=4)))

    def test_at_least_one(self):
        self.assertEqual(1, low_rank_of(TTWorkload('wide', (8,) * 4, (8,) * 4, 1, 1)))


if __name__ == '__main__':
    unittest.main()
