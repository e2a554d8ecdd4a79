"""Checkpoints that the original library trained go on with this one."""

import os
import tempfile
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import checkpoints
from tests.checkpoints import networks, trained
from tests.checkpoints.exact_logits import exact_logits
from tests.sessions import assert_close

CONV = [name for name in trained.ORIGINAL if name.endswith('conv')]
PLANS = ('auto', 'chain')


def build(name, plan='auto'):
    return getattr(networks, name.rsplit('-', 1)[1])(plan=plan)


class TrainedTest(unittest.TestCase):

    @parameterized.expand([(name, plan) for name in trained.ORIGINAL for plan in PLANS])
    def test_evaluation_and_training_continue(self, name, plan):
        with tf.Graph().as_default(), tf.Session() as session:
            network = build(name, plan)
            saver = checkpoints.Saver(strict=True)
            session.run(tf.global_variables_initializer())
            matched = saver.restore(session, trained.folder_of(name))
            trained.assert_continues(session, network, trained.expected(name))
            self.assertEqual(set(matched.sources),
                             {variable.op.name for variable in tf.global_variables()})

    @parameterized.expand([(name, plan) for name in CONV for plan in PLANS])
    def test_rounds_no_more_than_the_original(self, name, plan):
        with tf.Graph().as_default(), tf.Session() as session:
            network = build(name, plan)
            arrays = trained.expected(name)
            evaluation = trained.feeds(network, arrays, False)
            for averaged, key in ((False, 'eval_logits'),
                                  (True, 'eval_logits_with_averaged_weights')):
                saver = checkpoints.Saver(
                    network.averages.variables_to_restore() if averaged else None, strict=True)
                saver.restore(session, trained.folder_of(name))
                values = session.run({variable.op.name.replace('inference/', '', 1): variable
                                      for variable in tf.global_variables()})
                exact = exact_logits(values, arrays['inputs'])
                actual = np.abs(session.run(network.logits, evaluation) - exact)
                original = np.abs(arrays[key] - exact)
                with self.subTest(averaged=averaged):
                    self.assertLess(np.max(original), 1e-6 * np.max(np.abs(exact)))
                    self.assertLess(np.max(actual), 2 * np.max(original))
                    self.assertLess(_rms(actual), 1.5 * _rms(original))

    @parameterized.expand(CONV)
    def test_averaged_weights(self, name):
        with tf.Graph().as_default(), tf.Session() as session:
            network = build(name)
            saver = checkpoints.Saver(network.averages.variables_to_restore(), strict=True)
            matched = saver.restore(session, trained.folder_of(name))
            trained.assert_averages(session, network, trained.expected(name))
            self.assertEqual({variable.op.name: network.averages.average_name(variable)
                              for variable in tf.trainable_variables()}, matched.replaced)
            self.assertEqual(({}, []), (matched.missing, matched.unused))

    @parameterized.expand(trained.ORIGINAL)
    def test_rewritten_checkpoint_needs_only_the_saver_of_tensorflow(self, name):
        with tempfile.TemporaryDirectory() as folder:
            prefix = os.path.join(folder, 'model.ckpt-60')
            checkpoints.rewrite(trained.folder_of(name), prefix)
            with tf.Graph().as_default(), tf.Session() as session:
                network = build(name)
                saver = tf.train.Saver()
                arrays = trained.expected(name)
                if network.averages is not None:
                    averaged = tf.train.Saver(network.averages.variables_to_restore())
                    averaged.restore(session, prefix)
                    trained.assert_averages(session, network, arrays)
                saver.restore(session, prefix)
                trained.assert_continues(session, network, arrays)

    @parameterized.expand(CONV)
    def test_second_tower(self, name):
        with tf.Graph().as_default(), tf.Session() as session:
            network = build(name)
            with tf.name_scope('tower_1'), tf.variable_scope('inference', reuse=True):
                logits = networks.conv_logits(network.images, network.train_phase)
            checkpoints.Saver(strict=True).restore(session, trained.folder_of(name))
            arrays = trained.expected(name)
            actual = session.run(logits, trained.feeds(network, arrays, False))
            assert_close(actual, arrays['eval_logits'], 1e-5)

    def test_steps_and_step_counts(self):
        with tf.Graph().as_default(), tf.Session() as session:
            build('tf1.15-conv')
            with warnings.catch_warnings():
                warnings.simplefilter('error')
                checkpoints.Saver().restore(session, trained.folder_of('tf1.15-conv'))
            values = session.run({variable.op.name: variable
                                  for variable in tf.global_variables()})
        self.assertEqual(60, values['global_step'])
        self.assertEqual([60] * 4, [values[f'inference/bn{bn}/local_step']
                                    for bn in ('1.1', '1.2', '2.1', '4.1')])


def _rms(errors):
    return np.sqrt(np.mean(np.square(errors)))


if __name__ == '__main__':
    unittest.main()
