"""The dense layer that is pulled towards TT-matrices, of experiments/mnist/preparation.py."""
import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.common.digits import load_digits
from experiments.common.run import RunOptions
from experiments.common.run_folder import WrongLogDirError
from experiments.mnist import recipe
from experiments.mnist.preparation import Preparation, pull
from tensornet import tt
from tensornet.checkpoints import Checkpoint

MODES, RANKS = [2, 2, 2], [1, 2, 2, 1]
WEIGHTS = 'inference/hidden/weights'


def nearest(matrix):
    """The TT-SVD of an 8 x 8 matrix."""
    return tt.full_matrix(tt.decompose_matrix(matrix, MODES, MODES, RANKS).cores)


class PullTest(unittest.TestCase):

    def test_the_steps_are_those_of_admm(self):
        start = np.random.RandomState(1).normal(size=[8, 8])
        for last in (0.1, 0.4):
            with self.subTest(last=last):
                expected = self.reference(start, 0.1, last, every=3, steps=10)
                got = self.steps(start, 0.1, last, every=3, steps=10)
                np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)

    def reference(self, start, first, last, every, steps):
        """The weights after each step, with a "training" that subtracts 0.01 of the start."""
        weights, target, dual = start, None, np.zeros_like(start)
        parts, result = [0.0] + [first * (last / first) ** (period / (steps // every))
                                 for period in range(1, steps // every + 1)], []
        for step in range(1, steps + 1):
            weights = weights - 0.01 * start
            period = step // every
            if step % every == 0:
                target = nearest(weights + dual)
                dual = (weights + dual - target) * parts[period - 1] / parts[period]
            if period:
                weights = weights + parts[period] * (target - dual - weights)
            result.append(weights)
        return result

    def steps(self, start, first, last, every, steps):
        with tf.Graph().as_default(), tf.Session() as session:
            weights = tf.get_variable('weights', initializer=np.float32(start))
            step = tf.train.get_or_create_global_step()
            train = tf.group(weights.assign_sub(np.float32(0.01 * start)), step.assign_add(1))
            with tf.control_dependencies([train]):
                train = pull(Preparation(MODES, MODES, RANKS, first, last, every), weights, steps)
            session.run(tf.global_variables_initializer())
            self.assertEqual(['weights:0'], [v.name for v in tf.trainable_variables()])
            result = []
            for _ in range(steps):
                session.run(train)
                result.append(session.run(weights))
            return result


class TrainingTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        data = load_digits()
        self.data = data._replace(train_images=data.train_images[:200],
                                  train_labels=data.train_labels[:200])
        self.options = recipe.Options(
            layer='dense', inp_modes=[32, 32], out_modes=[32, 32], ranks=None, epochs=2,
            batch_size=20, learning_rate=0.003, seed=1, dropout=0.0)
        self.towards = Preparation([32, 32], [32, 32], [1, 2, 1], 0.1, 0.5, 3)

    def train(self, name, preparation=None):
        folder = os.path.join(self.folder, name)
        recipe.train_network(self.data, self.options,
                             RunOptions(folder, report=lambda line: None), preparation)
        return Checkpoint(folder)

    def test_the_weights_end_near_a_tt_matrix(self):
        errors = [tt.decompose_matrix(checkpoint.read(WEIGHTS), [32, 32], [32, 32],
                                      [1, 2, 1]).relative_error
                  for checkpoint in (self.train('free'),
                                     self.train('pulled', preparation=self.towards))]
        self.assertGreater(errors[0], 0.9)
        self.assertLess(errors[1], 0.5 * errors[0])

    def test_a_resumed_training_ends_as_an_uninterrupted_one(self):
        whole = self.train('whole', preparation=self.towards)
        steps = 20

        class StoppedError(Exception):
            """Ends a training between two updates of the target."""

        real = recipe.training.train

        def interrupted(task, run, last_step, *arguments, **options):
            real(task, run, 10, *arguments, **options)
            raise StoppedError

        recipe.training.train = interrupted
        try:
            with self.assertRaises(StoppedError):
                self.train('resumed', preparation=self.towards)
        finally:
            recipe.training.train = real
        resumed = self.train('resumed', preparation=self.towards)
        self.assertEqual(steps, int(resumed.read('global_step')))
        for name in (WEIGHTS, 'preparation/target', 'preparation/dual'):
            np.testing.assert_array_equal(whole.read(name), resumed.read(name), name)

    def test_another_pull_is_another_run(self):
        self.train('run', preparation=self.towards)
        with self.assertRaisesRegex(WrongLogDirError, 'preparation was .*"every": 3'):
            self.train('run', preparation=self.towards._replace(every=4))


if __name__ == '__main__':
    unittest.main()
