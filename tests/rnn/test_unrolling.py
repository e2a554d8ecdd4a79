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


if __name__ == '__main__':
    unittest.main()
