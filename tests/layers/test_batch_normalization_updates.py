"""When `batch_normalization` updates its statistics: phases, reuse, checkpoints."""

import os
import shutil
import tempfile
import unittest

import numpy as np
import tensorflow as tf2
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.layers.control_flow import VERSIONS, control_flow
from tests.layers.normalized import STATISTICS, batches, op_types, statistics
from tests.references.batch_normalization import moments, normalize
from tests.sessions import assert_close, load, session

SHAPES = [[6, 3], [2, 3, 4, 3]]


class UpdatesTest(unittest.TestCase):

    def test_python_bool_makes_no_cond(self):
        for train_phase in (True, False, np.bool_(True), np.bool_(False)):
            with tf.Graph().as_default():
                layers.batch_normalization(tf.placeholder(tf.float32, [None, 3]), train_phase)
                self.assertFalse(op_types() & {'If', 'StatelessIf', 'Switch', 'Merge'})
                updates = op_types() & {'AssignAddVariableOp'}
                self.assertEqual(bool(train_phase), bool(updates))

    @parameterized.expand([(version, kind) for version in VERSIONS
                           for kind in ('placeholder', 'default', 'variable', 'resource',
                                        'unknown_shape', 'computed')])
    def test_forms_of_a_phase_tensor(self, version, kind):
        batch, = batches([6, 3], 1)
        with tf.Graph().as_default(), control_flow(version):
            inp = tf.placeholder(tf.float32, [None, 3])
            feeds = {}
            if kind in ('variable', 'resource'):
                phase = tf.get_variable('phase', dtype=tf.bool, initializer=False,
                                        use_resource=kind == 'resource', trainable=False)
            elif kind == 'computed':
                phase = tf.greater(tf.placeholder_with_default(1, []), 0)
            else:
                phase = {'placeholder': lambda: tf.placeholder(tf.bool, []),
                         'default': lambda: tf.placeholder_with_default(False, []),
                         'unknown_shape': lambda: tf.placeholder(tf.bool)}[kind]()
            out = layers.batch_normalization(inp, phase, scope='bn')
            expected = {'v1': {'Switch', 'Merge'}, 'v2': {'If'}}[version]
            self.assertEqual(expected, op_types() & {'If', 'StatelessIf', 'Switch', 'Merge'})
            self.assertEqual([None, 3], out.shape.as_list())
            with session() as opened:
                for train in (False, True):
                    if kind in ('variable', 'resource'):
                        load(opened, {'phase': train})
                    else:
                        feeds = {phase: train}
                    feeds[inp] = batch
                    actual = opened.run(out, feeds)
                    self.assertEqual(float(train), statistics(opened)[2])
                mean, variance = moments(batch)
                assert_close(actual, normalize(batch, mean, variance), 1e-5)

    @parameterized.expand([(shape, known, kind) for shape in SHAPES for known in (True, False)
                           for kind in ('python', 'tensor')])
    def test_batches_of_known_size_move_the_averages(self, shape, known, kind):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, shape if known else [None] + shape[1:])
            phase = tf.constant(True) if kind == 'tensor' else True
            out = layers.batch_normalization(inp, phase, scope='bn')
            with session() as opened:
                for batch in batches(shape, 2):
                    opened.run(out, {inp: batch})
                self.assertEqual(2, statistics(opened)[2])
                first, second = [moments(batch)[0] for batch in batches(shape, 2)]
                # Weights of an average without its start at zero, of the usual decay.
                rate = (1 - 0.99) / (1 - 0.99**2)
                assert_close(statistics(opened)[0], first + rate * (second - first), 1e-4)

    def test_a_getter_that_returns_tensors(self):
        def getter(getter, *arguments, **options):
            return tf.stop_gradient(getter(*arguments, **options))

        batch, = batches([6, 3], 1)
        with tf.Graph().as_default():
            with tf.variable_scope('net', custom_getter=getter):
                out = layers.batch_normalization(tf.constant(batch, tf.float32), False, scope='bn')
            with session({'net/bn/moving_mean': [1.0, 2.0, 3.0],
                          'net/bn/moving_variance': [4.0, 9.0, 16.0]}) as opened:
                assert_close(opened.run(out), normalize(batch, [1.0, 2.0, 3.0],
                                                        np.array([4.0, 9.0, 16.0])), 1e-5)
        for phase in (True, None):
            with tf.Graph().as_default(), self.assertRaisesRegex(
                    TypeError, '^net/bn: the moving statistics must be variables with a train '
                    'phase, but a custom getter returns'):
                with tf.variable_scope('net', custom_getter=getter):
                    layers.batch_normalization(
                        tf.ones([6, 3]), tf.placeholder(tf.bool, []) if phase is None else phase,
                        scope='bn')

    @parameterized.expand([(version, use_resource) for version in VERSIONS
                           for use_resource in (False, True)])
    def test_training_step_updates_without_update_ops(self, version, use_resource):
        batch, = batches([2, 3, 4, 3], 1)
        with tf.Graph().as_default(), control_flow(version):
            inp, phase = tf.placeholder(tf.float32, [None, 3, 4, 3]), tf.placeholder(tf.bool, [])
            with tf.variable_scope('', use_resource=use_resource):
                out = layers.batch_normalization(inp, phase, scope='bn')
                loss = tf.reduce_mean(tf.square(out - 1))
            step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
            with session() as opened:
                opened.run(step, {inp: batch, phase: True})
                mean, variance, steps = statistics(opened)
                assert_close(mean, moments(batch)[0], 1e-5)
                assert_close(variance, moments(batch)[1], 1e-5)
                self.assertEqual(1, steps)
                opened.run(step, {inp: batch, phase: False})
                self.assertEqual(1, statistics(opened)[2])

    @parameterized.expand([(version, train) for version in VERSIONS for train in (False, True)])
    def test_gradients_of_the_phases(self, version, train):
        """The gradient passes through the batch moments and not through the moving ones."""
        batch, = batches([6, 3], 1)
        results = []
        for kind in ('tensor', 'python'):
            with tf.Graph().as_default(), control_flow(version):
                inp = tf.placeholder(tf.float32, [None, 3])
                phase = tf.constant(train) if kind == 'tensor' else train
                out = layers.batch_normalization(inp, phase, scope='bn')
                gradients = tf.gradients(tf.sin(out), [inp] + tf.trainable_variables())
                with session({'bn/moving_variance': [3.0, 2.0, 1.0]}) as opened:
                    results.append(opened.run(gradients, {inp: batch}))
        for actual, expected in zip(*results):
            assert_close(actual, expected, 1e-6)

    def test_no_gradient_of_the_statistics(self):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 3])
            out = layers.batch_normalization(inp, True, scope='bn')
            statistics = [variable for variable in tf.global_variables()
                          if variable.op.name.split('/')[1] in STATISTICS]
            self.assertEqual([None] * 3, tf.gradients(out, statistics))


