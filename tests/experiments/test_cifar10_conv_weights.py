"""How weights begin and decay: experiments/cifar10_conv/weights.py through the layers."""
import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.cifar10_conv import architecture, network_file
from experiments.cifar10_conv.network_graph import network_loss
from experiments.cifar10_conv.weights import current_weights, decays, layers_with
from tests.experiments.cifar10_conv_networks import ARCHITECTURE_FILE, write

# (name, function that adds the layer, shape of its input without the batch, number of outputs)
CONVOLUTIONS = [
    ('dense', architecture.dense_convolution(), 16, 8),
    ('tt', architecture.tt_convolution({'x': [4, 4]}, {'x': [2, 4]}, {'x': [9, 8, 1]}), 16, 8),
    ('naive', architecture.naive_tt_convolution({'x': [1, 3, 9, 8, 1]}), 16, 8)]
LAYERS = [('dense', architecture.dense_layer(), 64, 32),
          ('tt', architecture.tt_layer([[8, 8]], [[4, 8]], [[1, 16, 1]]), 64, 32)]


def kernel(add, inp_ch, out_ch):
    """The answer to impulses: the layer's kernel `[inp_ch, 3, 3, out_ch]`, mirrored."""
    impulses = np.zeros([inp_ch, 3, 3, inp_ch], np.float32)
    impulses[range(inp_ch), 1, 1, range(inp_ch)] = 1
    return _first_value(lambda: add(tf.constant(impulses), out_ch, 'x', 'SAME', False))


def matrix(add, inp_size, out_size):
    """The layer's matrix `[inp_size, out_size]`."""
    return _first_value(lambda: add(tf.eye(inp_size), out_size, 1, False))


def _first_value(build):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(2)
        out = build()
        session.run(tf.global_variables_initializer())
        return session.run(out)


class InitializerTest(unittest.TestCase):

    @parameterized.expand(CONVOLUTIONS)
    def test_he_kernel(self, name, add, inp_ch, out_ch):
        with layers_with('he', 0):
            values = kernel(add, inp_ch, out_ch)
        self.check_variance(values, 2 / (9 * inp_ch), exact=name != 'dense')

    @parameterized.expand(LAYERS)
    def test_he_matrix(self, name, add, inp_size, out_size):
        with layers_with('he', 0):
            values = matrix(add, inp_size, out_size)
        self.check_variance(values, 2 / inp_size, exact=name != 'dense')

    def check_variance(self, values, expected, exact):
        # Dense values are drawn one by one: of 1152 or 2048 the variance is within 15 %.
        self.assertAlmostEqual(np.mean(values ** 2) / expected, 1, delta=1e-4 if exact else 0.15)

    @parameterized.expand([case for case in CONVOLUTIONS + LAYERS if case[0] != 'dense'])
    def test_xavier_is_another_variance_and_the_default(self, _, add, inp_size, out_size):
        values = [(kernel if out_size == 8 else matrix)(add, inp_size, out_size)]
        with layers_with('xavier', 0):
            values.append((kernel if out_size == 8 else matrix)(add, inp_size, out_size))
        np.testing.assert_array_equal(*values)
        fan_in = inp_size * (9 if out_size == 8 else 1)
        self.assertGreater(abs(np.log(np.mean(values[0] ** 2) * fan_in / 2)), 0.3)


class DecayTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = write(folder.name, 'net.py', ARCHITECTURE_FILE)

    def test_gradient_is_that_of_half_the_sum_of_squares(self):
        images = np.random.RandomState(0).rand(4, 32, 32, 3).astype(np.float32)
        with tf.Graph().as_default(), tf.Session() as session, layers_with('he', 0.25):
            tf.set_random_seed(1)
            loss = network_loss(network_file.load(self.path), tf.constant(images),
                                tf.constant([0, 1, 2, 3]), cpu_variables=False)
            entropy, = tf.get_collection('losses')
            variables = tf.trainable_variables()
            session.run(tf.global_variables_initializer())
            values, added, gradients, of_entropy = session.run(
                [variables, loss - entropy, tf.gradients(loss, variables),
                 tf.gradients(entropy, variables)])
        weights = {variable.op.name: value for variable, value in zip(variables, values)
                   if not variable.op.name.endswith('/biases')}
        self.assertEqual(12, len(weights))
        for variable, gradient, without in zip(variables, gradients, of_entropy):
            name = variable.op.name
            np.testing.assert_allclose(gradient - without, 0.25 * weights.get(name, 0 * without),
                                       atol=2e-6, err_msg=name)
        squares = sum(np.sum(value.astype(np.float64) ** 2) for value in weights.values())
        self.assertAlmostEqual(added / (0.125 * squares), 1, places=4)

    def test_evaluating_adds_nothing(self):
        with tf.Graph().as_default(), layers_with('he', 0.25):
            network = network_file.load(self.path)
            images, labels = tf.zeros([1, 32, 32, 3]), tf.zeros([1], tf.int32)
            with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE):
                network_loss(network, images, labels, cpu_variables=False)
                count = len(decays())
                network_loss(network, images, labels, cpu_variables=False)
            self.assertEqual(12, count)
            self.assertEqual(count, len(decays()))


class ContextTest(unittest.TestCase):

    def test_the_innermost_holds_and_an_error_ends_it(self):
        with layers_with('he', 0) as outer:
            with self.assertRaises(KeyError), layers_with('xavier', 1) as inner:
                self.assertIs(inner, current_weights())
                raise KeyError
            self.assertIs(outer, current_weights())
        self.assertNotIn(current_weights(), (inner, outer))
        self.assertIsNone(current_weights().regularizer())


class NetworksTest(unittest.TestCase):

    NETS = os.path.join(os.path.dirname(network_file.__file__), 'nets')

    @parameterized.expand([(name[:-3],) for name in sorted(os.listdir(NETS))
                           if name.endswith('.py')])
    def test_all_weights_of_each_network_decay(self, name):
        with tf.Graph().as_default(), layers_with('he', 0.1):
            network = network_file.load(os.path.join(self.NETS, name + '.py'))
            network_loss(network, tf.zeros([2, 32, 32, 3]), tf.zeros([2], tf.int32), False)
            variables = tf.trainable_variables()
            gradients = tf.gradients(decays(), variables)
        decaying = [variable.op.name for variable, gradient in zip(variables, gradients)
                    if gradient is not None]
        weights = [variable.op.name for variable in variables
                   if '/bn' not in variable.op.name and not variable.op.name.endswith('/biases')]
        self.assertEqual(weights, decaying)
        self.assertTrue(weights)


if __name__ == '__main__':
    unittest.main()
