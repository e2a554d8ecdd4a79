"""The variables of the cells: names, sharing, collections, devices; and what is in a loop."""

import time
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import cost, initializers, layers, rnn
from tests.layers.control_flow import VERSIONS, control_flow
from tests.rnn.runs import WAYS
from tests.sessions import random_values, session

INPUTS = np.random.RandomState(0).normal(size=[3, 4, 8]).astype(np.float32)
LSTM = {'inputs/mat_core_1': [24, 4], 'inputs/mat_core_2': [3, 6], 'state/mat_core_1': [24, 2],
        'state/mat_core_2': [3, 9], 'biases': [24]}


def _lstm(**options):
    return rnn.TTLSTMCell([2, 3], [4, 2], 3, 3, **options)


def _run(cell, way, inputs=INPUTS, **options):
    if way == 'outside':
        return rnn.unroll(cell, tf.constant(inputs), **options)[0]
    if way == 'static':
        steps = tf.unstack(tf.constant(inputs), axis=1)
        return tf.stack(tf.nn.static_rnn(cell, steps, dtype=tf.float32, **options)[0], axis=1)
    return tf.nn.dynamic_rnn(cell, tf.constant(inputs), dtype=tf.float32, **options)[0]


def _shapes(prefix=''):
    return {variable.op.name[len(prefix):]: variable.shape.as_list()
            for variable in tf.global_variables() if variable.op.name.startswith(prefix)}


class NamesTest(unittest.TestCase):

    @parameterized.expand(WAYS)
    def test_lstm(self, way):
        with tf.Graph().as_default():
            _run(_lstm(), way)
            self.assertEqual(LSTM, _shapes('rnn/tt_lstm_cell/'))

    @parameterized.expand([
        ('before', dict(state_ranks=2),
         {'inputs/weights': [8, 18], 'biases': [18],
          'state_gates/mat_core_1': [8, 2], 'state_gates/mat_core_2': [3, 6],
          'state_candidate/mat_core_1': [4, 2], 'state_candidate/mat_core_2': [3, 6]}),
        ('after', dict(reset_after=True),
         {'inputs/weights': [8, 18], 'biases': [18], 'state/weights': [6, 18],
          'state_biases': [6]}),
        ('normalized', dict(layer_norm=True, hidden_size=5),
         {'inputs/weights': [8, 15], 'state_gates/weights': [5, 10],
          'state_candidate/weights': [5, 5], 'gate_normalization/weights': [15],
          'gate_normalization/biases': [15]}),
        ('no_biases', dict(biases_initializer=None, reset_after=True),
         {'inputs/weights': [8, 18], 'state/weights': [6, 18]}),
    ])
    def test_gru(self, _, options, shapes):
        with tf.Graph().as_default():
            _run(rnn.TTGRUCell([2, 3], scope='enc', **options), 'outside', scope='net')
            self.assertEqual(shapes, _shapes('net/enc/'))

    def test_dense_and_normalized_lstm(self):
        with tf.Graph().as_default():
            _run(rnn.TTLSTMCell([6], layer_norm=True), 'dynamic')
            self.assertEqual({
                'inputs/weights': [8, 24], 'state/weights': [6, 24],
                'gate_normalization/weights': [24], 'gate_normalization/biases': [24],
                'cell_normalization/weights': [6], 'cell_normalization/biases': [6],
            }, _shapes('rnn/tt_lstm_cell/'))

    def test_normalized_lstm_without_biases(self):
        with tf.Graph().as_default():
            _run(rnn.TTLSTMCell([6], layer_norm=True, biases_initializer=None), 'dynamic')
            self.assertEqual({
                'inputs/weights': [8, 24], 'state/weights': [6, 24],
                'gate_normalization/weights': [24], 'cell_normalization/weights': [6],
            }, _shapes('rnn/tt_lstm_cell/'))

    @parameterized.expand([
        ('lstm', rnn.TTLSTMCell, dict(layer_norm=True), 'gate_normalization/biases',
         'cell_normalization/biases'),
        ('gru', rnn.TTGRUCell, dict(reset_after=True), 'biases', 'state_biases')])
    def test_the_initializer_is_that_of_the_biases_of_gates(self, _, kind, options, given, zero):
        with tf.Graph().as_default(), tf.Session() as running:
            _run(kind([6], scope='enc', biases_initializer=tf.ones_initializer(), **options),
                 'dynamic')
            running.run(tf.global_variables_initializer())
            values = {variable.op.name[len('rnn/enc/'):]: running.run(variable)
                      for variable in tf.global_variables()}
        np.testing.assert_array_equal(1, values[given])
        np.testing.assert_array_equal(0, values[zero])

    @parameterized.expand([(None,), (2,), (3,), (5,), (18,)])
    def test_gates_of_a_gru_begin_open(self, parts):
        with tf.Graph().as_default(), tf.Session() as running:
            partitioner = None if parts is None else tf.fixed_size_partitioner(parts)
            with tf.variable_scope('net', partitioner=partitioner):
                _run(rnn.TTGRUCell([2, 3], scope='enc'), 'outside')
            running.run(tf.global_variables_initializer())
            biases = [running.run(variable) for variable in tf.global_variables()
                      if 'enc/biases' in variable.op.name]
        self.assertEqual(parts or 1, len(biases))
        np.testing.assert_array_equal([1] * 12 + [0] * 6, np.concatenate(biases))


