"""A dense table to the weights of an embedding and back, also in checkpoints."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from benchmarks.peak_memory import peak_growth
from tensornet import convert, layers
from tensornet.checkpoints import Checkpoint, CheckpointError
from tensornet.convert import Request, convert_checkpoint
from tensornet.convert.command_line import main
from tensornet.cost import of_checkpoint
from tests.references.tt_table import tt_table
from tests.sessions import assert_close

VOC_MODES, EMB_MODES = [3, 4, 2], [2, 3, 2]


def _table(rows=24, columns=12, dtype=np.float64):
    return np.random.RandomState(0).normal(size=[rows, columns]).astype(dtype)


def _looked_up(weights, ids):
    """What the layer gives that is built with the arguments and initializers of weights."""
    with tf.Graph().as_default():
        dtype = tf.as_dtype(weights.cores[0].dtype)
        out = layers.tt_embedding(tf.constant(ids), dtype=dtype, **weights.arguments,
                                  **weights.initializers)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            return session.run(out)


class ArraysTest(unittest.TestCase):

    def test_full_rank_is_exact_in_the_layout_of_the_layer(self):
        for dtype, tolerance in ((np.float32, 1e-6), (np.float64, 1e-13)):
            table = _table(dtype=dtype)
            weights = convert.tt_embedding_from_dense(table, VOC_MODES, EMB_MODES, eps=0)
            self.assertEqual('tt_embedding', weights.layer)
            assert_close(tt_table(weights.cores, VOC_MODES, EMB_MODES, weights.ranks), table,
                         tolerance)
            assert_close(convert.tt_embedding_to_dense(weights.variables, VOC_MODES, EMB_MODES),
                         table, tolerance)
            assert_close(_looked_up(weights, [23, 0, 7]), table[[23, 0, 7]], tolerance)

    def test_padding(self):
        table = _table(21, 10)
        weights = convert.tt_embedding_from_dense(table, VOC_MODES, EMB_MODES, eps=0, pad=True)
        self.assertEqual((21, 10), (weights.arguments['voc_size'], weights.arguments['emb_size']))
        assert_close(_looked_up(weights, np.arange(21)), table, 1e-13)
        assert_close(convert.tt_embedding_to_dense(weights.cores, VOC_MODES, EMB_MODES, [21, 10]),
                     table, 1e-13)
        for again in (convert.tt_embedding_from_cores(weights.train, [21, 10]),
                      convert.tt_embedding_from_variables(weights.variables, VOC_MODES, EMB_MODES,
                                                          [21, 10])):
            self.assertEqual(weights.arguments, again.arguments)
            assert_close(_looked_up(again, np.arange(21)), table, 1e-13)

    def test_cores_are_those_of_the_transposed_layer(self):
        weights = convert.tt_embedding_from_dense(_table(), VOC_MODES, EMB_MODES, max_rank=3)
        table = convert.tt_embedding_to_dense(weights.cores, VOC_MODES, EMB_MODES)
        assert_close(convert.tt_to_dense(weights.cores, EMB_MODES, VOC_MODES), table.T, 1e-13)
        again = convert.tt_embedding_from_cores(weights.train)
        for one, other in zip(again.cores, weights.cores):
            np.testing.assert_array_equal(one, other)
        read = convert.tt_embedding_from_variables(weights.variables, VOC_MODES, EMB_MODES)
        self.assertEqual(weights.ranks, read.ranks)
        for one, other in zip(read.train, weights.train):
            np.testing.assert_array_equal(one, other)

    def test_rounding_growing_and_other_modes(self):
        exact = convert.tt_embedding_from_dense(_table(21, 10), VOC_MODES, EMB_MODES, eps=0,
                                                pad=True)
        lower = convert.round_layer(exact, max_rank=4)
        table = convert.tt_embedding_to_dense(lower.cores, VOC_MODES, EMB_MODES, [21, 10])
        self.assertAlmostEqual(lower.relative_error, np.linalg.norm(table - _table(21, 10))
                               / np.linalg.norm(_table(21, 10)))
        grown = convert.grow_layer(lower, 5, noise=1., seed=0)
        changed = convert.change_modes(lower, [5, 5], [2, 5], pad=True)
        for weights in (grown, changed):
            self.assertEqual('tt_embedding', weights.layer)
            self.assertEqual([21, 10], weights.dense_shape)
            assert_close(_looked_up(weights, np.arange(21)), table, 1e-12)

    @unittest.skipUnless(sys.platform == 'linux', 'memory is measured on Linux')
    def test_memory(self):
        """A table of a million rows takes less than three times its own, there and back."""
        table = (np.arange(10**6)[:, None] % 97 + np.arange(8) / 8).astype(np.float32)
        found = []
        for voc_modes, emb_modes in (([1000, 1000], [4, 2]), ([100, 100, 100], [2, 2, 2])):
            self.assertLess(table.nbytes + peak_growth(lambda modes=(voc_modes, emb_modes): (
                found.append(convert.tt_embedding_from_dense(table, *modes, max_rank=4)))),
                            3 * table.nbytes)
            self.assertLess(peak_growth(lambda: convert.tt_embedding_to_dense(
                found[-1].cores, *found[-1].modes)), 3 * table.nbytes)

    def test_messages(self):
        for arguments, message in (
                (([3, 4], [2, 3]), 'voc_modes.*24'), (([3, 4, 2], [12]), 'voc_modes.*emb_modes')):
            with self.assertRaisesRegex(ValueError, '^tt_embedding_from_dense: .*' + message):
                convert.tt_embedding_from_dense(_table(), *arguments, eps=0)
        with self.assertRaisesRegex(ValueError, '^tt_embedding_from_dense: `table` must be finite'):
            convert.tt_embedding_from_dense(_table() * np.nan, VOC_MODES, EMB_MODES, eps=0)


class CheckpointsTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source, self.output, self.third = [
            os.path.join(folder.name, name, 'model.ckpt') for name in ('in', 'out', 'third')]
        os.mkdir(os.path.dirname(self.source))

    def save(self, name='table', rows=21):
        """Trains a dense table by momentum with an average; returns it and its average."""
        with tf.Graph().as_default():
            with tf.variable_scope('net/words'):
                table = tf.get_variable(name, [rows, 12], initializer=tf.constant_initializer(
                    _table(rows)))
            loss = tf.reduce_sum(tf.nn.embedding_lookup(table, [1, 2])**2)
            train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
            average = tf.train.ExponentialMovingAverage(0.5)
            with tf.control_dependencies([train]):
                update = average.apply([table])
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                session.run(update)
                tf.train.Saver().save(session, self.source)
                return session.run([table, average.average(table)])

    def restored(self, prefix, arguments):
        """Rows of the weights and of the averages of a network that is restored."""
        with tf.Graph().as_default():
            with tf.variable_scope('net'):
                out = layers.tt_embedding(np.arange(21), scope='words', **arguments)
            average = tf.train.ExponentialMovingAverage(0.5)
            average.apply(tf.trainable_variables())
            savers = [tf.train.Saver(tf.trainable_variables()), tf.train.Saver({
                average.average_name(variable): variable
                for variable in tf.trainable_variables()})]
            rows = []
            with tf.Session() as session:
                for saver in savers:
                    saver.restore(session, prefix)
                    rows.append(session.run(out))
            return rows

    @parameterized.expand([('table', None), ('embeddings', None), ('weights', 'tt_embedding')])
    def test_table_and_average(self, name, requested):
        table, average = self.save(name)
        report = convert_checkpoint(self.source, self.output, [
            Request('net/words', requested, VOC_MODES, EMB_MODES, pad=True, target={'eps': 0.})])
        layer, = report.as_dict()['layers']
        self.assertEqual('tt_embedding', layer['format'])
        self.assertEqual([f'net/words/{name}/Momentum'], report.dropped_slots)
        self.assertIn('net/words: 21 rows are padded with zeros to 24; build the layer with '
                      'voc_size=21', report.as_text())
        rows = self.restored(self.output, layer['arguments'])
        assert_close(rows[0], table, 1e-5)
        assert_close(rows[1], average, 1e-5)

    def test_an_embedding_of_a_checkpoint_gets_other_ranks_and_modes(self):
        table, average = self.save()
        convert_checkpoint(self.source, self.output, [
            Request('net/words', None, VOC_MODES, EMB_MODES, pad=True, target={'eps': 0.})])
        request = Request('net/words', 'tt_embedding', VOC_MODES, EMB_MODES, inp_size=21,
                          new_inp_modes=[5, 5], new_out_modes=[3, 4], pad=True, target={'eps': 0.})
        report = convert_checkpoint(self.output, self.third, [request])
        layer, = report.as_dict()['layers']
        self.assertEqual(('tt_embedding', [21, 12], [5, 5]),
                         (layer['format'], layer['shape'], layer['arguments']['voc_modes']))
        rows = self.restored(self.third, layer['arguments'])
        assert_close(rows[0], table, 1e-5)
        assert_close(rows[1], average, 1e-5)
        lower = convert_checkpoint(self.third, None, [Request(
            'net/words', 'tt_embedding', [5, 5], [3, 4], inp_size=21,
            target={'ranks': 6})], dry_run=True)
        weights = lower.layers[0].weights
        exact = convert.tt_embedding_to_dense(weights.cores, [5, 5], [3, 4], [21, 12])
        self.assertAlmostEqual(weights.relative_error, np.linalg.norm(exact - table)
                               / np.linalg.norm(table), 4)

    def test_modes_are_found(self):
        self.save(rows=24)
        report = convert_checkpoint(self.source, self.output, [
            Request('net/words', target={'compression': 2})])
        self.assertEqual('tt_embedding', report.as_dict()['layers'][0]['format'])

    def test_a_linear_layer_is_no_embedding_by_itself(self):
        self.save('weights')
        report = convert_checkpoint(self.source, self.output, [
            Request('net/words', target={'max_rank': 2})])
        self.assertEqual('tt', report.as_dict()['layers'][0]['format'])

    def test_rows_as_biases_of_a_tied_output(self):
        """An output that shares the cores tells the number of rows."""
        with tf.Graph().as_default():
            with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
                rows = layers.tt_embedding(np.arange(21), VOC_MODES, EMB_MODES, 3, scope='words',
                                           voc_size=21)
                layers.tt(rows, EMB_MODES, VOC_MODES, 3, scope='words', out_size=21)
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                tf.train.Saver().save(session, self.source)
        report = convert_checkpoint(self.source, self.output, [
            Request('net/words', 'tt_embedding', VOC_MODES, EMB_MODES, target={'max_rank': 2})])
        layer, = report.as_dict()['layers']
        self.assertEqual(([21, 12], 21), (layer['shape'], layer['arguments']['voc_size']))
        self.assertIn('net/words/biases', Checkpoint(self.output).shapes)
        with self.assertRaisesRegex(CheckpointError, '`inp_size` is 20, but the biases have 21'):
            convert_checkpoint(self.source, None, [
                Request('net/words', 'tt_embedding', VOC_MODES, EMB_MODES, inp_size=20,
                        target={'max_rank': 2})], dry_run=True)

    def test_command_line_and_inspection(self):
        self.save()
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(0, main([
                self.source, self.output, '--layer', 'net/words', '--format', 'tt_embedding',
                '--inp-modes', '3,4,2', '--out-modes', '2,3,2', '--pad', '--ranks', '4']))
        self.assertIn('net/words', printed.getvalue())
        self.assertIn('net/words/mat_core_1', Checkpoint(self.output).shapes)
        kinds = {layer.scope: (layer.kind, layer.inp_modes, layer.out_modes)
                 for layer in of_checkpoint(self.source).layers}
        self.assertEqual(('embedding', [21], [12]), kinds['net/words'])


if __name__ == '__main__':
    unittest.main()
