"""The training loop: resumed, interrupted and damaged runs end as whole ones."""
import contextlib
import io
import json
import os
import shutil
import signal
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.batches import training_batches
from experiments.common.errors import DivergenceError
from experiments.common.interrupts import RunInterruptedError
from experiments.common.randomness import dropout
from experiments.common.run import open_run
from experiments.common.run_folder import WrongLogDirError, checkpoint_steps
from experiments.common.training import Task, train
from tests.folder_contents import folder_contents
from tests.unread_pipe import unread_pipe

INPUTS = np.random.RandomState(0).randn(12, 3).astype(np.float32)
TARGETS = (INPUTS @ [1.0, -2.0, 0.5] + 0.3).astype(np.float32)
STEPS_PER_EPOCH = 3


def train_regression(log_dir, steps=12, learning_rate=0.05, after_epoch=lambda epoch: None,
                     out=None, checkpoint_secs=0):
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

        with contextlib.redirect_stdout(out or io.StringIO()):
            last = train(Task(train_op, loss, evaluate), run, steps, STEPS_PER_EPOCH,
                         checkpoint_secs=checkpoint_secs)
    return run.record, last, saved_weights(log_dir)


def saved_step(log_dir):
    return int(tf.train.load_variable(tf.train.latest_checkpoint(log_dir), 'global_step'))


def saved_weights(log_dir):
    return tf.train.load_variable(tf.train.latest_checkpoint(log_dir), 'weights')


def interrupt_after(epoch):
    return lambda current: current == epoch and os.kill(os.getpid(), signal.SIGINT)


@contextlib.contextmanager
def unread():
    """Context of a text file that nobody reads."""
    with unread_pipe() as writing:
        file = open(writing, 'w', closefd=False)
        try:
            yield file
        finally:
            with contextlib.suppress(BrokenPipeError):
                file.close()


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

    def test_a_second_interrupt_does_not_cut_the_save_short(self):
        saved = []

        def save(saver, *arguments, **options):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            saved.append(made(saver, *arguments, **options))
            return saved[-1]

        made = tf.train.Saver.save
        with mock.patch.object(tf.train.Saver, 'save', save):
            with self.assertRaisesRegex(RunInterruptedError, 'interrupted after step 0 of 12; '):
                train_regression(self.log_dir)
        self.assertEqual([os.path.join(self.log_dir, 'model.ckpt-0')], saved)
        self.assertEqual(0, saved_step(self.log_dir))

    def test_a_second_interrupt_in_a_step_names_the_last_checkpoint(self):
        def interrupt_twice(epoch):
            if epoch == 2:
                os.kill(os.getpid(), signal.SIGINT)
                os.kill(os.getpid(), signal.SIGINT)

        message = r'interrupted during step 7 of 12; the last checkpoint, of step (\d+), is in '
        with self.assertRaisesRegex(RunInterruptedError, message) as it:
            train_regression(self.log_dir, after_epoch=interrupt_twice)
        self.assertIn(f'of step {saved_step(self.log_dir)},', str(it.exception))
        self.assertEqual(130, it.exception.status)
        record, _, weights = train_regression(self.log_dir)
        whole, _, whole_weights = train_regression(os.path.join(self.folder, 'whole'))
        np.testing.assert_array_equal(whole_weights, weights)
        self.assertEqual(without_times(whole.history), without_times(record.history))

    def test_a_run_that_nobody_reads_saves_and_stops(self):
        with unread() as out, self.assertRaises(BrokenPipeError):
            train_regression(self.log_dir, out=out, checkpoint_secs=3600)
        self.assertEqual(STEPS_PER_EPOCH, saved_step(self.log_dir))
        with unread() as out, self.assertRaisesRegex(RunInterruptedError, 'after step 6 of 12'):
            train_regression(self.log_dir, out=out, checkpoint_secs=3600,
                             after_epoch=interrupt_after(2))
        self.assertEqual(2 * STEPS_PER_EPOCH, saved_step(self.log_dir))

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


