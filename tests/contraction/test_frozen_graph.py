"""Cores that are constants: TensorFlow merges them once."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import layers
from tensornet.contraction import plan
from tests.sessions import assert_close, random_values, session

SHAPE = [4, 8, 8, 4], [4, 8, 8, 4], [1, 8, 8, 8, 1]


class FrozenGraphTest(unittest.TestCase):

    def test_only_the_products_with_the_batch_are_left_to_run(self):
        chosen = plan(*SHAPE, 3, training=False, constant_bytes=10**6)
        self.assertGreater(max(step.cores for step in chosen.steps), 1)
        inputs = np.random.RandomState(0).normal(size=[3, 1024])
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [3, 1024], name='inp')
            out = layers.tt(inp, *SHAPE, scope='layer', plan=chosen, biases_initializer=None)
            with session(random_values()) as opened:
                expected = opened.run(out, {inp: inputs})
                frozen = tf.graph_util.convert_variables_to_constants(
                    opened, opened.graph_def, [out.op.name])
        with tf.Graph().as_default(), tf.Session() as opened:
            tf.import_graph_def(frozen, name='')
            options = tf.RunOptions(output_partition_graphs=True)
            run = tf.RunMetadata()
            actual = opened.run('layer/out:0', {'inp:0': inputs}, options, run)
        assert_close(actual, expected, 1e-5)
        kinds = [node.op for graph in run.partition_graphs for node in graph.node
                 if 'MatMul' in node.op]
        self.assertEqual(len(chosen.steps), len(kinds), kinds)


if __name__ == '__main__':
    unittest.main()
