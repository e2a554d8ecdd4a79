"""The moving statistics go on as those of `tf.train.ExponentialMovingAverage`, the reference."""

import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import checkpoints, layers
from tests.sessions import assert_close

CHANNELS = 3


def batches(count):
    random = np.random.RandomState(0)
    return [random.normal(loc=step, size=[5, CHANNELS]).astype(np.float32)
            for step in range(count)]


def build_reference(inp, decay):
    """Averages moments as the original library did; the ops are named by the TensorFlow in use."""
    with tf.variable_scope('bn'):
        mean, variance = tf.nn.moments(inp, [0])
        average = tf.train.ExponentialMovingAverage(decay, zero_debias=True)
        update = average.apply([mean, variance])
        return update, average.average(mean), average.average(variance)


class DebiasingTest(unittest.TestCase):

    @parameterized.expand([(steps, decay, scope) for steps in (0, 1, 2, 10)
                           for decay in (0.5, 0.99) for scope in ('', 'inference')])
    def test_continues(self, steps, decay, scope):
        with tempfile.TemporaryDirectory() as folder:
            prefix = os.path.join(folder, 'model.ckpt')
            expected = self._reference(prefix, steps, decay, scope)
            with tf.Graph().as_default(), tf.Session() as session:
                inp = tf.placeholder(tf.float32, [None, CHANNELS])
                with tf.variable_scope(scope) if scope else tf.name_scope('tower_1'):
                    out = layers.batch_normalization(
                        inp, True, decay, use_scale=False, use_shift=False, scope='bn')
                statistics = {variable.op.name.split('/')[-1]: variable
                              for variable in tf.global_variables()}
                checkpoints.Saver(strict=True).restore(session, prefix)
                for step, batch in enumerate(batches(steps + 3)[steps:], steps):
                    actual = session.run(statistics)
                    self.assertEqual(step, actual['local_step'])
                    assert_close(actual['moving_mean'], expected[step][0], 1e-5)
                    assert_close(actual['moving_variance'], expected[step][1], 1e-5)
                    session.run(out, {inp: batch})

    def _reference(self, prefix, steps, decay, scope):
        """Saves the averages after some steps; returns their values before each step."""
        values = []
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.placeholder(tf.float32, [None, CHANNELS])
            with tf.name_scope('tower_0'):
                if scope:
                    with tf.variable_scope(scope):
                        update, mean, variance = build_reference(inp, decay)
                else:
                    update, mean, variance = build_reference(inp, decay)
            session.run(tf.global_variables_initializer())
            for step, batch in enumerate(batches(steps + 3)):
                if step == steps:
                    tf.train.Saver().save(session, prefix)
                values.append(session.run([mean, variance]))
                session.run(update, {inp: batch})
        return values


if __name__ == '__main__':
    unittest.main()
