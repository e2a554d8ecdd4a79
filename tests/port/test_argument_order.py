"""Calls whose arguments stood in another order before TensorFlow 1.0."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

SCRIPT = 'import tensorflow as tf\nx = tf.{call}\n'


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
        self.assert_looks(SCRIPT.format(call=call), '2: `tf.*1.0.*write `' + pattern)

    @parameterized.expand([
        'nn.sparse_softmax_cross_entropy_with_logits(logits=a, labels=b)',
        'nn.softmax_cross_entropy_with_logits(labels=b, logits=a)',
        'concat([a, b], 0)', 'concat(values, 1)', 'concat(axis=0, values=grads)',
        'concat(a, axis)', 'split(a, 2, 1)', 'split(a, [2, 3])', 'split(a, 2, axis=1)', 'concat'])
    def test_orders_of_today(self, call):
        self.assertEqual([], self.port(SCRIPT.format(call=call)).looks)

    def test_other_functions_of_that_name(self):
        self.assertEqual([], self.port('import numpy as np\nnp.split(1, 2, 3)\n').looks)

    @parameterized.expand([
        ('[True, False]', '[0]'), ('(False, True, True)', '[1, 2]'),
        ('dims=[False, True], name="r"', 'axis=[1], name="r"'),
    ])
    def test_truths_of_reverse(self, old, new):
        text = 'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n'
        self.assert_ported(text + f'y = tf.reverse(x, {old})\n',
                           text + f'y = tf.reverse(x, {new})\n')

    @parameterized.expand(['tf.constant([True])', 'dims=d', '[flag, True]', '[False, False]'])
    def test_truths_that_are_not_written_there_are_named(self, arguments):
        self.assert_looks(f'import tensorflow as tf\ny = tf.reverse(x, {arguments})\n',
                          '2: `tf.reverse`: it took a bool')

    @parameterized.expand(['[1, 0]', 'axis=[0]', 'axes', '[-1]'])
    def test_reverse_of_today(self, arguments):
        self.assert_looks(f'import tensorflow as tf\ny = tf.reverse(x, {arguments})\n')

    @parameterized.expand([
        ('"a", cores', 1), ('name, [x, y]', 1), ('"a", (x,)', 1), ('name, "a", [x]', 0),
        ('name, "a"', 0), ('name, default', 0), ('"a"', 0), ('"a", values=cores', 0)])
    def test_values_of_name_scope(self, arguments, looks):
        self.assert_looks(f'import tensorflow as tf\ntf.name_scope({arguments})\n',
                          *['2: .*write `values=...`'] * looks)

    def test_labels_of_sampled_losses(self):
        text = 'import tensorflow as tf\ny = tf.nn.nce_loss(w, b, {given}, 5, 6)\n'
        self.assert_looks(text.format(given='x, train_labels'),
                          '2: .*write `labels=..., inputs=...`')
        self.assert_looks(text.format(given='train_labels, x'))

    @parameterized.expand([
        ('d.map(f, num_threads=2)', 'num_parallel_calls'),
        ('d.map(f, output_buffer_size=9)', 'prefetch'),
        ('tf.image.resize_images(x, 10, 10)', r'\[height, width\]'),
        ('tf.image.resize_images(x, height, width)', r'\[height, width\]'),
    ])
    def test_arguments_of_early_versions_are_named(self, call, new):
        self.assert_looks(f'import tensorflow as tf\ny = {call}\n', '2: .*' + new)

    @parameterized.expand([
        'd.map(f, num_parallel_calls=2)', 'tf.image.resize_images(x, [10, 10], 1)',
        'tf.image.resize_images(x, size, tf.image.ResizeMethod.BILINEAR)',
        'tf.image.resize_images(x, size, method)', 'tf.image.resize_images(x, size)'])
    def test_todays_are_not(self, call):
        self.assert_looks(f'import tensorflow as tf\ny = {call}\n')


if __name__ == '__main__':
    unittest.main()
