"""Plans that are chosen by measurement: what they compute, what they leave alone, what they say."""

import logging
import sys
import unittest
import warnings
from unittest import mock

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.contraction import (
    ConvShape,
    Plan,
    Setting,
    TTMatrixShape,
    chain_plan,
    conv_plan,
    cpu,
    environment,
    measured_conv_plan,
    measured_plan,
    measuring,
    methods_for,
    plan,
)
from tensornet.contraction.measured_plans import TT_MATRIX
from tensornet.contraction.wisdom import wisdom
from tests.contraction.measured_case import MeasuredTestCase

SHAPE = [2, 3, 4], [3, 2, 2], [1, 3, 2, 1]
CONVOLUTION = ConvShape(TTMatrixShape((2, 3), (3, 2), (2, 3, 1)), (3, 2), (2, 2), 'SAME', (6, 5))


def _state_of_the_graph():
    graph = tf.get_default_graph()
    return (graph.version, graph.get_all_collection_keys(),
            {key: graph.get_collection(key) for key in graph.get_all_collection_keys()})


class MeasuredPlanTest(MeasuredTestCase):

    @parameterized.expand([(training, dtype) for training in (True, False)
                           for dtype in ('float32', 'float16')])
    def test_what_is_returned(self, training, dtype):
        chosen = measured_plan(*SHAPE, 7, training=training, dtype=dtype)
        self.assertEqual((7, training, dtype), chosen.setting[:3])
        self.assertTrue(chosen.fits(*SHAPE))
        names = [name for name, _ in chosen.measurement.times]
        estimated = plan(*SHAPE, 7, training=training, dtype=dtype)
        for way in (estimated.way, 'chain', 'groups [3], order []'):
            self.assertTrue([name for name in names if name.startswith(way)], way)
        self.assertEqual(sorted(seconds for _, seconds in chosen.measurement.times),
                         [seconds for _, seconds in chosen.measurement.times])
        self.assertIn(chosen.measurement.seconds,
                      [seconds for _, seconds in chosen.measurement.times])
        text = str(chosen)
        self.assertIn(f'measured: {chosen.measurement.seconds * 1e3:.4f} ms, chosen of '
                      f'{len(names)}\n', text)
        self.assertNotIn('measured:', str(plan(*SHAPE, 7)))

    def test_the_caller_sees_nothing_of_it(self):
        with tf.Graph().as_default(), tf.variable_scope('outer'), tf.Session() as session:
            tf.get_variable('v', [2])
            before = _state_of_the_graph()
            measured_plan(*SHAPE, 7)
            self.assertEqual(before, _state_of_the_graph())
            self.assertIs(session, tf.get_default_session())
            self.assertEqual('outer', tf.get_variable_scope().name)

    def test_constant_cores_keep_to_their_bytes(self):
        for bound in (1, 10**4):
            chosen = measured_plan(*SHAPE, 7, training=False, constant_bytes=bound)
            self.assertEqual(bound, chosen.setting.constant_bytes)
            unmerged = chain_plan(*SHAPE, 7).weight_bytes
            self.assertLessEqual(chosen.weight_bytes, max(bound, unmerged))

    def test_it_is_measured_once(self):
        with mock.patch.object(measuring, 'time_alternatives',
                               wraps=measuring.time_alternatives) as timed:
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
        with self.assertWarnsRegex(UserWarning, r'.*measure.*: what is remembered of modes '
                                   r'\[2, 3, 4\] .*training is of no use, .*measured again: '
                                   '.*damaged'):
            again = measured_plan(*SHAPE, 7)
        self.assertEqual(chosen.shape, again.shape)

    def test_plans_that_cannot_be_run_are_left_out(self):
        run = measuring.time_alternatives

        def failing(prepare, builders, *arguments):
            builders = {name: build if not name.startswith('chain')
                        else lambda given: [tf.Assert(False, ['no memory'])]
                        for name, build in builders.items()}
            return run(prepare, builders, *arguments)

        with mock.patch.object(measuring, 'time_alternatives', failing), \
                mock.patch.object(sys.modules[measured_plan.__module__], 'TT_MATRIX',
                                  TT_MATRIX._replace(variations=lambda best: [])):
            chosen = measured_plan(*SHAPE, 7)
        names = [name for name, _ in chosen.measurement.times]
        self.assertGreaterEqual(len(names), 2)
        self.assertFalse([name for name in names if name.startswith('chain')])

    def test_the_estimate_where_nothing_can_be_run(self):
        broken = TT_MATRIX._replace(operations=lambda *_: [tf.Assert(False, ['no kernel'])])
        with mock.patch.object(sys.modules[measured_plan.__module__], 'TT_MATRIX', broken), \
                self.assertWarnsRegex(UserWarning, r'none of the plans for modes \[2, 3, 4\] .* '
                                      'could be run here, so the estimate is used: .*no kernel'):
            self.assertEqual(plan(*SHAPE, 7), measured_plan(*SHAPE, 7))

    def test_the_reason_why_nothing_can_be_initialized(self):
        def prepare(estimated):
            with tf.control_dependencies([tf.Assert(False, ['no memory'])]):
                value = tf.ones([1])
            return tf.Variable(value)

        broken = TT_MATRIX._replace(prepare=prepare)
        with mock.patch.object(sys.modules[measured_plan.__module__], 'TT_MATRIX', broken), \
                self.assertWarnsRegex(UserWarning, 'the estimate is used: .*no memory'):
            self.assertEqual(plan(*SHAPE, 7), measured_plan(*SHAPE, 7))

    def test_a_lucky_session_does_not_decide(self):
        # The chain seems ten times as fast in the first session only.
        run, calls = measuring.time_alternatives, []

        def lucky(prepare, builders, *arguments):
            trials = run(prepare, builders, *arguments)
            calls.append(list(builders))
            return {name: trial._replace(seconds=1e-6 if name == 'chain' and len(calls) == 1
                                         else 1e-4 if name == 'chain' else 1e-5, rounds=3)
                    for name, trial in trials.items()}

        with mock.patch.object(measuring, 'time_alternatives', lucky), \
                mock.patch.object(measuring, 'CLOSE', 100.0):
            chosen = measured_plan(*SHAPE, 7)
        self.assertFalse(chosen.is_chain)
        self.assertEqual(1 + measuring.SESSIONS, len(calls))
        self.assertLessEqual(len(calls[-1]), measuring.FINALISTS)

    def test_times_of_a_busier_session_are_comparable(self):
        # Each session finds the machine busier than the one before; the variations are no faster.
        run, calls = measuring.time_alternatives, []

        def busy(prepare, builders, *arguments):
            trials = run(prepare, builders, *arguments)
            calls.append(list(builders))
            return {name: trial._replace(
                seconds=len(calls) * (1e-3 if name == calls[0][0] else 1.2e-3), rounds=3)
                    for name, trial in trials.items()}

        with mock.patch.object(measuring, 'time_alternatives', busy):
            chosen = measured_plan(*SHAPE, 7)
        self.assertEqual(2, len(calls))
        measurement = chosen.measurement
        self.assertAlmostEqual(1.5e-3, measurement.seconds)
        self.assertEqual(measurement.seconds, measurement.times[0][1])
        self.assertEqual(set(calls[0] + calls[1]), {name for name, _ in measurement.times})
        for _, seconds in measurement.times[1:]:
            self.assertAlmostEqual(1.2 * measurement.seconds, seconds)

    @parameterized.expand([(2e-5, False), (5e-6, True)])
    def test_a_short_plan_wins_only_in_every_session(self, worst, wins):
        # The chain takes half the time of all others, but in the last session.
        run, calls = measuring.time_alternatives, []

        def timed(prepare, builders, *arguments):
            trials = run(prepare, builders, *arguments)
            calls.append(None)
            of_chain = worst if len(calls) == 1 + measuring.SESSIONS else 5e-6
            return {name: trial._replace(seconds=of_chain if name == 'chain' else 1e-5, rounds=3)
                    for name, trial in trials.items()}

        kind = TT_MATRIX._replace(variations=lambda best: [])
        # So many sessions that the chain is the fastest in the mean either way.
        with mock.patch.object(measuring, 'time_alternatives', timed), \
                mock.patch.object(measuring, 'SESSIONS', 6), \
                mock.patch.object(sys.modules[measured_plan.__module__], 'TT_MATRIX', kind):
            self.assertEqual(wins, measured_plan(*SHAPE, 7).is_chain)
        self.assertEqual(1 + 6, len(calls))

    @parameterized.expand([(1e-3, 1.0), (0.1, 4.0), (1.0, 10.0)])
    def test_the_budget_goes_with_the_time_of_a_run(self, seconds, expected):
        shares, run = [], measuring.time_alternatives

        def spying(prepare, builders, budget, *arguments):
            shares.append(budget)
            return run(prepare, builders, budget, *arguments)

        class Estimated(Plan):
            cost = mock.Mock(seconds=seconds)

        kind = TT_MATRIX._replace(candidates=lambda plan: [Estimated(*plan)])
        with mock.patch.object(measuring, 'time_alternatives', spying), \
                mock.patch.object(measuring, 'BUDGET', 1.0), \
                mock.patch.object(sys.modules[measured_plan.__module__], 'TT_MATRIX', kind):
            measured_plan(*SHAPE, 7)
        self.assertAlmostEqual(0.5 * expected, shares[0])

    def test_two_plans_at_least_whatever_the_budget(self):
        with mock.patch.object(measuring, 'BUDGET', 0.0):
            chosen = measured_plan(*SHAPE, 7)
        self.assertGreaterEqual(len(chosen.measurement.times), 2)

    def test_a_long_search_says_so_in_one_line(self):
        with mock.patch.object(measuring, 'WORTH_A_LINE', 0.0), \
                self.assertLogs('tensornet', logging.WARNING) as logs:
            measured_plan(*SHAPE, 7)
        self.assertEqual(1, len(logs.output))
        self.assertRegex(logs.output[0], r'measured \d+ plans of modes \[2, 3, 4\] -> \[3, 2, 2\] '
                         r'ranks \[1, 3, 2, 1\], batch 7, float32, training in \d+\.\d s: ')

    def test_a_gpu_is_left_alone_until_the_process_has_settled_its_options(self):
        with mock.patch.object(measuring, 'target_device', return_value=environment.GPU_DEVICE), \
                mock.patch.object(measuring, 'time_alternatives') as timed, \
                warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            chosen = measured_plan(*SHAPE, 7)
        self.assertEqual((plan(*SHAPE, 7), 0), (chosen, timed.call_count))
        self.assertRegex(str(caught[0].message), 'nothing is measured on the GPU, .*`config`')


