"""Plans that are chosen by measurement: what they compute, what they leave alone, what they say."""

import logging
import sys
import unittest
import warnings
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import environment, measured_plan, plan, tt_matmul, use_wisdom
from tensornet.contraction.plan_record import from_record, to_record
from tensornet.contraction.step_operations import variants
from tensornet.contraction.wisdom import wisdom
from tests.contraction.tt_reference import product_and_gradients, random_cores
from tests.sessions import assert_close

SHAPE = [2, 3, 4], [3, 2, 2], [1, 3, 2, 1]
# The package has a function of the module's name.
MODULE = sys.modules[measured_plan.__module__]


def _state_of_the_graph():
    graph = tf.get_default_graph()
    return (graph.version, graph.get_all_collection_keys(),
            {key: graph.get_collection(key) for key in graph.get_all_collection_keys()})


class MeasuredTestCase(unittest.TestCase):
    """Begins with nothing remembered, and compares few plans, all of them to the end."""

    def setUp(self):
        use_wisdom(None)
        self.addCleanup(use_wisdom, None)
        for name, value in (('CANDIDATES', 2), ('BUDGET', 600.0), ('WORTH_A_LINE', 600.0)):
            patch = mock.patch.object(MODULE, name, value)
            patch.start()
            self.addCleanup(patch.stop)


class MeasuredPlanTest(MeasuredTestCase):

    @parameterized.expand([(training, dtype) for training in (True, False)
                           for dtype in ('float32', 'float16')])
    def test_what_is_returned(self, training, dtype):
        chosen = measured_plan(*SHAPE, 7, training=training, dtype=dtype)
        self.assertEqual((7, training, dtype), chosen.setting[:3])
        self.assertTrue(chosen.fits(*SHAPE))
        names = [name for name, _ in chosen.measurement.times]
        self.assertIn(plan(*SHAPE, 7, training=training, dtype=dtype).way, names)
        self.assertIn('chain', names)
        self.assertIn("groups [3], order []", names)
        self.assertEqual(sorted(seconds for _, seconds in chosen.measurement.times),
                         [seconds for _, seconds in chosen.measurement.times])
        self.assertIn(chosen.measurement.seconds,
                      [seconds for _, seconds in chosen.measurement.times])
        text = str(chosen)
        self.assertIn('measured: %.4f ms, the fastest of %d\n'
                      % (chosen.measurement.seconds * 1e3, len(names)), text)
        self.assertNotIn('measured:', str(plan(*SHAPE, 7)))

    def test_the_caller_sees_nothing_of_it(self):
        with tf.Graph().as_default(), tf.variable_scope('outer'), tf.Session() as session:
            tf.get_variable('v', [2])
            before = _state_of_the_graph()
            measured_plan(*SHAPE, 7)
            self.assertEqual(before, _state_of_the_graph())
            self.assertIs(session, tf.get_default_session())
            self.assertEqual('outer', tf.get_variable_scope().name)

    def test_it_is_measured_once(self):
        with mock.patch.object(MODULE, 'time_alternatives',
                               wraps=MODULE.time_alternatives) as timed:
            first = measured_plan(*SHAPE, 7)
            searches = timed.call_count
            self.assertGreater(searches, 0)
            self.assertEqual(first, measured_plan(*SHAPE, 7))
            self.assertEqual(searches, timed.call_count)
            for other in (dict(batch_size=8), dict(training=False), dict(dtype='float64')):
                measured_plan(*SHAPE, **dict(dict(batch_size=7), **other))
                self.assertGreater(timed.call_count, searches)
                searches = timed.call_count
            measured_plan(*SHAPE, 7, config=tf.ConfigProto(intra_op_parallelism_threads=1))
            self.assertGreater(timed.call_count, searches)

    def test_memory_of_no_use_is_a_warning(self):
        chosen = measured_plan(*SHAPE, 7)
        for machine, layers_of_machine in wisdom()._entries.items():
            for layer in layers_of_machine:
                wisdom().add(machine, layer, {'groups': [1]})
        with self.assertWarnsRegex(UserWarning, 'measured_plan: what is remembered of modes 2·3·4 '
                                   '.*training is of no use, .*measured again: .*damaged'):
            again = measured_plan(*SHAPE, 7)
        self.assertEqual(chosen.shape, again.shape)

    def test_two_plans_at_least_whatever_the_budget(self):
        with mock.patch.object(MODULE, 'BUDGET', 0.0):
            chosen = measured_plan(*SHAPE, 7)
        self.assertGreaterEqual(len(chosen.measurement.times), 2)

    def test_a_long_search_says_so_in_one_line(self):
        with mock.patch.object(MODULE, 'WORTH_A_LINE', 0.0), \
                self.assertLogs('tensornet', logging.WARNING) as logs:
            measured_plan(*SHAPE, 7)
        self.assertEqual(1, len(logs.output))
        self.assertRegex(logs.output[0], r'measured \d+ plans of modes 2·3·4 -> 3·2·2 ranks 1·3·2·1'
                         r', batch 7, float32, training in \d+\.\d s: ')

    def test_a_gpu_is_left_alone_until_the_process_has_settled_its_options(self):
        with mock.patch.object(MODULE, 'target_device', return_value=environment.GPU_DEVICE), \
                mock.patch.object(MODULE, 'time_alternatives') as timed, \
                warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            chosen = measured_plan(*SHAPE, 7)
        self.assertEqual((plan(*SHAPE, 7), 0), (chosen, timed.call_count))
        self.assertRegex(str(caught[0].message), 'nothing is measured on the GPU, .*`config`')