class ReuseTest(unittest.TestCase):

    @parameterized.expand([(version, kind) for version in VERSIONS
                           for kind in ('reuse', 'auto_reuse', 'template', 'scope_object')])
    def test_reuse_uses_and_does_not_update(self, version, kind):
        first_batch, second_batch = batches([6, 3], 2)
        with tf.Graph().as_default(), control_flow(version):
            inp, phase = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.bool, [])
            first, second = self._build_twice(kind, inp, phase)
            self.assertEqual(5, len(tf.global_variables()))
            with session() as opened:
                train = opened.run(second, {inp: first_batch, phase: True})
                assert_close(train, normalize(first_batch, *moments(first_batch)), 1e-5)
                self.assertEqual(0, statistics(opened)[2], 'the second build updates')
                opened.run(first, {inp: first_batch, phase: True})
                self.assertEqual(1, statistics(opened)[2], 'the first build does not update')
                opened.run([first, second], {inp: first_batch, phase: True})
                self.assertEqual(2, statistics(opened)[2], 'updated twice')
                evaluation = opened.run(second, {inp: second_batch, phase: False})
                assert_close(evaluation, normalize(second_batch, *moments(first_batch)), 1e-5)

    @staticmethod
    def _build_twice(kind, inp, phase):
        def build(scope='bn'):
            return layers.batch_normalization(inp, phase, scope=scope)

        if kind == 'template':
            template = tf.make_template('bn', lambda: build(tf.get_variable_scope()))
            return [template(), template()]
        if kind == 'scope_object':
            with tf.variable_scope('bn') as scope:
                pass
            first = build(scope)
            with tf.variable_scope(scope, reuse=True) as reused:
                return [first, build(reused)]
        outs = []
        for reuse in ((False, True) if kind == 'reuse' else (tf.AUTO_REUSE, tf.AUTO_REUSE)):
            with tf.variable_scope('', reuse=reuse):
                outs.append(build())
        return outs

    @parameterized.expand([(version,) for version in VERSIONS])
    def test_towers_share_the_statistics_of_the_first(self, version):
        first_batch, second_batch = batches([6, 3], 2)
        with tf.Graph().as_default(), control_flow(version):
            inputs = [tf.placeholder(tf.float32, [None, 3]) for _ in range(2)]
            phase = tf.placeholder(tf.bool, [])
            outs = []
            for k, inp in enumerate(inputs):
                with tf.name_scope(f'tower_{k}'):
                    with tf.variable_scope('inference', reuse=k > 0):
                        outs.append(layers.batch_normalization(inp, phase, scope='bn'))
            names = {variable.op.name for variable in tf.global_variables()}
            self.assertEqual({'inference/bn/' + name for name in STATISTICS + ['weights',
                                                                               'biases']}, names)
            with session() as opened:
                actual = opened.run(outs, {inputs[0]: first_batch, inputs[1]: second_batch,
                                           phase: True})
                for value, batch in zip(actual, (first_batch, second_batch)):
                    assert_close(value, normalize(batch, *moments(batch)), 1e-5)
                mean, _, steps = statistics(opened, 'inference/bn')
                assert_close(mean, moments(first_batch)[0], 1e-5)
                self.assertEqual(1, steps)

    @parameterized.expand([(version, collections) for version in VERSIONS for collections in (
        [tf.GraphKeys.LOCAL_VARIABLES], ['of_the_worker'], [])])
    def test_variables_in_other_collections(self, version, collections):
        def in_other_collections(getter, *args, **kwargs):
            return getter(*args, **dict(kwargs, collections=collections))

        first_batch, second_batch = batches([6, 3], 2)
        with tf.Graph().as_default(), control_flow(version):
            with tf.variable_scope('', reuse=tf.AUTO_REUSE, custom_getter=in_other_collections):
                outs = [layers.batch_normalization(tf.constant(batch, tf.float32), True,
                                                   scope='bn')
                        for batch in (first_batch, second_batch)]
            variables = layers.moving_statistics()
            self.assertEqual(['bn/' + name for name in STATISTICS],
                             [variable.op.name for variable in variables])
            self.assertEqual([], tf.global_variables())
            scale = [variable for variable in tf.trainable_variables()]
            with tf.Session() as opened:
                opened.run(tf.variables_initializer(variables + scale))
                opened.run(outs)
                mean, _, steps = opened.run(variables)
            assert_close(mean, moments(first_batch)[0], 1e-5)
            self.assertEqual(1, steps)

    @parameterized.expand([([tf.GraphKeys.LOCAL_VARIABLES],), ([],)])
    def test_variables_in_other_collections_within_a_function(self, collections):
        def in_other_collections(getter, *args, **kwargs):
            return getter(*args, **dict(kwargs, collections=collections))

        first_batch, second_batch = batches([6, 3], 2)
        with tf.Graph().as_default():
            with tf.variable_scope('', reuse=tf.AUTO_REUSE, custom_getter=in_other_collections,
                                   use_resource=True):
                def build(batch):
                    return layers.batch_normalization(tf.constant(batch, tf.float32), True,
                                                      scope='bn')

                outs = [build(first_batch), tf2.function(lambda: build(second_batch))()]
            variables = layers.moving_statistics()
            with tf.Session() as opened:
                opened.run(tf.variables_initializer(variables + tf.trainable_variables()))
                opened.run(outs)
                self.assertEqual(1, opened.run(variables)[2])

    def test_a_new_layer_in_a_scope_of_auto_reuse_is_updated(self):
        batch, = batches([6, 3], 1)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 3])
            with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
                outs = [layers.batch_normalization(inp, True, scope=f'bn_{k}') for k in range(2)]
            with session() as opened:
                opened.run(outs, {inp: batch})
                for k in range(2):
                    self.assertEqual(1, statistics(opened, f'net/bn_{k}')[2])


