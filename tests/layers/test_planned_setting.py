"""What layers and cells plan for: the batch, training or not, the type; as their records say."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import cost, layers, rnn
from tests.layers.planned import PLANNED

BATCH = 3


def _settings(name, batch, **arguments):
    """Returns the batch sizes and trainings that what takes a plan is planned for."""
    planned = PLANNED[name]
    with tf.Graph().as_default() as graph:
        planned.build(planned.inputs(batch), **arguments)
        records = [layer for layer in cost.of_graph(graph).layers if layer.plan is not None]
    return {layer.batch_size for layer in records}, {layer.training for layer in records}


class BatchSizeTest(unittest.TestCase):

    @parameterized.expand(list(PLANNED))
    def test_a_batch_that_is_not_known_is_that_of_the_hint(self, name):
        self.assertEqual({7}, _settings(name, None, batch_size=7)[0])
        self.assertEqual({100}, _settings(name, None)[0])
        with layers.default_plan('inference'):
            self.assertEqual({7}, _settings(name, None, batch_size=7)[0])
            self.assertEqual({1}, _settings(name, None)[0])
        with layers.default_plan('auto', batch_size=30):
            self.assertEqual({7}, _settings(name, None, batch_size=7)[0])
            self.assertEqual({30}, _settings(name, None)[0])

    @parameterized.expand(list(PLANNED))
    def test_a_batch_that_is_known_counts_whatever_the_hint(self, name):
        self.assertEqual({BATCH}, _settings(name, BATCH, batch_size=7)[0])
        with layers.default_plan('auto', batch_size=30):
            self.assertEqual({BATCH}, _settings(name, BATCH)[0])


CELLS = [('lstm', lambda **arguments: rnn.TTLSTMCell([2, 3], [4, 2], 3, 3, **arguments)),
         ('gru', lambda **arguments: rnn.TTGRUCell([2, 3], [4, 2], 3, 3, **arguments)),
         ('dense_state', lambda **arguments: rnn.TTGRUCell([2, 3], [4, 2], 3, **arguments))]


class UnrollTest(unittest.TestCase):

    def _batches(self, cell, inputs, **arguments):
        """Returns the batch sizes of the records of inputs, and of those of states."""
        with tf.Graph().as_default() as graph:
            if not isinstance(inputs, np.ndarray):
                inputs = tf.placeholder(tf.float32, inputs)
            rnn.unroll(cell, inputs, **arguments)
            records = [(layer.scope, layer.batch_size) for layer in cost.of_graph(graph).layers]
        return ({size for scope, size in records if scope.endswith('inputs')},
                {size for scope, size in records if 'state' in scope})

    @parameterized.expand(CELLS)
    def test_states_are_planned_for_the_batch_and_inputs_for_all_steps(self, _, make):
        for inputs in (np.zeros([5, 4, 8], np.float32), [5, 4, 8]):
            self.assertEqual(({20}, {5}), self._batches(make(), inputs))
            self.assertEqual(({20}, {4}), self._batches(make(), inputs, time_major=True))
            self.assertEqual(({20}, {5}), self._batches(make(batch_size=7), inputs))
        self.assertEqual({5}, self._batches(make(batch_size=7), [5, None, 8])[1])

    @parameterized.expand(CELLS)
    def test_a_batch_that_is_not_known_is_that_of_the_hint(self, _, make):
        for inputs in ([None, 4, 8], [0, 4, 8]):
            self.assertEqual({7}, self._batches(make(batch_size=7), inputs)[1])
            self.assertEqual({100}, self._batches(make(), inputs)[1])


class TrainingTest(unittest.TestCase):

    @parameterized.expand(list(PLANNED))
    def test_what_is_not_trained_is_planned_forward(self, name):
        self.assertEqual({True}, _settings(name, BATCH)[1])
        self.assertEqual({False}, _settings(name, BATCH, trainable=False)[1])

    @parameterized.expand(list(PLANNED))
    def test_inference_is_planned_forward(self, name):
        with layers.default_plan('inference'):
            self.assertEqual({False}, _settings(name, BATCH)[1])


class DenseLayersTest(unittest.TestCase):
    """Their times are added to those of the TT-layers around, or compared with them."""

    def _record(self, name, batch, **arguments):
        with tf.Graph().as_default() as graph:
            inp = tf.placeholder(tf.float32, [batch, 5, 4, 6])
            if name == 'conv':
                layers.conv(inp, 3, [3, 3], **arguments)
            else:
                layers.linear(inp[:, 0, 0], 3, **arguments)
            record, = cost.of_graph(graph).layers
        return record.batch_size, record.training

    @parameterized.expand(['linear', 'conv'])
    def test_they_record_what_tt_layers_plan_for(self, name):
        for trainable in (True, False):
            self.assertEqual((BATCH, trainable), self._record(name, BATCH, trainable=trainable))
        self.assertEqual((100, True), self._record(name, None))
        self.assertEqual((1, True), self._record(name, 0))
        with layers.default_plan('inference'):
            self.assertEqual((1, False), self._record(name, None))
            self.assertEqual((BATCH, False), self._record(name, BATCH))
        with layers.default_plan(None, batch_size=30):
            self.assertEqual((30, True), self._record(name, None))


if __name__ == '__main__':
    unittest.main()
