"""`linear` against NumPy."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers
from tests.sessions import assert_close, random_values, session


class LinearTest(unittest.TestCase):

    def test_affine_map(self):
        inputs = np.random.RandomState(1).normal(size=[5, 7])
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 7])
            out = layers.linear(inp, 3, scope='linear')
            values = random_values()
            with session(values) as opened:
                actual = opened.run(out, {inp: inputs})
        assert_close(actual, inputs.dot(values['linear/weights']) + values['linear/biases'], 1e-5)


if __name__ == '__main__':
    unittest.main()