class FolderTest(unittest.TestCase):
    """Where runs go on that were moved, copied or damaged."""

    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory()
        cls.half = os.path.join(cls.made.name, 'half')
        train_regression(cls.half, steps=6)
        cls.whole = train_regression(os.path.join(cls.made.name, 'whole'))

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.log_dir = shutil.copytree(self.half, self.path('run'))
        self.err = io.StringIO()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def train(self, log_dir=None, **options):
        with contextlib.redirect_stderr(self.err):
            return train_regression(log_dir or self.log_dir, **options)

    def write(self, name, content):
        with open(os.path.join(self.log_dir, name), 'wb') as file:
            file.write(content)

    def assert_goes_on_to_the_same_end(self, log_dir):
        (record, _, weights), (whole, _, whole_weights) = self.train(log_dir), self.whole
        np.testing.assert_array_equal(whole_weights, weights)
        self.assertEqual([(entry['step'], entry['distance']) for entry in whole.history],
                         [(entry['step'], entry['distance']) for entry in record.history])

    @parameterized.expand([('as written', False), ('as earlier versions wrote', True)])
    def test_a_copy_goes_on_and_the_original_stays_as_it_is(self, _, full_paths):
        if full_paths:
            state = tf.train.get_checkpoint_state(self.log_dir)
            tf.train.update_checkpoint_state(self.log_dir, state.model_checkpoint_path,
                                             list(state.all_model_checkpoint_paths))
            with open(self.path('run', 'checkpoint')) as file:
                self.assertIn(self.log_dir, file.read())
        shutil.copytree(self.log_dir, self.path('copy'))
        before = folder_contents(self.log_dir)
        self.assert_goes_on_to_the_same_end(self.path('copy'))
        self.assertEqual(before, folder_contents(self.log_dir))
        with open(self.path('copy', 'checkpoint')) as file:
            self.assertNotIn(self.folder, file.read())
        os.rename(self.log_dir, self.path('moved'))
        self.assert_goes_on_to_the_same_end(self.path('moved'))
        self.assertEqual('', self.err.getvalue())

    def test_the_last_five_checkpoints_stay(self):
        self.assertEqual([2, 3, 4, 5, 6], checkpoint_steps(self.log_dir))
        self.train(steps=8)
        self.assertEqual([4, 5, 6, 7, 8], checkpoint_steps(self.log_dir))

    @parameterized.expand([
        ('empty', 'checkpoint', b'', '/checkpoint: .*damaged', 6),
        ('not UTF-8', 'checkpoint', b'\x91\xff', '/checkpoint: .*damaged', 6),
        ('of a checkpoint that is gone', 'checkpoint', b'model_checkpoint_path: "model.ckpt-7"',
         '/checkpoint names .*/model.ckpt-7, which is gone', 6),
        ('empty data', 'model.ckpt-6.data-00000-of-00001', b'', '/model.ckpt-6: .*damaged', 5),
        ('garbage in the index', 'model.ckpt-6.index', b'garbage', '/model.ckpt-6: .*damaged', 5),
    ])
    def test_the_last_good_checkpoint_is_used_and_the_damage_named(self, _, name, content, line,
                                                                   step):
        self.write(name, content)
        self.assert_goes_on_to_the_same_end(self.log_dir)
        self.assertRegex(
            self.err.getvalue(), rf'^warning: .*{line}.*\. Going on from the last good checkpoint, '
            rf'.*/model\.ckpt-{step}\n$')

    def test_the_one_that_is_named_the_latest_is_used_even_if_there_are_later_ones(self):
        self.write('checkpoint', b'model_checkpoint_path: "model.ckpt-4"')
        self.assert_goes_on_to_the_same_end(self.log_dir)
        self.assertEqual('', self.err.getvalue())

    def test_a_checkpoint_of_another_name_than_its_step_is_not_used(self):
        for suffix in ('.index', '.data-00000-of-00001'):
            shutil.copy(self.path('run', 'model.ckpt-3' + suffix),
                        self.path('run', 'model.ckpt-6' + suffix))
        self.assert_goes_on_to_the_same_end(self.log_dir)
        self.assertRegex(self.err.getvalue(), '/model.ckpt-6 is of step 3. Going on from .*ckpt-5')

    def test_a_record_that_is_older_than_the_checkpoint(self):
        path = self.path('run', 'run.json')
        with open(path) as file:
            content = json.load(file)
        content.update(step=3, history=content['history'][:1])
        self.write('run.json', json.dumps(content).encode())
        self.assert_goes_on_to_the_same_end(self.log_dir)
        self.assertRegex(self.err.getvalue(), r'/run\.json ends at step 3 and is older than .*-6.*'
                         r'\. Going on from .*/model\.ckpt-3\n$')

    def test_nothing_good_is_an_error_and_nothing_is_touched(self):
        for name in os.listdir(self.log_dir):
            if name.endswith('.index'):
                self.write(name, b'garbage')
        before = folder_contents(self.log_dir)
        message = '^--log_dir=.* holds no good checkpoint of the run there: .*--restart'
        with self.assertRaisesRegex(WrongLogDirError, message):
            self.train()
        self.assertEqual(set(before), set(folder_contents(self.log_dir)))
        for name in list(before):
            if 'ckpt' in name or name == 'checkpoint':
                os.remove(self.path('run', name))
        with self.assertRaisesRegex(WrongLogDirError, 'its files are gone.*--restart'):
            self.train()

    def test_a_checkpoint_of_another_graph(self):
        shutil.copytree(self.log_dir, self.path('other'))
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable('global_step', initializer=np.int64(6))
            session.run(tf.global_variables_initializer())
            tf.train.Saver().save(session, self.path('other', 'model.ckpt'), 6)
        with self.assertRaisesRegex(WrongLogDirError, '^--log_dir=.*/model.ckpt-6: nothing was '
                                    'restored, .*another version of this script'):
            self.train(self.path('other'))
