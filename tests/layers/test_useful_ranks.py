"""Ranks above the useful maximum of a bond: the layer is built, and warns once."""

import unittest
import warnings

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers

CASES = [
    ('tt', lambda **scope: layers.tt(tf.zeros([1, 8]), [2, 4], [3, 2], [1, 7, 1], **scope),
     r'mat_ranks\[1\] is 7, but the maximum of that bond is 6; mat_ranks=\[1, 6, 1\]'),
    ('tt_from_the_right',
     lambda **scope: layers.tt(tf.zeros([1, 8]), [4, 2], [2, 2], [1, 5, 1], **scope),
     r'mat_ranks\[1\] is 5, but the maximum of that bond is 4; '),
    ('tt_conv_of_the_paper',
     lambda **scope: layers.tt_conv(tf.zeros([1, 5, 5, 64]), [3, 3], [4, 4, 4], [4, 4, 4],
                                    [22, 20, 16, 1], **scope),
     r'ranks\[0\] is 22, but the maximum of that bond is 9; ranks=\[9, 20, 16, 1\]'),
    ('tt_conv_full_two_bonds',
     lambda **scope: layers.tt_conv_full(tf.zeros([1, 5, 5, 4]), [1, 1], [2, 2], [2, 3],
                                         [2, 9, 1], **scope),
     r'ranks\[0\] is 2, .* bond is 1, ranks\[1\] is 9, but the maximum of that bond is 4; '),
    ('tt_conv1d_full',
     lambda **scope: layers.tt_conv1d_full(tf.zeros([1, 9, 16]), [1, 5], [4, 4], [4, 4],
                                           [6, 8, 1], **scope),
     r'ranks\[0\] is 6, but the maximum of that bond is 5; ranks=\[5, 8, 1\]'),
    ('tt_conv_direct',
     lambda **scope: layers.tt_conv_direct(tf.zeros([1, 5, 5, 16]), [3, 3], 20, [1, 4, 10, 20, 1],
                                           **scope),
     r'ranks\[1\] is 4, .* is 3, ranks\[2\] is 10, .* is 9; ranks=\[1, 3, 9, 20, 1\]'),
]

USEFUL = [
    ('tt', lambda: layers.tt(tf.zeros([1, 8]), [2, 4], [3, 2], [1, 6, 1])),
    ('tt_conv', lambda: layers.tt_conv(tf.zeros([1, 5, 5, 64]), [3, 3], [4, 4, 4], [4, 4, 4],
                                       [9, 144, 16, 1])),
    ('tt_conv_direct', lambda: layers.tt_conv_direct(
        tf.zeros([1, 5, 5, 16]), [3, 3], 20, [1, 3, 9, 20, 1])),
]


def _warnings(build):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        build()
    return [warning for warning in caught if 'TT-ranks' in str(warning.message)]


class UsefulRanksTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_warning_names_scope_bond_rank_and_maximum(self, _, build, message):
        with tf.Graph().as_default(), tf.variable_scope('net'):
            warning, = _warnings(lambda: build(scope='layer'))
            self.assertIs(UserWarning, warning.category)
            self.assertRegex(str(warning.message), '^net/layer: .*' + message)
            self.assertEqual(__file__, warning.filename)
            self.assertIn('net/layer/biases', {variable.op.name
                                               for variable in tf.global_variables()})

    @parameterized.expand(CASES)
    def test_reuse_does_not_warn_again(self, _, build, message):
        with tf.Graph().as_default():
            self.assertEqual(1, len(_warnings(lambda: build(scope='layer'))))
            with tf.variable_scope('', reuse=True):
                self.assertEqual([], _warnings(lambda: build(scope='layer')))
            self.assertEqual(1, len(_warnings(lambda: build(scope='other'))))
        with tf.Graph().as_default():
            self.assertEqual(1, len(_warnings(lambda: build(scope='layer'))))

    def test_every_layer_without_a_name_warns(self):
        with tf.Graph().as_default():
            messages = [str(_warnings(CASES[0][1])[0].message) for _ in range(2)]
        self.assertEqual(['tt', 'tt_1'], [message.split(':')[0] for message in messages])

    @parameterized.expand(USEFUL)
    def test_useful_ranks_do_not_warn(self, _, build):
        with tf.Graph().as_default():
            self.assertEqual([], _warnings(build))


if __name__ == '__main__':
    unittest.main()
