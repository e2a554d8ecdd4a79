"""NumPy arrays as the input of a layer: they keep their type."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.examples import EXAMPLES, build, images
from tests.sessions import random_values, session


class ArrayInputsTest(unittest.TestCase):

    @parameterized.expand([(name, dtype) for name in EXAMPLES
                           for dtype in (np.float32, np.float64)])
    def test_like_a_constant(self, name, dtype):
        array = images(name).astype(dtype)
        with tf.Graph().as_default():
            out = build(name, array, scope='layer')
            with tf.variable_scope('', reuse=True):
                expected = build(name, tf.constant(array), scope='layer')
            self.assertEqual('layer/out', out.op.name)
            self.assertEqual(tf.as_dtype(dtype), out.dtype)
            with session(random_values()) as opened:
                np.testing.assert_array_equal(opened.run(expected), opened.run(out))

    @parameterized.expand([(name,) for name in EXAMPLES])
    def test_bytes_in_the_other_order(self, name):
        array = images(name).astype(np.float32)
        swapped = array.astype(array.dtype.newbyteorder())
        with tf.Graph().as_default() as graph:
            with self.assertRaisesRegex(TypeError, r"^layer: `inp` must be of type .*, but it is "
                                                   r"[<>]f4; convert it with `astype`$"):
                build(name, swapped, scope='layer')
            self.assertEqual([], graph.get_operations())


if __name__ == '__main__':
    unittest.main()
