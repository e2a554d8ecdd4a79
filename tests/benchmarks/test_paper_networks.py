"""The benchmarks' networks are those that the experiments train."""

import os
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from benchmarks import paper_networks
from experiments.cifar10_conv import network_file
from experiments.cifar10_fc.network import inference as wide_inference
from experiments.mnist.network import inference as mnist_inference
from tests.script_runner import ROOT

NETS = os.path.join(ROOT, 'experiments', 'cifar10_conv', 'nets')


def variables(build):
    """The names and shapes of the trainable variables of a network, and its logits' shape."""
    with tf.Graph().as_default():
        logits = build()
        return ({variable.op.name: variable.shape.as_list()
                 for variable in tf.trainable_variables()}, logits.shape.as_list())


class PaperNetworksTest(unittest.TestCase):

    @parameterized.expand(paper_networks.KINDS)
    def test_mnist(self, kind):
        modes = [4, 8, 8, 4]
        expected = variables(lambda: mnist_inference(
            tf.zeros([5, 28, 28], tf.uint8), np.zeros([28, 28]), kind, modes, modes,
            [1, 8, 8, 8, 1]))
        self.assertEqual(expected, variables(
            lambda: paper_networks.mnist_network(tf.zeros([5, 28, 28]), kind)))

    @parameterized.expand(paper_networks.KINDS)
    def test_wide(self, kind):
        shape = [32, 32, 3]
        expected = variables(lambda: wide_inference(
            tf.zeros([5] + shape, tf.uint8), np.zeros(shape), np.ones(shape), kind, [8] * 6,
            [1] + [10] * 5 + [1], True))
        self.assertEqual(expected, variables(
            lambda: paper_networks.wide_network(tf.zeros([5] + shape), kind, True)))

    @parameterized.expand([(1.0, 0), (0.6, 2)])
    def test_a_step_of_the_wide_one(self, keep, dropouts):
        with tf.Graph().as_default() as graph:
            inference = variables(lambda: paper_networks.wide_network(
                tf.zeros([5, 32, 32, 3]), 'tt', True))[0]
            step = paper_networks.wide_training_step('chain', keep)
            self.assertIs(graph, step.graph)
            self.assertEqual({'chain/' + name: shape for name, shape in inference.items()},
                             {variable.op.name: variable.shape.as_list()
                              for variable in tf.trainable_variables()})
            self.assertEqual(dropouts, sum(operation.type == 'RandomUniform' and '/dropout' in
                                           operation.name for operation in graph.get_operations()))

    @parameterized.expand([('dense', 'conv-fc'), ('tt', 'TT-conv-TT-fc')])
    def test_convolutional(self, kind, name):
        network = network_file.load(os.path.join(NETS, name + '.py'))
        expected = variables(lambda: network.inference(tf.zeros([5, 32, 32, 3]), True))
        self.assertEqual(expected, variables(
            lambda: paper_networks.convolutional_network(tf.zeros([5, 32, 32, 3]), kind, True)))


if __name__ == '__main__':
    unittest.main()