class SharingTest(unittest.TestCase):

    @parameterized.expand([(first, second) for first in WAYS for second in WAYS])
    def test_a_cell_has_one_set_of_variables(self, first, second):
        with tf.Graph().as_default():
            cell = _lstm()
            outs = [_run(cell, first), _run(cell, second, scope='other')]
            self.assertEqual(LSTM, _shapes('rnn/tt_lstm_cell/'))
            self.assertEqual(len(LSTM), len(tf.global_variables()))
            with session(random_values()) as opened:
                one, other = opened.run(outs)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)

    @parameterized.expand(WAYS)
    def test_auto_reuse(self, way):
        with tf.Graph().as_default():
            outs = []
            for _ in range(2):
                with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
                    outs.append(_run(_lstm(), way))
            self.assertEqual(LSTM, _shapes('net/rnn/tt_lstm_cell/'))
            self.assertEqual(len(LSTM), len(tf.global_variables()))
            with session(random_values()) as opened:
                one, other = opened.run(outs)
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)

    def test_without_reuse_a_second_cell_is_an_error(self):
        with tf.Graph().as_default():
            _run(_lstm(), 'dynamic')
            with self.assertRaisesRegex(ValueError, 'already exists'):
                _run(_lstm(), 'dynamic')

    def test_graphs_do_not_share(self):
        cell = _lstm()
        for _ in range(2):
            with tf.Graph().as_default():
                _run(cell, 'dynamic')
                self.assertEqual(LSTM, _shapes('rnn/tt_lstm_cell/'))


class CollectionsTest(unittest.TestCase):

    @parameterized.expand(VERSIONS)
    def test_regularized_once(self, version):
        with tf.Graph().as_default(), control_flow(version):
            cell = _lstm(inp_regularizer=tf.nn.l2_loss, state_regularizer=[tf.nn.l2_loss, None],
                         biases_regularizer=tf.nn.l2_loss)
            _run(cell, 'dynamic')
            _run(cell, 'outside', scope='again')
            losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
            self.assertEqual(4, len(losses))
            values = random_values()
            with session(values) as opened:
                total = sum(opened.run(losses))
        expected = sum(np.sum(np.square(value)) / 2 for name, value in values.items()
                       if not name.endswith('state/mat_core_2'))
        self.assertAlmostEqual(expected / total, 1, places=5)

    def test_not_trained_and_pinned(self):
        with tf.Graph().as_default():
            _run(_lstm(trainable=False, cpu_variables=True, layer_norm=True), 'dynamic')
            self.assertEqual([], tf.trainable_variables())
            self.assertEqual({'/device:CPU:0'},
                             {variable.device for variable in tf.global_variables()})

    def test_schemes_give_their_variance(self):
        with tf.Graph().as_default():
            tf.set_random_seed(1)
            _run(rnn.TTLSTMCell([8, 8], [8, 16], 16, inp_initializer=initializers.he), 'dynamic',
                 np.zeros([1, 2, 128], np.float32))
            variables = {variable.op.name[len('rnn/tt_lstm_cell/'):]: variable
                         for variable in tf.global_variables()}
            with session() as opened:
                values = opened.run(variables)
        cores = [values[f'inputs/mat_core_{k}'] for k in (1, 2)]
        first, second = cores[0].reshape(32, 16, 8), cores[1].reshape(8, 16, 16)
        matrix = np.einsum('oai,pab->iobp', first, second.reshape(8, 16, 16))
        self.assertAlmostEqual(1, np.mean(matrix ** 2) / (2 / 128), places=1)
        # Dense: of Glorot, the fans being 64 and 64.
        self.assertAlmostEqual(1, np.mean(values['state/weights'] ** 2) * 64, places=1)

    def test_master_weights(self):
        with tf.Graph().as_default():
            with tf.variable_scope('net', custom_getter=layers.master_weights):
                out = _run(_lstm(), 'outside', INPUTS.astype(np.float16))
            self.assertEqual(tf.float16, out.dtype)
            self.assertEqual({tf.float32}, {variable.dtype.base_dtype
                                            for variable in tf.global_variables()})
            loss = tf.reduce_sum(tf.cast(out, tf.float32))
            gradients = tf.gradients(loss, tf.trainable_variables())
            with session(random_values()) as opened:
                for gradient in opened.run(gradients):
                    self.assertGreater(np.abs(gradient).max(), 0)


