"""Slots of parts of variables, each saved as a part of a slot that is nowhere as a whole."""

import os
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.checkpoints import Checkpoint, CheckpointError, Saver, rewrite
from tensornet.checkpoints.stored_slices import partial_slices
from tensornet.convert import Request, convert_checkpoint
from tensornet.layers import linear
from tests.sessions import session

OPTIMIZERS = {'adam': lambda: tf.train.AdamOptimizer(0.1),
              'momentum': lambda: tf.train.MomentumOptimizer(0.1, 0.9)}
SIZES = [9, 8]


def build(parts, axis=0, optimizer='adam', use_resource=False):
    """Adds a layer and, in a scope of its own, an optimizer; returns the training step."""
    partitioner = tf.fixed_size_partitioner(parts, axis) if axis == 0 else (
        lambda shape, dtype: [1, parts] if len(shape) == 2 else [parts])
    with tf.variable_scope('net', partitioner=partitioner, use_resource=use_resource):
        out = linear(tf.constant(np.ones([2, SIZES[0]], np.float32)), SIZES[1], scope='fc')
    with tf.variable_scope('training'):
        return OPTIMIZERS[optimizer]().minimize(tf.reduce_sum(tf.square(out - 1)))


class StoredSlicesTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def train(self, *arguments):
        """Trains and saves the network; returns the prefix and all values by their names."""
        with tf.Graph().as_default():
            step = build(*arguments)
            with session() as sess:
                for _ in range(2):
                    sess.run(step)
                prefix = tf.train.Saver().save(sess, os.path.join(self.folder, 'trained'))
                return prefix, sess.run({variable.name: variable
                                         for variable in tf.global_variables()})

    @parameterized.expand([(3, 0, 'adam'), (2, 1, 'adam', True), (4, 0, 'momentum')])
    def test_restored(self, *arguments):
        prefix, values = self.train(*arguments)
        self.assertTrue(partial_slices(prefix))
        with tf.Graph().as_default():
            build(*arguments)
            saver = Saver(strict=True)
            with session() as sess:
                saver.restore(sess, prefix)
                for variable in tf.global_variables():
                    np.testing.assert_array_equal(values[variable.name], sess.run(variable))

    def test_cut_in_another_way(self):
        prefix, _ = self.train(2, 1)
        with tf.Graph().as_default():
            build(2, 0)
            saver = Saver()
            with session() as sess, self.assertRaisesRegex(
                    CheckpointError, r'it holds the parts 9 8 0,9:0,4, but not 9 8 0,5:0,8; build'):
                saver.restore(sess, prefix)

    @parameterized.expand([(3, 0, 'adam'), (2, 1, 'momentum', True)])
    def test_copied_part_by_part(self, *arguments):
        prefix, values = self.train(*arguments)
        old = partial_slices(prefix)
        report = convert_checkpoint(prefix, os.path.join(self.folder, 'tt'),
                                    [Request('net/fc', target=dict(ranks=2))])
        slots = {name for name in old if name.startswith('net/fc/biases')}
        self.assertTrue(slots)
        self.assertEqual(set(old) - slots, set(report.dropped_slots).intersection(old))
        self.assertEqual({name: old[name] for name in slots}, partial_slices(report.output))
        rewrite(prefix, os.path.join(self.folder, 'copy'))
        self.assertEqual(old, partial_slices(os.path.join(self.folder, 'copy')))
        with tf.Graph().as_default():
            build(*arguments)
            kept = [variable for variable in tf.global_variables() if '/biases/' in variable.name]
            with session() as sess:
                tf.train.Saver(kept).restore(sess, report.output)
                for variable in kept:
                    np.testing.assert_array_equal(values[variable.name], sess.run(variable))

    def test_no_whole_variable(self):
        prefix, _ = self.train(3)
        checkpoint = Checkpoint(prefix)
        for name in checkpoint.partial:
            with self.assertRaisesRegex(CheckpointError, f'only a part of the variable {name} was'):
                checkpoint.read(name)
        self.assertEqual(SIZES, list(checkpoint.read('net/fc/weights').shape))

    def test_complete_checkpoints(self):
        values = {f'{"x" * (k % 40)}{k}': np.full([k % 5], k) for k in range(1000)}
        prefix = os.path.join(self.folder, 'many')
        with tf.Graph().as_default(), tf.Session() as sess:
            sess.run(tf.raw_ops.SaveV2(
                prefix=prefix, tensor_names=list(values) + ['cut'] * 2,
                tensors=list(values.values()) + [np.ones(2), np.ones(3)],
                shape_and_slices=[''] * len(values) + ['6 0,2', '6 3,3']))
        self.assertEqual({'cut': ['6 0,2', '6 3,3']}, partial_slices(prefix))
        self.assertEqual({}, partial_slices(os.path.join(self.folder, 'none')))
        with open(prefix + '.index', 'wb') as file:
            file.write(b'damaged')
        self.assertEqual({}, partial_slices(prefix))


if __name__ == '__main__':
    unittest.main()
