"""`batch_normalization`: its numbers, its statistics, and when they are updated."""

import os
import shutil
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction.processor import NO_UNIT, half_precision_unit
from tests.layers.control_flow import VERSIONS, control_flow
from tests.references.batch_normalization import MovingAverage, moments, normalize
from tests.sessions import assert_close, load, session

STATISTICS = ['moving_mean', 'moving_variance', 'local_step']
SHAPES = [[6, 3], [2, 3, 4, 3]]
TENSORFLOW_2 = hasattr(tf.raw_ops, 'BatchMatMulV3')
HAS_UNIT = TENSORFLOW_2 and half_precision_unit('bfloat16') != NO_UNIT


def _batches(shape, count):
    random = np.random.RandomState(0)
    return [random.normal(loc=k + 1, scale=k + 1, size=shape) for k in range(count)]


def _statistics(opened, scope='bn'):
    graph = tf.get_default_graph()
    variables = {variable.op.name: variable
                 for variable in graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)}
    return [opened.run(variables['%s/%s' % (scope, name)]) for name in STATISTICS]


def _op_types():
    graph = tf.get_default_graph().as_graph_def()
    nodes = list(graph.node)
    for function in graph.library.function:
        nodes.extend(function.node_def)
    return {node.op for node in nodes}


class NumbersTest(unittest.TestCase):

    @parameterized.expand([(shape, dtype, version) for shape in SHAPES
                           for dtype in ('float16', 'float32', 'float64') for version in VERSIONS])
    def test_tensors_as_decay_and_eps(self, shape, dtype, version):
        results = []
        for as_tensors in (True, False):
            with tf.Graph().as_default(), control_flow(version):
                inp, phase = tf.placeholder(dtype, shape), tf.placeholder(tf.bool, [])
                decay, eps = 0.75, 0.125
                if as_tensors:
                    decay, eps = tf.constant(decay), tf.placeholder_with_default(eps, None)
                out = layers.batch_normalization(inp, phase, decay, eps, scope='bn')
                weights = tf.constant(np.arange(np.prod(shape)).reshape(shape), dtype)
                gradient, = tf.gradients(out, inp, weights)
                with session() as opened:
                    numbers = [opened.run([out, gradient], {inp: batch, phase: is_training})
                               for batch in _batches(shape, 2) for is_training in (True, False)]
                    results.append([array for pair in numbers for array in pair]
                                   + _statistics(opened))
        tolerance = {'float16': 1e-2, 'float32': 1e-5, 'float64': 1e-12}[dtype]
        for actual, expected in zip(*results):
            assert_close(actual, expected, tolerance)

    @parameterized.expand([(shape, decay, eps, dtype)
                           for shape in SHAPES
                           for decay, eps in ((0.9, 1e-3), (0.0, 1e-3), (0.99, 1e-7), (0.5, 0.3),
                                              (0.9999, 1e-5))
                           for dtype in ('float32', 'float64')])
    def test_against_numpy(self, shape, decay, eps, dtype):
        tolerance = {'float32': 1e-5, 'float64': 1e-12}[dtype]
        mean_average, variance_average = MovingAverage(decay), MovingAverage(decay)
        weights, biases = [0.5, -2.0, 3.0], [1.0, 0.0, -1.0]
        with tf.Graph().as_default():
            inp = tf.placeholder(dtype, [None] + shape[1:])
            phase = tf.placeholder(tf.bool, [])
            out = layers.batch_normalization(inp, phase, decay, eps, scope='bn')
            with session({'bn/weights': weights, 'bn/biases': biases}) as opened:
                for step, batch in enumerate(_batches(shape, 4), start=1):
                    mean, variance = moments(batch)
                    actual = opened.run(out, {inp: batch, phase: True})
                    assert_close(actual, normalize(batch, mean, variance, weights, biases, eps),
                                 tolerance)

                    mean_average.update(mean)
                    variance_average.update(variance)
                    moving_mean, moving_variance, steps = _statistics(opened)
                    assert_close(moving_mean, mean_average.value, tolerance)
                    assert_close(moving_variance, variance_average.value, tolerance)
                    self.assertEqual(step, steps)

                    actual = opened.run(out, {inp: batch, phase: False})
                    expected = normalize(batch, mean_average.value, variance_average.value,
                                         weights, biases, eps)
                    assert_close(actual, expected, tolerance)
                    self.assertEqual(step, _statistics(opened)[2])

    @parameterized.expand([(shape,) for shape in SHAPES])
    def test_variance_of_the_statistics_is_the_biased_one(self, shape):
        batch, = _batches(shape, 1)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None] + shape[1:])
            out = layers.batch_normalization(inp, True, scope='bn')
            with session() as opened:
                opened.run(out, {inp: batch})
                assert_close(_statistics(opened)[1], moments(batch)[1], 1e-5)

    @parameterized.expand([(eps,) for eps in (1e-3, 1e-7)])
    def test_batch_of_one(self, eps):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 2])
            out = layers.batch_normalization(inp, True, eps=eps, scope='bn')
            with session() as opened:
                np.testing.assert_array_equal([[0.0, 0.0]],
                                              opened.run(out, {inp: [[5.0, -3.0]]}))
                mean, variance, _ = _statistics(opened)
                np.testing.assert_allclose(mean, [5.0, -3.0], rtol=1e-6)
                np.testing.assert_array_equal([0.0, 0.0], variance)

    def test_constant_channels_stay_finite(self):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 2])
            out = layers.batch_normalization(inp, True, scope='bn')
            gradient, = tf.gradients(out, inp)
            with session() as opened:
                values = opened.run([out, gradient], {inp: np.full([4, 2], 7.0)})
        self.assertTrue(np.all(np.isfinite(values)))

    def test_before_the_first_update_the_statistics_are_zero(self):
        batch, = _batches([6, 3], 1)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 3])
            out = layers.batch_normalization(inp, False, scope='bn')
            with session() as opened:
                assert_close(opened.run(out, {inp: batch}), batch / np.sqrt(1e-3), 1e-5)

    @parameterized.expand(['float16', 'bfloat16'])
    def test_statistics_of_half_precision_lose_no_small_update(self, dtype):
        steps = 300
        with tf.Graph().as_default():
            inp = tf.placeholder(dtype, [None, 1])
            out = layers.batch_normalization(inp, True, ema_decay=0.999, scope='bn')
            average = MovingAverage(0.999)
            with session() as opened:
                for k in range(steps):
                    batch = np.array([[k % 7], [k % 5]], np.float32)
                    opened.run(out, {inp: batch})
                    average.update(batch.mean())
                self.assertEqual(np.float32, _statistics(opened)[0].dtype)
                assert_close(_statistics(opened)[0], [average.value], 1e-4)