class LoopTest(unittest.TestCase):

    @parameterized.expand([(version, way, plan) for version in VERSIONS
                           for way in ('dynamic', 'outside') for plan in ('full', 'auto')])
    def test_cores_are_merged_in_front_of_the_loop(self, version, way, plan):
        with tf.Graph().as_default() as graph, control_flow(version):
            _run(_lstm(state_plan=plan, plan='full'), way)
            definition = graph.as_graph_def()
            outside = [node.name for node in definition.node if '/merge/' in node.name]
            inside = [node.name for function in definition.library.function
                      for node in function.node_def if '/merge/' in node.name]
            in_a_context = [name for name in outside if graph.get_operation_by_name(
                name)._get_control_flow_context() is not None]
        self.assertTrue(outside)
        self.assertEqual([], inside + in_a_context)

    @parameterized.expand([(version, way) for version in VERSIONS for way in WAYS])
    def test_a_loop_around_may_change_the_weights(self, version, way):
        with tf.Graph().as_default(), control_flow(version):
            with tf.variable_scope('', use_resource=True):
                cell = _lstm()
                single = tf.reduce_sum(_run(cell, 'outside'))
            biases = [variable for variable in tf.global_variables()
                      if variable.op.name.endswith('biases')][0]

            def body(k, results):
                out = tf.reduce_sum(_run(cell, way, scope='inner'))
                with tf.control_dependencies([out]):
                    change = biases.assign_add(tf.ones([24]), read_value=False)
                with tf.control_dependencies([change]):
                    return k + 1, results.write(k, out)

            _, results = tf.while_loop(lambda k, _: k < 3, body, [0, tf.TensorArray(tf.float32, 3)],
                                       parallel_iterations=1, back_prop=False)
            results, values = results.stack(), random_values()
            with session(values) as opened:
                actual = opened.run(results)
            expected = []
            for k in range(3):
                changed = dict(values, **{biases.op.name: values[biases.op.name] + k})
                with session(changed) as opened:
                    expected.append(opened.run(single))
        np.testing.assert_allclose(actual, expected, rtol=1e-4)

    @parameterized.expand([(version, way, is_nested) for version in VERSIONS for way in WAYS
                           for is_nested in (False, True)])
    def test_what_a_loop_waits_for_comes_before_the_weights_are_read(self, version, way, is_nested):
        with tf.Graph().as_default(), control_flow(version):
            with tf.variable_scope('', use_resource=True):
                cell = _lstm()
                single = tf.reduce_sum(_run(cell, 'outside'))
            biases, = [variable for variable in tf.global_variables()
                       if variable.op.name.endswith('biases')]

            def run():
                late = tf.py_func(_two_after_a_while, [], tf.float32)
                update = biases.assign(tf.ones([24]) * late, read_value=False)
                with tf.control_dependencies([update]):
                    return tf.reduce_sum(_run(cell, way, scope='inner'))

            after = tf.while_loop(lambda k, _: k < 1, lambda k, _: (k + 1, run()), [0, 0.],
                                  back_prop=False)[1] if is_nested else run()
            values = random_values()
            with session(values) as opened:
                actual = opened.run(after)
            with session(dict(values, **{biases.op.name: np.full([24], 2)})) as opened:
                expected = opened.run(single)
        np.testing.assert_allclose(actual, expected, rtol=1e-5)


def _two_after_a_while():
    time.sleep(0.1)
    return np.float32(2)


class RecordsTest(unittest.TestCase):

    @parameterized.expand(['dynamic', 'outside'])
    def test_costs(self, way):
        with tf.Graph().as_default() as graph:
            _run(_lstm(plan='full', state_plan='full'), way)
            costs = {layer.scope: layer for layer in cost.of_graph(graph).layers}
        inputs = costs['rnn/tt_lstm_cell/inputs']
        self.assertEqual(LSTM['inputs/mat_core_1'], inputs.weights['mat_core_1'])
        self.assertEqual(2 * 8 * 24, inputs.flops_per_sample)
        self.assertEqual(2 * 6 * 24, costs['rnn/tt_lstm_cell/state'].flops_per_sample)
        self.assertEqual(sum(int(np.prod(shape)) for shape in LSTM.values()),
                         sum(layer.parameters for layer in costs.values()))


if __name__ == '__main__':
    unittest.main()
