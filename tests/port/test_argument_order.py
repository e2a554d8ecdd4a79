"""Calls whose arguments stood in another order before TensorFlow 1.0."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

SCRIPT = 'import tensorflow as tf\nx = tf.%s\n'


class ArgumentOrderTest(TextTest):

    @parameterized.expand([
        ('nn.sparse_softmax_cross_entropy_with_logits(logits, labels)', 'labels=..., logits=...'),
        ('nn.softmax_cross_entropy_with_logits(a, labels=b)', 'labels=..., logits=...'),
        ('nn.sigmoid_cross_entropy_with_logits(a, b, name="n")', 'labels=..., logits=...'),
        ('concat(0, [a, b])', r'tf.concat\(values, axis\)'),
        ('concat(-1, values)', r'tf.concat\(values, axis\)'),
        ('concat(axis, [a for a in b])', r'tf.concat\(values, axis\)'),
        ('concat(concat_dim=1, values=a)', r'tf.concat\(values, axis\)'),
        ('split(1, 2, a)', r'tf.split\(value, number, axis\)'),
        ('split(split_dim=1, num_split=2, value=a)', r'tf.split\(value, number, axis\)'),
    ])
    def test_named(self, call, pattern):
        self.assert_looks(SCRIPT % call, '2: `tf.*1.0.*write `' + pattern)

    @parameterized.expand([
        'nn.sparse_softmax_cross_entropy_with_logits(logits=a, labels=b)',
        'nn.softmax_cross_entropy_with_logits(labels=b, logits=a)',
        'concat([a, b], 0)', 'concat(values, 1)', 'concat(axis=0, values=grads)',
        'concat(a, axis)', 'split(a, 2, 1)', 'split(a, [2, 3])', 'split(a, 2, axis=1)', 'concat'])
    def test_orders_of_today(self, call):
        self.assertEqual([], self.port(SCRIPT % call).looks)

    def test_other_functions_of_that_name(self):
        self.assertEqual([], self.port('import numpy as np\nnp.split(1, 2, 3)\n').looks)

    @parameterized.expand([
        ('d.map(f, num_threads=2)', 'num_parallel_calls'),
        ('d.map(f, output_buffer_size=9)', 'prefetch'),
        ('tf.image.resize_images(x, 10, 10)', r'\[height, width\]'),
        ('tf.image.resize_images(x, height, width)', r'\[height, width\]'),
    ])
    def test_arguments_of_early_versions_are_named(self, call, new):
        self.assert_looks('import tensorflow as tf\ny = %s\n' % call, '2: .*' + new)

    @parameterized.expand([
        'd.map(f, num_parallel_calls=2)', 'tf.image.resize_images(x, [10, 10], 1)',
        'tf.image.resize_images(x, size, tf.image.ResizeMethod.BILINEAR)',
        'tf.image.resize_images(x, size, method)', 'tf.image.resize_images(x, size)'])
    def test_todays_are_not(self, call):
        self.assert_looks('import tensorflow as tf\ny = %s\n' % call)


if __name__ == '__main__':
    unittest.main()