class FusedKernelTest(unittest.TestCase):

    @parameterized.expand([
        ('float32', 1e-3, True), ('float32', 1.001e-5, True), ('float32', 1e-5, False),
        ('float32', 1e-8, False), ('float64', 1e-3, False), ('float16', 1e-3, True),
        ('float16', 1e-5, False), ('bfloat16', 1e-3, True), ('bfloat16', 1e-5, False),
    ])
    def test_where_the_fused_kernel_is_used(self, dtype, eps, expected):
        for train_phase in (True, False):
            with tf.Graph().as_default():
                inp = tf.placeholder(dtype, [None, 3])
                layers.batch_normalization(inp, train_phase, eps=eps)
                self.assertEqual(expected, 'FusedBatchNormV3' in _op_types())

    @parameterized.expand([
        ('bfloat16', 48, True, HAS_UNIT), ('bfloat16', 48, False, HAS_UNIT),
        ('bfloat16', 47, True, False), ('bfloat16', 47, False, False),
        ('float16', 48, True, False), ('float16', 47, False, TENSORFLOW_2),
    ])
    def test_where_it_takes_half_precision(self, dtype, channels, train, expected):
        for shape in ([None, channels], [None, 2, 3, channels]):
            with tf.Graph().as_default() as graph:
                layers.batch_normalization(tf.placeholder(dtype, shape), train)
                types = {op.get_attr('T').name for op in graph.get_operations()
                         if op.type == 'FusedBatchNormV3'}
                activations = [op for op in graph.get_operations() if op.type == 'Cast'
                               and op.inputs[0].shape.ndims == len(shape)]
            self.assertEqual({dtype if expected else 'float32'}, types)
            self.assertEqual(0 if expected else 2, len(activations))

    def test_no_kernel_takes_bfloat16_without_the_unit(self):
        with mock.patch.dict(os.environ, ONEDNN_MAX_CPU_ISA='AVX2'), \
                tf.Graph().as_default() as graph:
            for train in (True, False):
                inp = tf.placeholder(tf.bfloat16, [None, 16])
                out = layers.linear(layers.batch_normalization(inp, train), 16)
                tf.gradients(out, [inp] + tf.trainable_variables())
            for op in graph.get_operations():
                if 'MatMul' in op.type or 'FusedBatchNorm' in op.type:
                    self.assertEqual({tf.float32}, {tensor.dtype for tensor in op.inputs}, op.name)

    @parameterized.expand([(shape, train) for shape in SHAPES for train in (False, True)])
    def test_fused_equals_plain(self, shape, train):
        """Just above and just below the smallest epsilon of the kernel."""
        batch, = _batches(shape, 1)
        results = []
        for eps in (1.001e-5, 1.0009999e-5):
            with tf.Graph().as_default():
                inp = tf.placeholder(tf.float32, shape)
                out = layers.batch_normalization(inp, train, eps=eps, scope='bn')
                gradients = tf.gradients(tf.sin(out), [inp] + tf.trainable_variables())
                results.append('FusedBatchNormV3' in _op_types())
                with session({'bn/moving_mean': [1.0, 2.0, 3.0],
                              'bn/moving_variance': [3.0, 2.0, 1.0]}) as opened:
                    results.append(opened.run([out] + gradients, {inp: batch})
                                   + _statistics(opened))
        (is_fused, fused, is_other_fused, plain) = results
        self.assertTrue(is_fused)
        self.assertFalse(is_other_fused)
        for actual, expected in zip(fused, plain):
            assert_close(actual, expected, 1e-5)


