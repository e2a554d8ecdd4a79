"""`chain` against the TT-matrix written out."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import chain
from tests.references.tt_matrix import tt_matrix
from tests.sessions import assert_close


def _cores(inp_modes, out_modes, ranks):
    random = np.random.RandomState(0)
    return [random.normal(size=[o * right, left * i])
            for i, o, left, right in zip(inp_modes, out_modes, ranks[:-1], ranks[1:])]


class ChainTest(unittest.TestCase):

    @parameterized.expand([
        ('first_rank_one', [2, 3], [3, 2], [1, 2, 1]),
        ('first_rank_three', [2, 3], [3, 2], [3, 2, 1]),
        ('one_core', [4], [3], [2, 1]),
        ('four_cores', [2, 1, 3, 2], [1, 2, 2, 3], [2, 3, 2, 2, 1]),
    ])
    def test_product_of_matrix_and_state(self, _, inp_modes, out_modes, ranks):
        cores = _cores(inp_modes, out_modes, ranks)
        matrix = tt_matrix(cores, inp_modes, out_modes, ranks)
        features = ranks[0] * int(np.prod(inp_modes))
        state = np.random.RandomState(1).normal(size=[features, 5])
        with tf.Graph().as_default(), tf.Session() as opened:
            out = opened.run(chain(tf.constant(state), [tf.constant(core) for core in cores],
                                   inp_modes, out_modes, ranks))
        assert_close(out, state.T.dot(matrix.reshape([features, -1])), 1e-12)

    def test_unknown_batch(self):
        cores = _cores([2, 3], [3, 2], [1, 2, 1])
        with tf.Graph().as_default(), tf.Session() as opened:
            state = tf.placeholder(tf.float64, [6, None])
            out = chain(state, [tf.constant(core) for core in cores], [2, 3], [3, 2], [1, 2, 1])
            self.assertEqual([None, 6], out.shape.as_list())
            for batch in (0, 1, 4):
                self.assertEqual((batch, 6), opened.run(out, {state: np.ones([6, batch])}).shape)


if __name__ == '__main__':
    unittest.main()
