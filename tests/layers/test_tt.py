"""`tt` against its matrix written out."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.references.tt_matrix import tt_matrix
from tests.sessions import assert_close, random_values, session
from tests.useless_ranks import WithUselessRanks


class TTTest(WithUselessRanks, unittest.TestCase):

    @parameterized.expand([
        ('three_cores', [2, 3, 4], [3, 2, 5], [1, 2, 3, 1]),
        ('one_core', [6], [5], [1, 1]),
        ('no_compression', [1, 6], [5, 1], [1, 9, 1]),
        ('modes_of_one', [1, 4, 1, 3], [2, 1, 1, 5], [1, 2, 2, 2, 1]),
        ('one_number', [1], [1], [1, 1]),
        ('rank_one', [3, 2, 2], [2, 2, 3], [1, 1, 1, 1]),
        ('growing', [2, 2], [7, 5], [1, 3, 1]),
        ('six_cores', [2, 2, 2, 2, 2, 2], [2, 1, 2, 3, 2, 1], [1, 2, 3, 4, 3, 2, 1]),
    ])
    def test_matrix(self, _, inp_modes, out_modes, ranks):
        inputs = np.random.RandomState(1).normal(size=[3, int(np.prod(inp_modes))])
        for dtype, tolerance in ((tf.float32, 1e-5), (tf.float64, 1e-12)):
            with tf.Graph().as_default():
                inp = tf.placeholder(dtype, inputs.shape)
                out = layers.tt(inp, inp_modes, out_modes, ranks, scope='tt')
                values = random_values()
                with session(values) as opened:
                    actual = opened.run(out, {inp: inputs})
            cores = [values[f'tt/mat_core_{k + 1}'] for k in range(len(inp_modes))]
            matrix = tt_matrix(cores, inp_modes, out_modes, ranks)[0]
            assert_close(actual, inputs.dot(matrix) + values['tt/biases'], tolerance)


if __name__ == '__main__':
    unittest.main()
