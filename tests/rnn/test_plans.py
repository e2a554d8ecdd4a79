"""What the matrices of a cell are planned for, and what is recorded of them."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import cost, rnn

BATCH, TIME, INP_SIZE, HIDDEN_SIZE = 5, 3, 8, 6


class PlannedBatchTest(unittest.TestCase):

    def costs(self, cell, build):
        """Returns the costs of the matrix of the inputs, and of those of the state, in a graph that
        `build` makes."""
        with tf.Graph().as_default():
            build(cell())
            rows = {layer.scope.rpartition('/')[2]: layer for layer in cost.of_graph().layers}
        return rows['inputs'], [rows[name] for name in sorted(rows) if name.startswith('state')]

    @parameterized.expand([(rnn.TTLSTMCell,), (rnn.TTGRUCell,)])
    def test_a_step_has_the_rows_of_its_inputs(self, kind):
        def build(cell):
            cell(np.zeros([BATCH, INP_SIZE], np.float32), cell.zero_state(BATCH, tf.float32))

        inputs, states = self.costs(
            lambda: kind([2, 3], [4, 2], inp_ranks=3, state_ranks=2), build)
        self.assertEqual({BATCH}, {row.batch_size for row in [inputs, *states]})

    @parameterized.expand([
        (kind, shape, time_major) for kind in (rnn.TTLSTMCell, rnn.TTGRUCell)
        for shape, time_major in (([BATCH, TIME, INP_SIZE], False), ([TIME, BATCH, INP_SIZE], True))
    ])
    def test_a_loop_multiplies_all_inputs_at_once(self, kind, shape, time_major):
        inputs, states = self.costs(
            lambda: kind([2, 3], [4, 2], inp_ranks=3, state_ranks=2),
            lambda cell: rnn.unroll(cell, np.zeros(shape, np.float32), time_major=time_major))
        self.assertEqual(BATCH * TIME, inputs.batch_size)
        self.assertEqual({BATCH}, {row.batch_size for row in states})

    @parameterized.expand([(rnn.TTLSTMCell, 4), (rnn.TTGRUCell, 3)])
    def test_dense_matrices(self, kind, gates):
        inputs, states = self.costs(
            lambda: kind([2, 3]),
            lambda cell: rnn.unroll(cell, np.zeros([BATCH, TIME, INP_SIZE], np.float32)))
        self.assertEqual(BATCH * TIME, inputs.batch_size)
        self.assertEqual({BATCH}, {row.batch_size for row in states})
        for rows, size in (([inputs], INP_SIZE), (states, HIDDEN_SIZE)):
            # Without biases.
            elements = size * gates * HIDDEN_SIZE
            self.assertEqual(2 * elements, sum(row.flops_per_sample for row in rows))
            self.assertEqual(elements, sum(row.dense_parameters for row in rows))


class FirstStateTest(unittest.TestCase):

    @parameterized.expand([('known', [BATCH, INP_SIZE]), ('unknown', [None, INP_SIZE])])
    def test_it_is_that_of_the_inputs(self, _, shape):
        with tf.Graph().as_default(), tf.Session() as session:
            inputs = tf.placeholder(tf.float64, shape)
            state = rnn.TTGRUCell([2, 3]).get_initial_state(inputs)
            self.assertEqual([shape[0], HIDDEN_SIZE], state.shape.as_list())
            made = session.run(state, {inputs: np.ones([BATCH, INP_SIZE])})
        np.testing.assert_array_equal(np.zeros([BATCH, HIDDEN_SIZE]), made)
        self.assertEqual(np.float64, made.dtype)


if __name__ == '__main__':
    unittest.main()
