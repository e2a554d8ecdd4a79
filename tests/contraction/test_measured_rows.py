"""Measured plans of embeddings where operations are to be deterministic."""

import sys
import unittest

import tensorflow as tf

from tests import prepared_python

PROGRAM = '''
import tensorflow as tf2
import tensorflow.compat.v1 as tf
from tensornet import layers

tf.disable_v2_behavior()
tf2.config.experimental.enable_op_determinism()
with tf.Graph().as_default():
    tf.set_random_seed(1)  # Of the cores.
    layers.tt_embedding(tf.constant([0, 3, 5]), [2, 3], [2, 3], 2, plan='measure', scope='e')
    layers.tt_embedding_bag(tf.ragged.constant([[0, 3], [5]]), [2, 3], [2, 3], 2,
                            plan='measure', scope='b')
    print(len(tf.global_variables()))
'''


class DeterminismTest(unittest.TestCase):

    @unittest.skipUnless(hasattr(tf.config.experimental, 'enable_op_determinism'),
                         'this TensorFlow has no determinism of operations')
    def test_ids_are_drawn_with_a_seed(self):
        ended = prepared_python.run([sys.executable, '-c', PROGRAM], capture_output=True,
                                    universal_newlines=True, timeout=600)
        self.assertEqual(0, ended.returncode, ended.stderr)
        self.assertEqual('4', ended.stdout.splitlines()[-1])


if __name__ == '__main__':
    unittest.main()
