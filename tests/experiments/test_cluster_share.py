"""The images, the random numbers and the statistics of one process out of several."""
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.cifar10_fc import recipe
from experiments.common.batches import training_batches
from experiments.common.image_set import ImageSet
from experiments.common.part import WHOLE, Alone, Share
from experiments.common.randomness import dropout, shifted

IMAGES = np.arange(24).reshape(12, 2)
LABELS = np.arange(12)
SEED, STEP = 3, 5


def taken(share, count, first_step=0):
    """The labels and the steps of some batches of four."""
    with tf.Graph().as_default(), tf.Session() as session:
        batch = tf.data.make_one_shot_iterator(training_batches(
            IMAGES, LABELS, 4, SEED, first_step, share)).get_next()
        batches = [session.run(batch) for _ in range(count)]
    return [labels.tolist() for _, labels, _ in batches], [step for _, _, step in batches]


class ShareTest(unittest.TestCase):

    def test_parts_of_a_batch_make_the_batch(self):
        whole, steps = taken(WHOLE, 5, 2)
        parts = [taken(Share(index, 2, True), 5, 2) for index in range(2)]
        self.assertEqual(whole, [first + second for first, second in zip(*(
            labels for labels, _ in parts))])
        self.assertEqual([steps, steps], [steps for _, steps in parts])
        self.assertEqual([2, 3, 4, 5, 6], steps)

    def test_workers_with_batches_of_their_own_take_turns(self):
        whole, _ = taken(WHOLE, 8, 1)
        for index in range(2):
            labels, steps = taken(Share(index, 2, False), 4, 1)
            self.assertEqual(whole[index::2], labels)
            self.assertEqual(list(range(1 + index, 9, 2)), steps)

    @parameterized.expand([('dropout', ), ('shifts', )])
    def test_parts_draw_what_the_whole_batch_does(self, kind):
        images = np.random.RandomState(0).uniform(1, 2, [6, 5, 4]).astype(np.float32)

        def varied(some, share):
            step = tf.constant(STEP, tf.int64)
            if kind == 'dropout':
                return dropout(tf.constant(some), 0.5, SEED, step, 1, share)
            return shifted(tf.constant(some), 2, SEED, step, share)

        with tf.Graph().as_default(), tf.Session() as session:
            whole = session.run(varied(images, WHOLE))
            parts = [session.run(varied(images[2 * k:2 * k + 2], Share(k, 3, True)))
                     for k in range(3)]
        self.assertGreater(np.abs(whole - images).max(), 0)
        np.testing.assert_array_equal(whole, np.concatenate(parts))


class OtherWorker(Alone):
    updates_statistics = False


class StatisticsTest(unittest.TestCase):

    def moved(self, part):
        """The names of the statistics that a step of a part moves, and all names."""
        random = np.random.RandomState(0)
        images = random.randint(0, 256, [4, 32, 32, 3]).astype(np.uint8)
        data = ImageSet('random', images, np.arange(4), images, np.arange(4))
        options = recipe.Options('tt', (2,) * 6, [1] + [2] * 5 + [1], 4, 0.1, 1)
        with tf.Graph().as_default():
            task = recipe.build_task(data, options, part=part)
            names = ('moving_mean', 'moving_variance', 'local_step')
            statistics = [variable for variable in tf.global_variables()
                          if variable.op.name.endswith(names)]
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                before = session.run(statistics)
                session.run(task.train_op)
                after = session.run(statistics)
        return [variable.op.name for variable, old, new in zip(statistics, before, after)
                if not np.array_equal(old, new)], [variable.op.name for variable in statistics]

    def test_only_the_chief_moves_the_statistics_of_batch_normalization(self):
        moved, statistics = self.moved(Alone())
        self.assertEqual(6, len(statistics))
        self.assertEqual(statistics, moved)
        moved, others = self.moved(OtherWorker())
        self.assertEqual(sorted(statistics), sorted(others))
        self.assertEqual([], moved)