class LayerTest(MeasuredTestCase):

    @parameterized.expand([(known,) for known in (True, False)])
    def test_the_layer_computes_what_it_should(self, known):
        random = np.random.RandomState(0)
        cores = random_cores(*SHAPE, random)
        values, weights = random.normal(size=[7, 24]), random.normal(size=[7, 12])
        with tf.Graph().as_default(), tf.Session() as session:
            inp = tf.placeholder(tf.float64, [7 if known else None, 24])
            out = layers.tt(inp, *SHAPE, plan='measure', batch_size=7, scope='layer',
                            biases_initializer=None)
            variables = tf.trainable_variables()
            self.assertEqual(['layer/mat_core_%d' % k for k in (1, 2, 3)],
                             [variable.op.name for variable in tf.global_variables()])
            gradients = tf.gradients(out, [inp] + variables, tf.constant(weights))
            session.run(tf.global_variables_initializer())
            for variable, core in zip(variables, cores):
                variable.load(core, session)
            results = session.run([out] + gradients, {inp: values})
        for actual, expected in zip(results, product_and_gradients(values, cores, weights, *SHAPE)):
            assert_close(actual, expected, 1e-12)

    def test_a_layer_that_is_not_trained_is_measured_forward(self):
        with mock.patch('tensornet.layers.plan_argument.measured',
                        side_effect=lambda estimated: estimated) as seen, tf.Graph().as_default():
            layers.tt(tf.zeros([7, 24]), *SHAPE, plan='measure', trainable=False)
        (estimated,), _ = seen.call_args
        self.assertFalse(estimated.setting.training)


class PlanRecordTest(MeasuredTestCase):

    def test_there_and_back(self):
        for training in (True, False):
            chosen = measured_plan(*SHAPE, 7, training=training)
            estimated = plan(*SHAPE, 7, training=training)
            self.assertEqual(chosen, from_record(to_record(chosen), estimated))

    @parameterized.expand([
        ('sum', {'groups': [1, 1]}, r'groups \(1, 1\) .* do not fit 3 cores'),
        ('zero', {'groups': [0, 3]}, 'do not fit 3 cores'),
        ('fraction', {'groups': [1.0, 2]}, 'do not fit 3 cores'),
        ('side', {'order': ['up']}, 'do not fit 3 cores'),
        ('order', {'order': []}, 'do not fit 3 cores'),
        ('number', {'operations': []}, 'the operations do not fit the contractions'),
        ('kind', {'operations': [dict(product='stored', core_gradient='flat', joins=[])] * 2},
         'the operations do not fit the contractions'),
        ('missing', {'seconds': None}, 'the record is damaged'),
        ('times', {'times': [1]}, 'the record is damaged'),
    ])
    def test_damaged(self, _, changed, message):
        estimated = plan(*SHAPE, 7)
        record = {'groups': [1, 2], 'order': ['left'], 'seconds': 1.0, 'times': [['a', 1.0]],
                  'operations': [
                      {'product': 'batched', 'core_gradient': 'flat', 'joins': []},
                      {'product': 'stored', 'core_gradient': 'flat', 'joins': ['small']}]}
        self.assertEqual((1, 2), from_record(record, estimated).groups)
        with self.assertRaisesRegex(ValueError, message):
            from_record(dict(record, **changed), estimated)


class VariantsTest(unittest.TestCase):

    def test_every_choice_of_operations_computes_the_same(self):
        random = np.random.RandomState(0)
        cores = random_cores(*SHAPE, random)
        values, weights = random.normal(size=[7, 24]), random.normal(size=[7, 12])
        expected = product_and_gradients(values, cores, weights, *SHAPE)
        for groups, order in (([1, 2], ['left']), ([2, 1], ['right']), ([1, 1, 1], ['left'] * 2)):
            base = plan(*SHAPE, 7, groups=groups, order=order)
            changed = [base._replace(operations=base.operations[:k] + (other,)
                                     + base.operations[k + 1:])
                       for k, operations in enumerate(base.operations)
                       for other in variants(operations, True)]
            self.assertGreater(len(changed), len(groups))
            for candidate in changed:
                with tf.Graph().as_default(), tf.Session() as session:
                    tensors = [tf.constant(value, tf.float32) for value in [values] + cores]
                    out = tt_matmul(tensors[0], tensors[1:], candidate)
                    results = session.run([out] + tf.gradients(out, tensors,
                                                               tf.constant(weights, tf.float32)))
                for actual, wanted in zip(results, expected):
                    assert_close(actual, wanted, 1e-5)


class TargetDeviceTest(unittest.TestCase):

    @parameterized.expand([('/cpu:0', '/cpu:0'), ('/device:GPU:1', '/gpu:0'), (None, '/cpu:0')])
    def test_the_innermost_device_counts(self, name, expected):
        with tf.Graph().as_default() as graph, tf.device('/gpu:0' if name == '/cpu:0' else None):
            with tf.device(name):
                self.assertEqual(expected, environment.target_device())
            self.assertEqual([], graph.get_operations())


if __name__ == '__main__':
    unittest.main()
