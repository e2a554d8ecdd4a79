"""Arguments that functions of TensorFlow no longer take."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest


class TensorflowArgumentsTest(TextTest):

    @parameterized.expand([
        ('tf.nn.conv2d_transpose(x, w, s, stride=1)', 'has no argument `stride`: it takes `value`'),
        ('tf.train.AdamOptimizer(rate=0.1)', 'has no argument `rate`: it takes `learning_rate`'),
        ('tf.nn.relu(x, "relu", 3)', 'takes 2 arguments without their names, not 3'),
        ('tf.nn.rnn_cell.GRUCell(3, input_size=4)', 'has no argument `input_size`'),
        ('tf.contrib.rnn.DropoutWrapper(c, input_size=4)', 'has no argument `input_size`'),
    ])
    def test_named(self, call, pattern):
        looks = [note.text for note in self.port(f'import tensorflow as tf\ny = {call}\n').looks]
        self.assertEqual(1, len([text for text in looks if 'argument' in text]), looks)
        self.assertRegex(' '.join(looks), pattern)

    @parameterized.expand([
        'tf.reduce_sum(x, reduction_indices=[1], keep_dims=True)', 'tf.argmax(x, dimension=1)',
        'tf.nn.dropout(x, keep_prob=0.5)', 'tf.squeeze(x, squeeze_dims=[1])',
        'tf.nn.softmax(x, dim=1)', 'tf.expand_dims(x, dim=1)', 'tf.nn.relu(*x)',
        'tf.nn.relu(**x)', 'tf.train.AdamOptimizer(0.1, beta1=0.5)', 'tf.Variable(1, name="a")',
        'tf.ConfigProto(allow_soft_placement=True)', 'tf.app.run(main=main)',
        'tf.app.flags.DEFINE_integer("n_of_steps", 3, docstring="steps")',
        'tf.nn.moments(x, axes=[0], keep_dims=True)', 'tf.Session(config=c)',
        'tf.get_variable("w", [3], initializer=i)', 'tf.norm(x, keep_dims=True)',
    ])
    def test_arguments_of_today_are_not(self, call):
        self.assert_looks(f'import tensorflow as tf\ny = {call}\n')

    def test_a_method_and_a_function_of_the_script(self):
        self.assert_looks('import tensorflow as tf\ndef relu(x, slope): pass\n'
                          'relu(x, slope=2)\ntf.get_default_graph().as_default(1)\n')


if __name__ == '__main__':
    unittest.main()
