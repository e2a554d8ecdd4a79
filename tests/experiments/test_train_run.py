"""Runs that are complete, or nearly so, when they are asked for again."""
import contextlib
import io
import json
import os
import tempfile
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.common.run import RunOptions, open_run
from experiments.common.run_folder import LEARNING_CURVE, LOCK
from experiments.common.training import Task, train_run
from tests.folder_contents import folder_contents


class TrainRunTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log_dir = folder.name
        self.built = []

    def build(self, first_step):
        """A graph of one variable, and its task."""
        self.built.append(first_step)
        with tf.Graph().as_default() as graph:
            weight = tf.get_variable('weight', initializer=4.0)
            train_op = tf.train.GradientDescentOptimizer(0.1).minimize(
                weight ** 2, tf.train.get_or_create_global_step())
        return graph, Task(train_op, weight, lambda session, last: {
            'test_error': 2.0, 'train_error': 1.0})

    def train(self, last_step, **options):
        """Returns the last measurements, and what was said."""
        lines = []
        with open_run(self.log_dir, {}) as run, contextlib.redirect_stdout(io.StringIO()):
            last = train_run(self.build, run, last_step, 3,
                             RunOptions(self.log_dir, report=lines.append), 'a title', **options)
        return last, lines

    def contents(self):
        """What lies in the folder but for the lock."""
        return {name: content for name, content in folder_contents(self.log_dir).items()
                if name != LOCK}

    @parameterized.expand([('of all steps', 6, {}),
                           ('at its limit of time', 10 ** 6, {'time_limit': 1e-9})])
    def test_no_graph_is_built_for_a_complete_run(self, _, steps, options):
        self.train(6)
        before, self.built = self.contents(), []
        last, lines = self.train(steps, **options)
        self.assertEqual(6, last['step'])
        self.assertEqual([f'the run in {self.log_dir} is complete'], lines)
        self.assertEqual([], self.built)
        self.assertEqual(before, self.contents())

    def test_the_version_is_that_of_the_last_step(self):
        with open_run(self.log_dir, {}) as run:
            self.assertIsNone(run.record.tensorflow)
        self.train(6)
        for name in ('run.json', 'run.copy.json'):
            path = os.path.join(self.log_dir, name)
            with open(path) as file:
                content = json.load(file)
            self.assertEqual(tf.__version__, content['tensorflow'])
            with open(path, 'w') as file:
                json.dump(dict(content, tensorflow='1.0'), file)
        for steps, version in ((6, '1.0'), (9, tf.__version__)):
            self.train(steps)
            with open_run(self.log_dir, {}) as run:
                self.assertEqual(version, run.record.tensorflow)

    def test_a_picture_that_is_missing_is_drawn(self):
        self.train(6)
        picture = os.path.join(self.log_dir, LEARNING_CURVE)
        os.remove(picture)
        self.train(6)
        self.assertEqual([0], self.built)
        self.assertTrue(os.path.exists(picture))

    def test_a_last_measurement_that_is_missing_is_made(self):
        self.train(6)
        path = os.path.join(self.log_dir, 'run.json')
        with open(path) as file:
            content = json.load(file)
        content['history'].pop()
        with open(path, 'w') as file:
            json.dump(content, file)
        last, _ = self.train(6)
        self.assertEqual((6, [0, 6]), (last['step'], self.built))
