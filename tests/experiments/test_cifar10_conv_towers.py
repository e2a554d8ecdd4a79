"""Gradients of several towers are those of one with the whole batch."""
import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.cifar10_conv import network_file
from experiments.cifar10_conv.network_graph import network_loss
from experiments.cifar10_conv.towers import tower_gradients
from experiments.cifar10_conv.weights import layers_with
from tensornet.layers import default_plan
from tests.experiments.cifar10_conv_networks import (
    ARCHITECTURE_FILE,
    OLD_FILE,
    SMALL_FILE,
    images,
    write,
)
from tests.sessions import assert_close

BATCH = 12
STEPS = 3


class TowersTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def train(self, text, devices, batch):
        """Returns the losses of a few steps, the final variables and the devices used."""
        network = network_file.load(write(self.folder, 'net.py', text))
        data = images()
        with tf.Graph().as_default() as graph:
            tf.set_random_seed(5)
            optimizer = tf.train.MomentumOptimizer(0.05, 0.9)
            # Initial values go with the number of operations before, so with the plan of a layer,
            # and that with the size of the batch.
            with default_plan('full'):
                loss, gradients = tower_gradients(
                    lambda some, labels, number: network_loss(network, some, labels, True),
                    optimizer, tf.constant(batch(data.train_images) / np.float32(255)),
                    tf.constant(batch(data.train_labels), tf.int32), devices)
            train_op = optimizer.apply_gradients(gradients)
            self.assertEqual({variable.device for variable in tf.global_variables()},
                             {'/device:CPU:0'})
            with tf.Session(config=tf.ConfigProto(device_count={'CPU': 2})) as session:
                session.run(tf.global_variables_initializer())
                losses = [session.run([loss, train_op])[0] for _ in range(STEPS)]
                variables = {variable.op.name: session.run(variable)
                             for variable in tf.global_variables()}
            used = {operation.device for operation in graph.get_operations()
                    if operation.type == 'Conv2D'}
        return losses, variables, used

    def check_equal(self, text, batch):
        one_losses, one, _ = self.train(text, ['/cpu:0'], batch)
        two_losses, two, used = self.train(text, ['/cpu:0', '/cpu:1'], batch)
        self.assertEqual(used, {'/device:CPU:0', '/device:CPU:1'})
        np.testing.assert_allclose(two_losses, one_losses, rtol=1e-5)
        self.assertEqual(sorted(two), sorted(one))
        for name, value in one.items():
            # Small entries of the momentum are sums of large ones, and as exact as those.
            assert_close(two[name], value, 3e-5, name)
        return one_losses

    def test_two_towers_equal_one_with_twice_the_batch(self):
        losses = self.check_equal(OLD_FILE, lambda array: array[:BATCH])
        self.assertLess(losses[-1], losses[0])

    def test_also_with_batch_normalization_where_both_halves_have_the_same_moments(self):
        self.check_equal(SMALL_FILE, lambda array: np.concatenate([array[:BATCH // 2]] * 2))

    def test_also_where_weights_decay(self):
        losses = {}
        for decay in (0, 0.1):
            with layers_with('he', decay):
                losses[decay] = self.check_equal(ARCHITECTURE_FILE, lambda array: array[:BATCH])
        self.assertGreater(losses[0.1][0], losses[0][0] + 0.1)

    def test_a_file_that_has_no_loss(self):
        for returned in ('None', '[]'):
            text = OLD_FILE.replace('[tf.reduce_mean(entropy)]', returned)
            with self.assertRaisesRegex(network_file.NetworkFileError, 'net.py: `losses` added '
                                        'nothing .*; return a list of losses'):
                self.train(text, ['/cpu:0'], lambda array: array[:BATCH])
        self.assertEqual(os.listdir(self.folder), ['net.py'])

    def test_the_forms_of_a_loss(self):
        def first_loss(returned):
            text = OLD_FILE.replace('return [tf.reduce_mean(entropy)]',
                                    'mean = tf.reduce_mean(entropy)\n    ' + returned)
            return self.train(text, ['/cpu:0'], lambda array: array[:BATCH])[0][0]

        expected = first_loss('return [mean]')
        for returned, factor in (('return mean', 1), ('return (mean, 2 * mean)', 3),
                                 ("tf.add_to_collection('losses', mean)", 1),
                                 ("tf.add_to_collection('losses', mean)\n    return 5 * mean", 1),
                                 ("tf.add_to_collection('losses', mean)\n    return [mean]", 1)):
            np.testing.assert_allclose(first_loss(returned), factor * expected, rtol=1e-6,
                                       err_msg=returned)
