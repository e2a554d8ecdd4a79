"""What embeddings record of themselves, alone and tied to an output."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from tensornet import cost, layers
from tensornet.contraction import row_plan
from tests.cost.graph_flops import graph_flops

MODES = [6, 4, 5], [2, 3, 2], [1, 3, 4, 1]


def _parameters():
    return sum(int(np.prod(variable.shape.as_list())) for variable in tf.trainable_variables())


class EmbeddingCostTest(unittest.TestCase):

    def test_row_of_the_table(self):
        with tf.Graph().as_default():
            layers.tt_embedding(tf.placeholder(tf.int32, [50]), *MODES, scope='net/words',
                                voc_size=113, emb_size=11)
            layer, = cost.of_graph().layers
            parameters = _parameters()
        self.assertEqual(('net/words', 'tt_embedding', [6, 4, 5], [2, 3, 2], 113, 11, 50),
                         (layer.scope, layer.kind, layer.inp_modes, layer.out_modes,
                          layer.inp_size, layer.out_size, layer.batch_size))
        self.assertEqual((parameters, 113 * 11), (layer.parameters, layer.dense_parameters))
        self.assertGreater(layer.seconds, 0)

    def test_operations_are_those_of_the_graph(self):
        for groups, order in (([1, 1, 1], [1, 2]), ([1, 1, 1], [2, 1]), ([2, 1], [1]),
                              ([1, 2], [1])):
            totals = []
            for count in (3, 5):
                with tf.Graph().as_default():
                    plan = row_plan(*MODES, count, groups=groups, order=order)
                    out = layers.tt_embedding(tf.placeholder(tf.int32, [count]), *MODES, plan=plan)
                    totals.append(graph_flops(out))
                    layer, = cost.of_graph().layers
            per_sample = (totals[1] - totals[0]) // 2
            self.assertEqual((per_sample, totals[0] - 3 * per_sample),
                             (layer.flops_per_sample, layer.flops_per_run))

    def test_bag(self):
        with tf.Graph().as_default():
            layers.tt_embedding_bag(tf.sparse_placeholder(tf.int32), *MODES, scope='bag')
            layer, = cost.of_graph().layers
            self.assertEqual(('tt_embedding_bag', _parameters()), (layer.kind, layer.parameters))

    def test_an_output_with_the_weights_of_an_embedding(self):
        voc_modes, emb_modes, ranks = MODES
        with tf.Graph().as_default():
            with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
                for _ in range(2):
                    words = layers.tt_embedding(tf.placeholder(tf.int32, [3]), *MODES,
                                                scope='words')
                    layers.tt(words, emb_modes, voc_modes, ranks, scope='words')
            counted = cost.of_graph()
            self.assertEqual(_parameters(), counted.parameters)
        embedding, output = counted.layers
        self.assertEqual((('tt_embedding', 2), ('tt', 2)),
                         ((embedding.kind, embedding.calls), (output.kind, output.calls)))
        self.assertEqual({'biases': [120]}, output.weights)
        self.assertEqual(120 * 12 + 120, counted.dense_parameters)
        self.assertGreater(output.flops_per_sample, 0)


if __name__ == '__main__':
    unittest.main()
