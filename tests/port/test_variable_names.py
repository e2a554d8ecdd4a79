"""Strings that look for variables by old names."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest


class VariableNamesTest(TextTest):

    @parameterized.expand([
        ("x = 'ExponentialMovingAverage' in v.op.name", 'finds only averages'),
        ("x = v.name.endswith('moments/Squeeze/ExponentialMovingAverage:0')", 'finds only'),
        ("x = g.get_tensor_by_name('bn1/moments/Squeeze:0')", 'moving_mean'),
        ("x = 'weigths' in v.name", '<scope>/weights'),
    ])
    def test_named(self, text, pattern):
        self.assert_looks(text + '\n', '1: .*' + pattern)

    @parameterized.expand([
        '"""The ExponentialMovingAverage of all."""', 'x = tf.nn.moments(y, [0], name="moments/a")',
        'x = tf.train.ExponentialMovingAverage(0.9)', 'x = "moving_mean" in name'])
    def test_not_named(self, text):
        self.assertEqual([], self.port(text + '\n').looks)


if __name__ == '__main__':
    unittest.main()
