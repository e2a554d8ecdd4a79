"""Scripts that others run by `exec`, without imports of their own."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest


class UnimportedTest(TextTest):

    def test_lines_to_port_are_named(self):
        text = '''\
            def build(x):
                y = tensornet.layers.tt(x, [4, 4], [4, 4], [1, 2, 1], 3.0, 'tt')
                z = np.int(3)
                return tf.mul(tf.contrib.layers.flatten(y), z)
            '''
        self.assert_looks(text, '2: .* not ported: 2, 3, 4; write `import numpy as np` and '
                                '`import tensornet` and `import tensorflow as tf` at the top')
        self.assertEqual([], self.port(text).changes)

    @parameterized.expand([
        'y = tf.add(x, np.zeros(3)) + tensornet.layers.tt(x, [4, 4], [4, 4], [1, 2, 1])\n',
        'def f(tf):\n    return tf.mul(x)\n',
        'tf = 3\nx = tf.mul\n',
        'import time\nfor i in xrange(3):\n    x = np.zeros(time.clock())\n',
    ])
    def test_others_are_not(self, text):
        self.assert_looks(text)


if __name__ == '__main__':
    unittest.main()