class SavingTest(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    @parameterized.expand([(version, shape) for version in VERSIONS for shape in SHAPES])
    def test_saver_round_trip(self, version, shape):
        first, second, third, last = batches(shape, 4)

        def build():
            inp = tf.placeholder(tf.float32, [None] + shape[1:])
            phase = tf.placeholder(tf.bool, [])
            return inp, phase, layers.batch_normalization(inp, phase, scope='bn')

        path = os.path.join(self.folder, 'model')
        with tf.Graph().as_default(), control_flow(version):
            inp, phase, out = build()
            with session({'bn/weights': [2.0, 3.0, 4.0]}) as opened:
                for batch in (first, second):
                    opened.run(out, {inp: batch, phase: True})
                path = tf.train.Saver().save(opened, path)
                opened.run(out, {inp: third, phase: True})
                expected = opened.run(out, {inp: last, phase: False})
        saved = {name for name, _ in tf.train.list_variables(path)}
        self.assertEqual({'bn/' + name for name in STATISTICS + ['weights', 'biases']}, saved)

        with tf.Graph().as_default(), control_flow(version):
            inp, phase, out = build()
            with tf.Session() as opened:
                tf.train.Saver().restore(opened, path)
                opened.run(out, {inp: third, phase: True})
                actual = opened.run(out, {inp: last, phase: False})
        np.testing.assert_array_equal(expected, actual)


if __name__ == '__main__':
    unittest.main()