class UpdatesTest(unittest.TestCase):

    def test_python_bool_makes_no_cond(self):
        for train_phase in (True, False, np.bool_(True), np.bool_(False)):
            with tf.Graph().as_default():
                layers.batch_normalization(tf.placeholder(tf.float32, [None, 3]), train_phase)
                self.assertFalse(_op_types() & {'If', 'StatelessIf', 'Switch', 'Merge'})
                updates = _op_types() & {'AssignAddVariableOp'}
                self.assertEqual(bool(train_phase), bool(updates))

    @parameterized.expand([(version, kind) for version in VERSIONS
                           for kind in ('placeholder', 'default', 'variable', 'resource',
                                        'unknown_shape', 'computed')])
    def test_forms_of_a_phase_tensor(self, version, kind):
        batch, = _batches([6, 3], 1)
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
            self.assertEqual(expected, _op_types() & {'If', 'StatelessIf', 'Switch', 'Merge'})
            self.assertEqual([None, 3], out.shape.as_list())
            with session() as opened:
                for train in (False, True):
                    if kind in ('variable', 'resource'):
                        load(opened, {'phase': train})
                    else:
                        feeds = {phase: train}
                    feeds[inp] = batch
                    actual = opened.run(out, feeds)
                    self.assertEqual(float(train), _statistics(opened)[2])
                mean, variance = moments(batch)
                assert_close(actual, normalize(batch, mean, variance), 1e-5)

    @parameterized.expand([(version, use_resource) for version in VERSIONS
                           for use_resource in (False, True)])
    def test_training_step_updates_without_update_ops(self, version, use_resource):
        batch, = _batches([2, 3, 4, 3], 1)
        with tf.Graph().as_default(), control_flow(version):
            inp, phase = tf.placeholder(tf.float32, [None, 3, 4, 3]), tf.placeholder(tf.bool, [])
            with tf.variable_scope('', use_resource=use_resource):
                out = layers.batch_normalization(inp, phase, scope='bn')
                loss = tf.reduce_mean(tf.square(out - 1))
            step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
            with session() as opened:
                opened.run(step, {inp: batch, phase: True})
                mean, variance, steps = _statistics(opened)
                assert_close(mean, moments(batch)[0], 1e-5)
                assert_close(variance, moments(batch)[1], 1e-5)
                self.assertEqual(1, steps)
                opened.run(step, {inp: batch, phase: False})
                self.assertEqual(1, _statistics(opened)[2])

    @parameterized.expand([(version, train) for version in VERSIONS for train in (False, True)])
    def test_gradients_of_the_phases(self, version, train):
        """The gradient passes through the batch moments and not through the moving ones."""
        batch, = _batches([6, 3], 1)
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
        first_batch, second_batch = _batches([6, 3], 2)
        with tf.Graph().as_default(), control_flow(version):
            inp, phase = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.bool, [])
            first, second = self._build_twice(kind, inp, phase)
            self.assertEqual(5, len(tf.global_variables()))
            with session() as opened:
                train = opened.run(second, {inp: first_batch, phase: True})
                assert_close(train, normalize(first_batch, *moments(first_batch)), 1e-5)
                self.assertEqual(0, _statistics(opened)[2], 'the second build updates')
                opened.run(first, {inp: first_batch, phase: True})
                self.assertEqual(1, _statistics(opened)[2], 'the first build does not update')
                opened.run([first, second], {inp: first_batch, phase: True})
                self.assertEqual(2, _statistics(opened)[2], 'updated twice')
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
        first_batch, second_batch = _batches([6, 3], 2)
        with tf.Graph().as_default(), control_flow(version):
            inputs = [tf.placeholder(tf.float32, [None, 3]) for _ in range(2)]
            phase = tf.placeholder(tf.bool, [])
            outs = []
            for k, inp in enumerate(inputs):
                with tf.name_scope('tower_%d' % k):
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
                mean, _, steps = _statistics(opened, 'inference/bn')
                assert_close(mean, moments(first_batch)[0], 1e-5)
                self.assertEqual(1, steps)

    def test_a_new_layer_in_a_scope_of_auto_reuse_is_updated(self):
        batch, = _batches([6, 3], 1)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 3])
            with tf.variable_scope('net', reuse=tf.AUTO_REUSE):
                outs = [layers.batch_normalization(inp, True, scope='bn_%d' % k) for k in range(2)]
            with session() as opened:
                opened.run(outs, {inp: batch})
                for k in range(2):
                    self.assertEqual(1, _statistics(opened, 'net/bn_%d' % k)[2])