class MeasuredConvPlanTest(MeasuredTestCase):

    @parameterized.expand([(training, window) for training in (True, False)
                           for window in ((3, 2), (1, 1))])
    def test_every_method_takes_its_turn(self, training, window):
        shape = CONVOLUTION._replace(window=window)
        setting = Setting(4, training, 'float32', cpu('float32'))
        chosen = measured_conv_plan(shape, setting)
        self.assertEqual((shape, setting), (chosen.shape, chosen.setting))
        methods = {name.split(',')[0] for name, _ in chosen.measurement.times}
        expected = {'pointwise', 'full'} if window == (1, 1) else set(methods_for((2, 2)))
        self.assertLessEqual(methods, expected)
        self.assertIn(conv_plan(shape, setting).method, methods)
        self.assertIn(chosen.method, methods)
        self.assertIn(f'measured: {chosen.measurement.seconds * 1e3:.4f} ms', str(chosen))
        with mock.patch.object(measuring, 'time_alternatives') as timed:
            self.assertEqual(chosen, measured_conv_plan(shape, setting))
        self.assertEqual(0, timed.call_count)

    def test_dilations_and_orders_of_axes_are_remembered_apart(self):
        setting = Setting(4, True, 'float32', cpu('float32'))
        described = []
        for changes, expected in (({}, 'SAME,'), (dict(dilations=(2, 1)), 'SAME dilations 2x1,'),
                                  (dict(data_format='NCHW'), 'SAME NCHW,')):
            shape = CONVOLUTION._replace(**changes)
            chosen = measured_conv_plan(shape, setting)
            self.assertEqual(shape, chosen.shape)
            self.assertGreater(chosen.measurement.seconds, 0)
            described.append('convolution 3x2 strides 2x2 image 6x5 ' + expected)
        remembered = [layer for entries in wisdom()._entries.values() for layer in entries]
        for start in described:
            self.assertEqual(1, sum(layer.startswith(start) for layer in remembered), start)

    def test_memory_of_no_use_is_a_warning(self):
        setting = Setting(4, False, 'float32', cpu('float32'))
        measured_conv_plan(CONVOLUTION, setting)
        for record in ({}, {'method': 'pointwise', 'matrix': None},
                       {'method': 'full', 'matrix': {'groups': None}},
                       {'method': 'filters_first', 'matrix': None}):
            for machine, layers_of_machine in wisdom()._entries.items():
                for layer in layers_of_machine:
                    wisdom().add(machine, layer, {'plan': record, 'seconds': 1.0, 'times': []})
            with self.assertWarnsRegex(UserWarning, 'what is remembered of convolution 3x2 strides '
                                       r'2x2 image 6x5 SAME, modes \[2, 3\] -> \[3, 2\] '
                                       r'.* is of no use'):
                measured_conv_plan(CONVOLUTION, setting)


if __name__ == '__main__':
    unittest.main()
