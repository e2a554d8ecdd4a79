import contextlib
import io
import os
import signal
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.batches import training_batches
from experiments.common.divergence import DivergenceError
from experiments.common.dropout import dropout
from experiments.common.interrupts import RunInterruptedError
from experiments.common.run import open_run
from experiments.common.training import Task, train

INPUTS = np.random.RandomState(0).randn(12, 3).astype(np.float32)
TARGETS = (INPUTS @ [1.0, -2.0, 0.5] + 0.3).astype(np.float32)
STEPS_PER_EPOCH = 3


def train_regression(log_dir, steps=12, learning_rate=0.05, after_epoch=lambda epoch: None):
    """Trains a small regression with Adam, shuffled batches and dropout.

    Returns the record, the last measurements and the final weights, read from the checkpoint.
    """
    with open_run(log_dir, {'learning_rate': learning_rate}) as run, tf.Graph().as_default():
        tf.set_random_seed(4)
        inputs, targets, step = tf.data.make_one_shot_iterator(training_batches(
            INPUTS, TARGETS, 4, seed=2, first_step=run.start.step)).get_next()
        weights = tf.get_variable('weights', [3, 1], initializer=tf.random_normal_initializer())
        error = tf.matmul(dropout(inputs, 0.25, 2, step), weights)[:, 0] - targets
        loss = tf.reduce_mean(tf.square(error))
        optimizer = tf.train.AdamOptimizer(learning_rate)
        if learning_rate > 1:
            optimizer = tf.train.GradientDescentOptimizer(learning_rate)
        train_op = optimizer.minimize(loss, tf.train.get_or_create_global_step())

        def evaluate(session, last):
            value = session.run(weights)
            after_epoch(len(run.record.history) + 1)
            return {'distance': float(np.abs(value[:, 0] - [1.0, -2.0, 0.5]).max()),
                    'last': last}

        with contextlib.redirect_stdout(io.StringIO()):
            last = train(Task(train_op, loss, evaluate), run, steps, STEPS_PER_EPOCH,
                         checkpoint_secs=0)
    return run.record, last, saved_weights(log_dir)


def saved_step(log_dir):
    return int(tf.train.load_variable(tf.train.latest_checkpoint(log_dir), 'global_step'))


def saved_weights(log_dir):
    return tf.train.load_variable(tf.train.latest_checkpoint(log_dir), 'weights')


def interrupt_after(epoch):
    return lambda current: current == epoch and os.kill(os.getpid(), signal.SIGINT)


def without_times(history):
    return [{name: value for name, value in entry.items() if name != 'seconds'}
            for entry in history]


class TrainTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.log_dir = os.path.join(folder.name, 'run')

    def test_the_history_has_every_epoch(self):
        record, last, _ = train_regression(self.log_dir)
        self.assertEqual([(entry['step'], entry['epoch'], entry['last'])
                          for entry in record.history],
                         [(3, 1, False), (6, 2, False), (9, 3, False), (12, 4, True)])
        self.assertEqual(last, record.history[-1])
        distances = [entry['distance'] for entry in record.history]
        self.assertLess(distances[-1], distances[0])

    def test_the_end_is_measured_within_an_epoch_too(self):
        record, last, _ = train_regression(self.log_dir, steps=4)
        self.assertEqual([entry['step'] for entry in record.history], [3, 4])
        self.assertAlmostEqual(last['epoch'], 4 / 3)

    def test_a_resumed_run_ends_as_an_uninterrupted_one(self):
        record, _, weights = train_regression(os.path.join(self.folder, 'whole'))
        for epoch in (1, 3):
            with self.assertRaises(RunInterruptedError):
                train_regression(self.log_dir, after_epoch=interrupt_after(epoch))
        resumed, _, resumed_weights = train_regression(self.log_dir)
        np.testing.assert_array_equal(resumed_weights, weights)
        self.assertEqual(without_times(resumed.history), without_times(record.history))

    def test_a_resume_from_within_an_epoch(self):
        _, _, weights = train_regression(os.path.join(self.folder, 'whole'), steps=8)
        train_regression(self.log_dir, steps=5)
        record, _, resumed_weights = train_regression(self.log_dir, steps=8)
        np.testing.assert_array_equal(resumed_weights, weights)
        self.assertEqual([entry['step'] for entry in record.history], [3, 5, 6, 8])

    def test_an_interrupt_finishes_the_step_saves_and_tells(self):
        handler = signal.getsignal(signal.SIGINT)
        with self.assertRaisesRegex(RunInterruptedError,
                                    'after step 6 of 12; a checkpoint is in .*run') as caught:
            train_regression(self.log_dir, after_epoch=interrupt_after(2))
        self.assertEqual(caught.exception.status, 130)
        self.assertEqual(saved_step(self.log_dir), 6)
        self.assertEqual(signal.getsignal(signal.SIGINT), handler)

    def test_an_interrupt_at_the_end_counts_and_nothing_is_done_again(self):
        with self.assertRaisesRegex(RunInterruptedError, 'after step 12 of 12; '):
            train_regression(self.log_dir, after_epoch=interrupt_after(4))
        record, last, _ = train_regression(
            self.log_dir, after_epoch=lambda epoch: self.fail('evaluated again'))
        self.assertEqual((last['step'], len(record.history)), (12, 4))

    def test_seconds_add_up_over_resumes(self):
        with self.assertRaises(RunInterruptedError):
            train_regression(self.log_dir, after_epoch=interrupt_after(2))
        with open_run(self.log_dir, {'learning_rate': 0.05}) as run:
            before = run.record
        record, last, _ = train_regression(self.log_dir)
        self.assertGreater(before.seconds, 0)
        self.assertGreaterEqual(last['seconds'], round(before.seconds, 1))
        self.assertGreater(record.seconds, before.seconds)

    def test_a_finished_run_is_only_restored(self):
        record, last, weights = train_regression(self.log_dir)
        again, last_again, weights_again = train_regression(
            self.log_dir, after_epoch=lambda epoch: self.fail('evaluated again'))
        self.assertEqual(last_again, last)
        self.assertEqual(again.history, record.history)
        np.testing.assert_array_equal(weights_again, weights)

    def test_divergence_keeps_the_last_good_checkpoint(self):
        message = r'(loss is|weights are not).*checkpoint of step \d+ in .*run'
        with self.assertRaisesRegex(DivergenceError, message) as caught:
            train_regression(self.log_dir, steps=300, learning_rate=1e6)
        self.assertTrue(np.isfinite(saved_weights(self.log_dir)).all())
        self.assertGreater(saved_step(self.log_dir), 0)
        self.assertIn(f'of step {saved_step(self.log_dir)} ', str(caught.exception))

    def test_measurements_reach_tensorboard(self):
        record, _, _ = train_regression(self.log_dir)
        points = {}
        for name in os.listdir(self.log_dir):
            if name.startswith('events'):
                for event in tf.train.summary_iterator(os.path.join(self.log_dir, name)):
                    for value in event.summary.value:
                        if value.tag == 'distance':
                            points[event.step] = value.simple_value
        self.assertEqual(sorted(points), [3, 6, 9, 12])
        np.testing.assert_allclose([points[entry['step']] for entry in record.history],
                                   [entry['distance'] for entry in record.history], rtol=1e-6)


class DropoutTest(unittest.TestCase):

    def run_dropout(self, seed, step, rate=0.25, layer=0):
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.ones([200, 50])
            return session.run(dropout(inp, rate, seed, tf.constant(step, tf.int64), layer))

    def test_values_are_dropped_or_scaled(self):
        out = self.run_dropout(1, 0)
        self.assertEqual(set(np.unique(out)), {np.float32(0), np.float32(1 / 0.75)})
        # The share of 10000 draws has a standard deviation of 0.0043.
        self.assertAlmostEqual(float(np.mean(out == 0)), 0.25, delta=0.015)

    def test_seed_step_and_layer_decide(self):
        np.testing.assert_array_equal(self.run_dropout(1, 5), self.run_dropout(1, 5))
        self.assertTrue((self.run_dropout(1, 5) != self.run_dropout(1, 6)).any())
        self.assertTrue((self.run_dropout(1, 5) != self.run_dropout(2, 5)).any())
        self.assertTrue((self.run_dropout(1, 5) != self.run_dropout(1, 5, layer=1)).any())