class SavingTest(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    @parameterized.expand([(version, shape) for version in VERSIONS for shape in SHAPES])
    def test_saver_round_trip(self, version, shape):
        batches = _batches(shape, 4)

        def build():
            inp = tf.placeholder(tf.float32, [None] + shape[1:])
            phase = tf.placeholder(tf.bool, [])
            return inp, phase, layers.batch_normalization(inp, phase, scope='bn')

        path = os.path.join(self.folder, 'model')
        with tf.Graph().as_default(), control_flow(version):
            inp, phase, out = build()
            with session({'bn/weights': [2.0, 3.0, 4.0]}) as opened:
                for batch in batches[:2]:
                    opened.run(out, {inp: batch, phase: True})
                path = tf.train.Saver().save(opened, path)
                opened.run(out, {inp: batches[2], phase: True})
                expected = opened.run(out, {inp: batches[3], phase: False})
        saved = {name for name, _ in tf.train.list_variables(path)}
        self.assertEqual({'bn/' + name for name in STATISTICS + ['weights', 'biases']}, saved)

        with tf.Graph().as_default(), control_flow(version):
            inp, phase, out = build()
            with tf.Session() as opened:
                tf.train.Saver().restore(opened, path)
                opened.run(out, {inp: batches[2], phase: True})
                actual = opened.run(out, {inp: batches[3], phase: False})
        np.testing.assert_array_equal(expected, actual)


if __name__ == '__main__':
    unittest.main()
