"""What `unroll` passes on to the loop."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import rnn
from tests.layers.control_flow import control_flow


class LoopTest(unittest.TestCase):

    @parameterized.expand([(5, True), (32, False)])
    def test_iterations_and_memory(self, parallel_iterations, swap_memory):
        with tf.Graph().as_default(), control_flow('v1'):
            rnn.unroll(rnn.TTGRUCell([2, 3]), np.zeros([5, 4, 8], np.float32),
                       parallel_iterations=parallel_iterations, swap_memory=swap_memory)
            context, = tf.get_collection(tf.GraphKeys.WHILE_CONTEXT)
        self.assertEqual((parallel_iterations, swap_memory),
                         (context.parallel_iterations, context.swap_memory))

    def test_those_of_tensorflow_by_default(self):
        with tf.Graph().as_default(), control_flow('v1'):
            rnn.unroll(rnn.TTGRUCell([2, 3]), np.zeros([5, 4, 8], np.float32))
            context, = tf.get_collection(tf.GraphKeys.WHILE_CONTEXT)
        self.assertEqual((32, False), (context.parallel_iterations, context.swap_memory))


class LengthsTest(unittest.TestCase):

    @parameterized.expand([
        ('none', [], 0), ('one', [2], 1), ('several', [1, 3], 2),
        ('array', np.array([1, 3]), 2), ('empty array', np.zeros([0], np.int64), 0)])
    def test_outputs_end_with_the_sequences(self, _, lengths, batch):
        inputs = np.ones([batch, 3, 8], np.float32)
        with tf.Graph().as_default(), tf.Session() as session:
            outputs, state = rnn.unroll(rnn.TTGRUCell([2, 3]), inputs, lengths)
            session.run(tf.global_variables_initializer())
            made, last = session.run([outputs, state])
        self.assertEqual((batch, 3, 6), made.shape)
        for row, length, end in zip(made, lengths, last):
            self.assertTrue(row[:length].any(axis=1).all())
            self.assertFalse(row[length:].any())
            np.testing.assert_array_equal(row[length - 1], end)

    @parameterized.expand([('list', list), ('tuple', tuple)])
    def test_a_list_with_tensors(self, _, kind):
        inputs = np.ones([2, 3, 8], np.float32)
        with tf.Graph().as_default(), tf.Session() as session:
            outputs, _ = rnn.unroll(rnn.TTGRUCell([2, 3]), inputs, kind([tf.constant(1), 3]))
            session.run(tf.global_variables_initializer())
            made = session.run(outputs)
        self.assertFalse(made[0, 1:].any())
        self.assertTrue(made[1].any(axis=1).all())


if __name__ == '__main__':
    unittest.main()
