"""Convolution by a dense kernel, also where TensorFlow's own gradient is broken."""

import os
import subprocess
import sys
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import dense_convolution
from tests.references.convolution import convolve
from tests.sessions import assert_close

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# These sizes end the process within a few dozen steps where the convolution has the strides.
TRAINING = '''
import tensorflow.compat.v1 as tf
from tensornet import layers
tf.disable_v2_behavior()
inp = tf.get_variable('inp', [1, 16, 16, 8])
out = %s
gradients = tf.gradients(out, tf.trainable_variables())
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for _ in range(300):
        session.run([gradient.op for gradient in gradients])
print('trained')
'''


class DenseConvolutionTest(unittest.TestCase):

    @parameterized.expand([
        ([3, 2], [1, 1], 'SAME'),
        ([3, 2], [2, 3], 'VALID'),
        ([1, 1], [1, 1], 'SAME'),
        ([1, 1], [2, 2], 'SAME'),
        ([1, 1], [2, 3], 'VALID'),
        ([1, 1], [9, 9], 'SAME'),
    ])
    def test_output(self, window, strides, padding):
        draw = np.random.RandomState(0)
        images, kernel = draw.normal(size=[2, 7, 5, 3]), draw.normal(size=window + [3, 4])
        with tf.Graph().as_default(), tf.Session() as session:
            out = dense_convolution(tf.constant(images), tf.constant(kernel), strides, padding)
            assert_close(session.run(out), convolve(images, kernel, strides, padding), 1e-12)

    def test_strides_of_one_pixel_are_not_the_convolutions(self):
        with tf.Graph().as_default() as graph:
            dense_convolution(tf.zeros([2, 8, 8, 3]), tf.zeros([1, 1, 3, 4]), (2, 2), 'SAME')
            strides = [op.get_attr('strides') for op in graph.get_operations()
                       if op.type == 'Conv2D']
        self.assertEqual([[1, 1, 1, 1]], [list(each) for each in strides])

    @parameterized.expand([
        ('conv', "layers.conv(inp, 8, [1, 1], strides=[2, 2])"),
        ('tt_conv', "layers.tt_conv(inp, [1, 1], [2, 4], [2, 4], [2, 3, 1], strides=[2, 2])"),
        ('tt_conv_full',
         "layers.tt_conv_full(inp, [1, 1], [2, 4], [2, 4], [2, 3, 1], strides=[2, 2])"),
        ('tt_conv_direct',
         "layers.tt_conv_direct(inp, [1, 1], 8, [1, 1, 1, 3, 1], strides=[2, 2])"),
    ])
    def test_training_with_strides_and_no_window(self, _, layer):
        process = subprocess.run([sys.executable, '-c', TRAINING % layer], cwd=ROOT,
                                 capture_output=True, text=True)
        self.assertEqual((0, 'trained\n'), (process.returncode, process.stdout), process.stderr)


if __name__ == '__main__':
    unittest.main()
