"""Counting right answers, and evaluating checkpoints of the original library."""
import os
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.cifar10_conv import network_file, network_graph
from experiments.cifar10_conv.checkpoints import measured_error
from experiments.common.image_set import image_set
from tests.experiments.cifar10_conv_networks import OLD_FILE, images, write
from tests.script_runner import ROOT

CHECKPOINTS = os.path.join(ROOT, 'tests', 'fixtures', 'checkpoints')
ANSWERS = 'tf.cast(tf.nn.in_top_k(logits, labels, 1), tf.int32)'

# The network of the fixtures, as a file for the original. Its inputs are no pixels: an image holds
# the number of one.
FIXTURE_FILE = '''
import numpy as np
import tensorflow.compat.v1 as tf
from tests.checkpoints.networks import conv_logits

opts = {{}}
inputs = np.load({path!r})['inputs']


def aug_eval(image, aux):
    return tf.gather(inputs, tf.cast(image[0, 0, 0], tf.int32))


def inference(images, train_phase, cpu_variables=False):
    return conv_logits(images, train_phase)


def evaluation(logits, labels):
    return tf.cast(tf.nn.in_top_k(logits, labels, 1), tf.int32)


aug_train = losses = aug_eval
'''


class MeasurementTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    @parameterized.expand([
        ('one_integer_each', ANSWERS),
        ('one_bool_each', 'tf.nn.in_top_k(logits, labels, 1)'),
        ('one_float_each', 'tf.to_float(tf.nn.in_top_k(logits, labels, 1))'),
        ('their_number', f'tf.reduce_sum({ANSWERS})'),
        ('their_share', f'tf.reduce_mean(tf.to_float({ANSWERS}))'),
    ])
    def test_forms_of_evaluation(self, _, evaluation):
        network = network_file.load(
            write(self.folder, 'net.py', OLD_FILE.replace(ANSWERS, evaluation)))
        data = images()
        aux = {'mean': 100.0, 'std': 60.0}
        with tf.Graph().as_default(), tf.Session() as session:
            measured = network_graph.Measurement(network, aux, [32, 32, 3])
            with tf.variable_scope('inference', reuse=True):
                logits = network.inference(
                    tf.constant((data.test_images - np.float32(100)) / np.float32(60)), False)
            session.run(tf.global_variables_initializer())
            answers = np.argmax(session.run(logits), axis=1)
            # Two of three are wrong. 30 images: the last part is smaller than the others.
            wrong = np.arange(len(answers)) % 3 > 0
            with mock.patch.object(network_graph, '_MEASURED', 7):
                error = measured.error(session, data.test_images, (answers + wrong) % 10)
        self.assertAlmostEqual(error, 100 * np.mean(wrong), places=4)

    @parameterized.expand([
        (version, averaged) for version in ('tf1.1-conv', 'tf1.15-conv')
        for averaged in (False, True)])
    def test_a_checkpoint_of_the_original(self, version, averaged):
        folder = os.path.join(CHECKPOINTS, version)
        expected = np.load(os.path.join(folder, 'expected.npz'))
        text = FIXTURE_FILE.format(path=os.path.join(folder, 'expected.npz'))
        network = network_file.load(write(self.folder, 'net.py', text))
        size = len(expected['labels'])
        numbers = np.zeros([size, 8, 8, 3], np.uint8)
        numbers[:, 0, 0, 0] = np.arange(size)
        data = image_set('numbers', numbers, expected['labels'], numbers, expected['labels'])
        logits = expected['eval_logits_with_averaged_weights' if averaged else 'eval_logits']
        error = measured_error(data, network, folder, averaged)
        self.assertAlmostEqual(
            error, 100 * np.mean(np.argmax(logits, axis=1) != expected['labels']), places=4)


if __name__ == '__main__':
    unittest.main()
