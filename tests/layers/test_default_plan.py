"""The plan that layers take which are not given one."""

import asyncio
import sys
import threading
import unittest
from unittest import mock

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import contraction, cost, layers, rnn
from tensornet.layers import default_plan, plan_argument
from tests.layers.examples import EXAMPLES, build, placeholder

OWN = {'tt': 'auto', 'tt_conv': 'auto', 'tt_conv_full': 'full', 'tt_conv_direct': 'full',
       'tt_conv1d_full': 'full'}
NAMES = ('auto', 'chain', 'full', 'measure', 'inference')


class DefaultPlanTest(unittest.TestCase):

    def setUp(self):
        contraction.use_wisdom(None)
        self.addCleanup(contraction.use_wisdom, None)
        self.chosen = []
        for kind in ('tt_matrix_plan', 'convolution_plan'):
            for layer in ('tt', 'tt_conv_direct', 'tt_conv_variants'):
                self._listen(layer, kind)
        # Which plan is the fastest here is of no concern.
        measured = mock.patch.object(
            plan_argument, 'measured', side_effect=lambda estimated, kind: estimated._replace(
                measurement='measured'))
        measured.start()
        self.addCleanup(measured.stop)

    def _listen(self, layer, kind):
        module = sys.modules['tensornet.layers.' + layer]
        if not hasattr(module, kind):
            return
        choose = getattr(module, kind)

        def listening(*arguments):
            self.chosen.append(choose(*arguments))
            return self.chosen[-1]

        patch = mock.patch.object(module, kind, listening)
        patch.start()
        self.addCleanup(patch.stop)

    def plan_of(self, name='tt', **arguments):
        """Builds the layer of an example in a graph of its own; returns the plan that it took."""
        with tf.Graph().as_default():
            build(name, placeholder(name), **arguments)
        return self.chosen.pop()

    def test_all_layers_with_cores_are_here(self):
        self.assertEqual(set(OWN), {example.layer for example in EXAMPLES.values()
                                    if example.layer.startswith('tt')})

    @parameterized.expand([(name, plan) for name in OWN for plan in NAMES])
    def test_a_layer_takes_it(self, name, plan):
        with default_plan(plan):
            taken = self.plan_of(name)
        self.assertEqual(self.plan_of(name, plan=plan), taken)
        self.assertEqual('measured' if plan == 'measure' else None, taken.measurement)

    @parameterized.expand(list(OWN))
    def test_without_it_a_layer_does_as_by_itself(self, name):
        expected = self.plan_of(name, plan=OWN[name])
        self.assertEqual(expected, self.plan_of(name))
        self.assertEqual(expected, self.plan_of(name, plan=None))
        with default_plan('measure'):
            with default_plan(None):
                self.assertEqual(expected, self.plan_of(name))

    @parameterized.expand([(name, plan) for name in OWN for plan in ('auto', 'chain', 'full')])
    def test_a_named_plan_wins(self, name, plan):
        expected = self.plan_of(name, plan=plan)
        with default_plan('measure'):
            self.assertEqual(expected, self.plan_of(name, plan=plan))

    def test_a_made_plan_wins(self):
        made = contraction.chain_plan([3, 4], [2, 5], [1, 3, 1], 3)
        with default_plan('full'):
            self.assertIs(made, self.plan_of(plan=made))

    @parameterized.expand([(name, plan) for name in OWN for plan in ('auto', 'inference')])
    def test_the_batch_is_that_of_the_call_the_block_or_the_plan(self, name, plan):
        def size(**arguments):
            with tf.Graph().as_default():
                shape = [None] + EXAMPLES[name].inp_shape[1:]
                build(name, placeholder(name, shape=shape), **arguments)
            return self.chosen.pop().setting.batch_size

        own = 1 if plan == 'inference' else 100
        self.assertEqual([own, 7], [size(plan=plan), size(plan=plan, batch_size=7)])
        with default_plan(plan):
            self.assertEqual([own, 7], [size(), size(batch_size=7)])
        with default_plan(plan, batch_size=30):
            self.assertEqual([30, 7], [size(), size(batch_size=7)])
            with default_plan(None):
                self.assertEqual(100, size())
            self.assertEqual(EXAMPLES[name].inp_shape[0],
                             self.plan_of(name).setting.batch_size)

    @parameterized.expand(list(OWN))
    def test_bytes_of_the_block(self, name):
        with default_plan('inference', constant_bytes=12345):
            self.assertEqual(12345, self.plan_of(name).setting.constant_bytes)
        self.assertNotEqual(12345, self.plan_of(name, plan='inference').setting.constant_bytes)
        self.assertFalse(self.plan_of(name, plan='inference', trainable=True).setting.training)

    @parameterized.expand([(plan, training) for plan in ('auto', 'inference')
                           for training in (True, False)])
    def test_xla_is_spared_depthwise_convolutions(self, plan, training):
        def method():
            with tf.Graph().as_default(), tf.device('/cpu:0'):
                layers.tt_conv(tf.zeros([100, 8, 8, 128]), [3, 3], [4, 8, 4], [4, 8, 4], 1,
                               trainable=training)
            return self.chosen.pop().method

        with default_plan(plan):
            self.assertIn(method(), ('matrix_first', 'filters_first'))
        with default_plan(plan, xla=True):
            self.assertEqual('full', method())

    def test_xla_is_a_switch(self):
        with self.assertRaisesRegex(TypeError, '^default_plan: `xla` must be True or False, but it '
                                    'is 1; pass one of the two'):
            default_plan('auto', xla=1)

    def test_wrong_numbers_are_errors_before_the_block(self):
        for arguments, message in (
                (dict(batch_size=0), '`batch_size` must be at least 1, but it is 0; pass'),
                (dict(constant_bytes=1.5), '`constant_bytes` must be an integer, .* is 1.5; pass'),
                (dict(plan='auto', constant_bytes=10), "`constant_bytes` goes with 'inference', "
                 "but `plan` is 'auto'; pass plan='inference' or leave it out")):
            with self.assertRaisesRegex(ValueError, '^default_plan: ' + message):
                default_plan(**dict({'plan': 'inference'}, **arguments))

    def test_the_innermost_block_holds_and_ends(self):
        chain, full = self.plan_of(plan='chain'), self.plan_of(plan='full')
        with default_plan('chain'):
            with self.assertRaises(ZeroDivisionError), default_plan('full'):
                self.assertEqual(full, self.plan_of())
                raise ZeroDivisionError
            self.assertEqual(chain, self.plan_of())
        self.assertEqual(self.plan_of(plan='auto'), self.plan_of())

    def test_it_can_be_made_before_it_is_entered(self):
        with default_plan('chain'):
            later = default_plan('full')
            self.assertEqual(self.plan_of(plan='chain'), self.plan_of())
        with later:
            self.assertEqual(self.plan_of(plan='full'), self.plan_of())

    def test_a_wrong_plan_is_an_error_before_the_block(self):
        for plan, error, message in (
                ('matrix_first', ValueError, "'measure', 'inference' or None, but it is "
                 "'matrix_first'; pass other plans to the layers that know them"),
                ('', ValueError, "but it is ''"),
                (3, TypeError, 'but it is 3 of type int'),
                (['auto'], TypeError, "it is \\['auto'\\] of type list"),
                (contraction.chain_plan([2], [2], [1, 1]), TypeError,
                 'of type Plan; a plan that was made for one layer goes into the call of that')):
            with self.assertRaisesRegex(error, "^default_plan: `plan` must be 'auto', 'chain', "
                                        "'full', .*" + message):
                default_plan(plan)
        self.assertEqual(self.plan_of(plan='auto'), self.plan_of())

    def test_branches_loops_and_functions_take_it(self):
        expected = self.plan_of(plan='chain')

        def layer(inp):
            with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
                return build('tt', inp, scope='tt')

        def traced():
            inp = tf.ones([3, 12])
            with default_plan('chain'):
                layer(inp)  # Variables are not made in branches.
                tf.cond(tf.constant(True), lambda: layer(inp), lambda: layer(-inp))
                tf.while_loop(lambda k: k < 2, lambda k: k + tf.cast(layer(inp)[0, 0], tf.int32),
                              [tf.constant(0)])

        with tf.Graph().as_default():
            traced()
        with tf.Graph().as_default():
            tf.wrap_function(traced, [])
        self.assertGreaterEqual(len(self.chosen), 6)
        self.assertEqual([expected] * len(self.chosen), self.chosen)

    def test_other_threads_do_not_take_it(self):
        taken = []
        with default_plan('chain'):
            thread = threading.Thread(target=lambda: taken.append(self.plan_of()))
            thread.start()
            thread.join()
        self.assertEqual([self.plan_of(plan='auto')], taken)

    def test_tasks_that_are_started_in_it_take_it(self):
        taken = []

        async def build_layer():
            taken.append(self.plan_of())

        async def start():
            with default_plan('chain'):
                task = asyncio.ensure_future(build_layer())
            await task

        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)
        loop.run_until_complete(start())
        self.assertEqual([self.plan_of(plan='chain')], taken)

    def test_cells_take_it_at_each_call(self):
        def plans(cell):
            with tf.Graph().as_default() as graph:
                rnn.unroll(cell, tf.zeros([2, 3, 8]))
                return {layer.plan for layer in cost.of_graph(graph).layers if layer.plan}

        with default_plan('full'):
            cell = rnn.TTLSTMCell([2, 3], [4, 2], 3, 3)
            self.assertEqual({'groups [2], order []'}, plans(cell))
        with default_plan('chain'):
            self.assertEqual({'chain'}, plans(cell))

    def test_xla_is_spared_equal_ids(self):
        for xla, times in ((False, 1), (True, 0)):
            with tf.Graph().as_default() as graph, default_plan('auto', xla=xla):
                layers.tt_embedding(tf.zeros([10**6], tf.int64), [3, 4], [20, 50], 8)
                unique = [node for node in graph.get_operations() if node.type == 'Unique']
            self.assertEqual(times, len(unique))

    def test_a_wrong_plan_of_a_call_names_the_layer(self):
        with tf.Graph().as_default(), default_plan('chain'):
            with self.assertRaisesRegex(ValueError, "^here: `plan` must be 'auto', .*'fast'"):
                layers.tt(tf.zeros([2, 4]), [2, 2], [2, 2], [1, 2, 1], plan='fast', scope='here')
