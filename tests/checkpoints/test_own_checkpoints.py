"""Checkpoints of this library restore on other versions of TensorFlow and with other plans."""

import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import checkpoints, layers
from tests.checkpoints import networks, trained

SETTINGS = [(name, plan, layer, saver)
            for name in trained.OWN
            for plan, layer, saver in (('auto', layers.tt_conv, checkpoints.Saver),
                                       ('chain', layers.tt_conv_full, checkpoints.Saver),
                                       ('full', layers.tt_conv, tf.train.Saver),
                                       ('auto', layers.tt_conv_full, tf.train.Saver))]


class OwnCheckpointsTest(unittest.TestCase):

    @parameterized.expand(SETTINGS)
    def test_evaluation_and_training_continue(self, name, plan, layer, saver):
        with tf.Graph().as_default(), tf.Session() as session:
            network = networks.small(plan, layer)
            prefix = tf.train.latest_checkpoint(trained.folder_of(name))
            arrays = trained.expected(name)
            averaged = tf.train.Saver(network.averages.variables_to_restore())
            averaged.restore(session, prefix)
            trained.assert_averages(session, network, arrays)
            options = {'strict': True} if saver is checkpoints.Saver else {}
            saver(**options).restore(session, prefix)
            trained.assert_continues(session, network, arrays)

    @parameterized.expand(trained.OWN)
    def test_nothing_is_renamed(self, name):
        checkpoint = checkpoints.Checkpoint(trained.folder_of(name))
        with tf.Graph().as_default():
            networks.small()
            shapes = {variable.op.name: variable.shape.as_list()
                      for variable in tf.global_variables()}
        self.assertEqual(shapes, checkpoint.shapes)


if __name__ == '__main__':
    unittest.main()
