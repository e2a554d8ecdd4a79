"""Which variables are a constant one, compared with what the layers make of them."""

import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.constant_one import is_constant_one
from tensornet.tt.arguments import product

SMALL = dict(inp_ch_modes=[1, 2], out_ch_modes=[1, 2], ranks=[1, 1, 1], scope='layer')


def _images(*shape):
    return tf.zeros([1, *shape])


# Each layer with all that it can have of one element, and some that has more.
LAYERS = [
    ('tt', lambda: layers.tt(_images(2), [1, 2], [1, 1], [1, 1, 1], scope='layer')),
    ('tt_embedding', lambda: layers.tt_embedding(
        tf.constant([0]), [1, 2], [1, 2], 1, scope='layer')),
    ('conv', lambda: layers.conv(_images(3, 3, 1), 1, [1, 1], scope='layer')),
    ('linear', lambda: layers.linear(_images(1), 1, scope='layer')),
    ('tt_conv', lambda: layers.tt_conv(_images(3, 3, 2), [1, 1], **SMALL)),
    ('tt_conv', lambda: layers.tt_conv(_images(3, 3, 2), [1, 2], **SMALL)),
    ('tt_conv_full', lambda: layers.tt_conv_full(_images(3, 3, 2), [1, 1], **SMALL)),
    ('tt_conv1d_full', lambda: layers.tt_conv1d_full(_images(3, 2), [1, 1], **SMALL)),
    ('tt_conv_direct', lambda: layers.tt_conv_direct(
        _images(3, 3, 2), [1, 1], 1, [1, 1, 1, 1, 1], scope='layer')),
]


class ConstantOneTest(unittest.TestCase):

    @parameterized.expand([(f'{k}_{name}', name, build) for k, (name, build) in enumerate(LAYERS)])
    def test_is_what_the_layer_does_not_train(self, _, layer, build):
        with tf.Graph().as_default():
            build()
            trained = set(tf.trainable_variables())
            for variable in tf.global_variables():
                name = variable.op.name.rpartition('/')[2]
                self.assertEqual(variable not in trained, is_constant_one(
                    layer, name, product(variable.shape.as_list())), name)


if __name__ == '__main__':
    unittest.main()
