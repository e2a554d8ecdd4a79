"""Embeddings with what other code puts around layers: plans, getters, partitioners, exports."""

import os
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import measured_rows
from tests.references.tt_table import tt_table
from tests.sessions import assert_close, random_values, session

SHAPE = [6, 5, 4], [2, 3, 2], [1, 3, 2, 1]
IDS = np.array([[7, 119], [0, 7]])


def _lookup(ids, **arguments):
    return layers.tt_embedding(ids, *SHAPE, scope='words', **arguments)


def _table(values):
    return tt_table([values[f'words/mat_core_{k}'] for k in (1, 2, 3)], *SHAPE)


class AroundTest(unittest.TestCase):

    @parameterized.expand([('auto',), ('chain',), ('full',), ('inference',)])
    def test_default_plan(self, name):
        with tf.Graph().as_default(), layers.default_plan(name):
            out = _lookup(IDS)
            values = random_values()
            with session(values) as opened:
                assert_close(opened.run(out), _table(values)[IDS], 1e-5)

    def test_measured_plan(self):
        chosen = []

        def look_at(kept, *arguments):
            chosen.append(kept)
            return original(kept, *arguments)

        original = measured_rows.ROWS.to_record
        kind = measured_rows.ROWS._replace(to_record=look_at)
        with mock.patch('tensornet.layers.plan_argument.ROWS', kind), \
                mock.patch('tensornet.contraction.measuring.BUDGET', 0.2), tf.Graph().as_default():
            out = _lookup(IDS, plan='measure')
            values = random_values()
            with session(values) as opened:
                assert_close(opened.run(out), _table(values)[IDS], 1e-5)
        plan, = chosen
        self.assertGreater(plan.measurement.seconds, 0)
        self.assertIn('measured', str(plan))
        self.assertEqual(plan._replace(measurement=None), measured_rows.ROWS.from_record(
            measured_rows.ROWS.to_record(plan), plan._replace(measurement=None)))
        for damaged in ({}, dict(original(plan), groups=[1, 1]), dict(original(plan), order=[1, 1]),
                        dict(original(plan), kinds=['other'] * len(plan.kinds))):
            with self.assertRaises(ValueError):
                measured_rows.ROWS.from_record(damaged, plan)

    def test_master_weights(self):
        for dtype in (tf.float16, tf.bfloat16):
            with tf.Graph().as_default():
                with tf.variable_scope('', custom_getter=layers.master_weights):
                    out = _lookup(IDS, dtype=dtype)
                self.assertEqual(dtype, out.dtype)
                variables = tf.trainable_variables()
                self.assertEqual({tf.float32}, {each.dtype.base_dtype for each in variables})
                gradients = tf.gradients(out, variables)
                self.assertEqual({tf.float32}, {each.dtype for each in gradients})
                values = random_values()
                with session(values) as opened:
                    actual, *_ = opened.run([tf.cast(out, tf.float32)] + gradients)
                assert_close(actual, _table(values)[IDS], 5e-2)

    def test_partitioned_variables(self):
        with tf.Graph().as_default():
            with tf.variable_scope('', partitioner=tf.fixed_size_partitioner(2)):
                out = _lookup(IDS)
            gradients = tf.gradients(out, tf.trainable_variables())
            self.assertEqual(6, len(gradients))
            with session() as opened:
                rows, *parts = opened.run([out] + gradients)
        self.assertEqual((2, 2, 12), rows.shape)
        self.assertTrue(all(np.abs(part).max() > 0 for part in parts))

    def test_regularizer_and_trainable(self):
        with tf.Graph().as_default():
            _lookup(IDS, trainable=False, cores_regularizer=tf.nn.l2_loss)
            self.assertEqual([], tf.trainable_variables())
            self.assertEqual(3, len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)))

    @parameterized.expand([('auto',), ('unique',), ('inference',)])
    def test_saved_model_and_frozen_graph(self, plan):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'model')
            with tf.Graph().as_default() as graph:
                ids = tf.placeholder(tf.int64, [None, 2])
                out = _lookup(ids, plan=plan)
                values = random_values()
                with session(values) as opened:
                    tf.saved_model.simple_save(opened, path, {'ids': ids}, {'rows': out})
                    frozen = tf.graph_util.convert_variables_to_constants(
                        opened, graph.as_graph_def(), [out.op.name])
            names = ids.name, out.name
            expected = _table(values)[IDS]
            with tf.Graph().as_default(), tf.Session() as opened:
                tf.saved_model.load(opened, [tf.saved_model.tag_constants.SERVING], path)
                assert_close(opened.run(names[1], {names[0]: IDS}), expected, 1e-5)
            with tf.Graph().as_default(), tf.Session() as opened:
                tf.import_graph_def(frozen, name='')
                assert_close(opened.run(names[1], {names[0]: IDS}), expected, 1e-5)
                with self.assertRaises(tf.errors.InvalidArgumentError):
                    opened.run(names[1], {names[0]: IDS + 1})

    def test_large_vocabularies_of_small_ids(self):
        """Row numbers of 32 bits in a table of more rows than these count."""
        with tf.Graph().as_default():
            modes = [2**11] * 3, [1, 2, 1], [1, 1, 1, 1]
            out = layers.tt_embedding(np.array([5, 2**31 - 1], np.int32), *modes, scope='words',
                                      cores_initializer=tf.ones_initializer())
            with session() as opened:
                np.testing.assert_array_equal(np.ones([2, 2]), opened.run(out))


if __name__ == '__main__':
    unittest.main()
