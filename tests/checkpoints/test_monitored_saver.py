"""What `Saver` restores in the sessions that TensorFlow makes itself."""

import os
import tempfile
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import checkpoints
from tests.checkpoints import written

WEIGHTS = {'net/fc/weights': np.arange(6, dtype=np.float32).reshape(3, 2),
           'net/fc/biases': np.array([7, 8], np.float32)}


class MonitoredSaverTest(unittest.TestCase):
    """A `tf.train.Scaffold` that restores what a checkpoint has, and initializes the rest."""

    def test_whole_restore(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        written.save(folder.name, dict(WEIGHTS, global_step=np.int64(60)))
        with tf.Graph().as_default():
            made = written.make_variables(written.zeros(WEIGHTS))
            tf.train.get_or_create_global_step()
            scaffold = tf.train.Scaffold(saver=checkpoints.Saver(strict=True))
            with tf.train.MonitoredTrainingSession(
                    checkpoint_dir=folder.name, scaffold=scaffold, save_checkpoint_secs=None,
                    save_summaries_steps=None) as session:
                for name, value in session.run(made).items():
                    np.testing.assert_array_equal(WEIGHTS[name], value)

    @parameterized.expand([(use_resource, parts) for use_resource in (False, True)
                           for parts in (None, 2)])
    def test_partial_restore(self, use_resource, parts):
        with tempfile.TemporaryDirectory() as folder:
            value = np.arange(12., dtype=np.float32).reshape(6, 2)
            with tf.Graph().as_default(), tf.Session() as session:
                tf.get_variable('weights', initializer=value)
                session.run(tf.global_variables_initializer())
                tf.train.Saver().save(session, os.path.join(folder, 'model.ckpt'))
            for known in (False, True):
                with tf.Graph().as_default():
                    partitioner = parts and tf.fixed_size_partitioner(parts)
                    with tf.variable_scope('', use_resource=use_resource, partitioner=partitioner):
                        weights = tf.convert_to_tensor(tf.get_variable('weights', [6, 2]))
                        lacking = tf.convert_to_tensor(tf.get_variable(
                            'lacking', [3, 2], initializer=tf.constant_initializer(7.)))
                    loss = tf.reduce_sum(tf.square(weights)) + tf.reduce_sum(tf.square(lacking))
                    step = tf.train.get_or_create_global_step()
                    train = tf.train.AdamOptimizer().minimize(loss, step)
                    scaffold = tf.train.Scaffold(saver=checkpoints.Saver())
                    with warnings.catch_warnings():
                        warnings.filterwarnings('ignore', '(?s).*some variables were not restored')
                        with tf.train.MonitoredTrainingSession(
                                checkpoint_dir=folder, scaffold=scaffold, log_step_count_steps=None,
                                save_summaries_steps=None, save_summaries_secs=None) as session:
                            if not known:
                                np.testing.assert_array_equal(value, session.run(weights))
                                np.testing.assert_array_equal(7, session.run(lacking))
                                self.assertEqual(0, session.run(step))
                            else:
                                # Of the checkpoint that the first one has written at its end.
                                self.assertEqual(1, session.run(step))
                                self.assertTrue(np.all(session.run(lacking) < 7))
                            session.run(train)


if __name__ == '__main__':
    unittest.main()
