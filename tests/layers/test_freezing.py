"""Graphs with batch normalization can be frozen, whatever the phase is, and converted."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tests.layers.control_flow import VERSIONS, control_flow
from tests.quiet import quiet_lite
from tests.references.batch_normalization import moments, normalize
from tests.sessions import assert_close, session

SHAPES = [[6, 3], [2, 3, 4, 3]]
LISTS_OPS = hasattr(tf.lite.Interpreter, '_get_ops_details')
NO_LISTING = 'the TFLite interpreter of this TensorFlow does not list its operations'


def _batch(shape, seed=0):
    return np.random.RandomState(seed).normal(2.0, 3.0, size=shape)


def _freeze(opened, name):
    return tf.graph_util.convert_variables_to_constants(opened, opened.graph.as_graph_def(),
                                                        [name])


def _phase(kind):
    if kind == 'default':
        return tf.placeholder_with_default(False, [], name='phase')
    if kind == 'variable':
        return tf.get_variable('phase', dtype=tf.bool, initializer=False, trainable=False)
    return tf.placeholder(tf.bool, [], name='phase')


class FreezingTest(unittest.TestCase):

    @parameterized.expand([(version, kind, shape, dtype)
                           for version in VERSIONS
                           for kind in ('placeholder', 'default', 'variable')
                           for shape in SHAPES for dtype in ('float32', 'float64')])
    def test_the_frozen_graph_evaluates(self, version, kind, shape, dtype):
        batch = _batch(shape)
        with tf.Graph().as_default(), control_flow(version):
            inp, phase = tf.placeholder(dtype, [None] + shape[1:], name='inp'), _phase(kind)
            with tf.variable_scope('net'):
                # Names that differ in what separates their parts.
                out = layers.batch_normalization(inp, phase, scope='a/b')
                out = layers.batch_normalization(out, phase, scope='a_b')
            with session({'net/a/b/moving_mean': [1.0, 2.0, 3.0],
                          'net/a/b/moving_variance': [4.0, 9.0, 16.0],
                          'net/a/b/weights': [0.5, -2.0, 3.0],
                          'net/a_b/moving_variance': [1.0, 1.0, 1.0]}) as opened:
                frozen = _freeze(opened, 'net/a_b/out')
        expected = normalize(batch, [1.0, 2.0, 3.0], np.array([4.0, 9.0, 16.0]), [0.5, -2.0, 3.0])
        expected = normalize(expected, 0.0, 1.0)
        feeds = {'placeholder': {'inp:0': batch, 'phase:0': False}}.get(kind, {'inp:0': batch})
        with tf.Graph().as_default():
            tf.import_graph_def(frozen, name='')
            with tf.Session() as opened:
                assert_close(opened.run('net/a_b/out:0', feeds), expected, 1e-5)

    @parameterized.expand([(version,) for version in VERSIONS])
    def test_the_phase_can_be_set_for_good_on_import(self, version):
        batch = _batch([6, 3])
        with tf.Graph().as_default(), control_flow(version):
            inp = tf.placeholder(tf.float32, [None, 3], name='inp')
            layers.batch_normalization(inp, _phase('placeholder'), scope='bn')
            with session({'bn/moving_variance': [1.0, 4.0, 9.0]}) as opened:
                frozen = _freeze(opened, 'bn/out')
        with tf.Graph().as_default():
            tf.import_graph_def(frozen, {'phase:0': tf.constant(False)}, name='')
            with tf.Session() as opened:
                assert_close(opened.run('bn/out:0', {'inp:0': batch}),
                             normalize(batch, 0.0, np.array([1.0, 4.0, 9.0])), 1e-5)

    @parameterized.expand([(version,) for version in VERSIONS])
    def test_a_frozen_graph_has_no_train_phase(self, version):
        with tf.Graph().as_default(), control_flow(version):
            inp = tf.placeholder(tf.float32, [None, 3], name='inp')
            layers.batch_normalization(inp, _phase('default'), scope='bn')
            with session() as opened:
                frozen = _freeze(opened, 'bn/out')
        with tf.Graph().as_default():
            tf.import_graph_def(frozen, name='')
            with tf.Session() as opened:
                with self.assertRaisesRegex(tf.errors.NotFoundError, 'bn/(moving|local_step)'):
                    opened.run('bn/out:0', {'inp:0': _batch([6, 3]), 'phase:0': True})

    @parameterized.expand([(version, kind) for version in VERSIONS
                           for kind in ('meta_graph', 'graph_def')])
    def test_an_imported_graph_updates_its_statistics(self, version, kind):
        batch = _batch([6, 3])
        with tf.Graph().as_default() as graph, control_flow(version):
            inp = tf.placeholder(tf.float32, [None, 3], name='inp')
            layers.batch_normalization(inp, _phase('placeholder'), scope='bn')
            tf.variables_initializer(tf.global_variables(), name='init')
            exported = (tf.train.export_meta_graph() if kind == 'meta_graph'
                        else graph.as_graph_def())
        with tf.Graph().as_default():
            if kind == 'meta_graph':
                tf.train.import_meta_graph(exported, import_scope='again')
            else:
                tf.import_graph_def(exported, name='again')
            with tf.Session() as opened:
                opened.run('again/init')
                opened.run('again/bn/out:0', {'again/inp:0': batch, 'again/phase:0': True})
                evaluated = opened.run('again/bn/out:0',
                                       {'again/inp:0': batch, 'again/phase:0': False})
        assert_close(evaluated, normalize(batch, *moments(batch)), 1e-5)

    @parameterized.expand([(version, other) for version in VERSIONS
                           for other in ('channels', 'device', 'type', 'none')])
    def test_two_frozen_graphs_are_imported_into_one(self, version, other):
        graphs = []
        for channels, device, dtype in (
                (3, None, 'float32'), (5 if other == 'channels' else 3,
                                       '/cpu:0' if other == 'device' else None,
                                       'float64' if other == 'type' else 'float32')):
            with tf.Graph().as_default(), control_flow(version), tf.device(device):
                inp = tf.placeholder(dtype, [None, channels], name='inp')
                layers.batch_normalization(inp, _phase('placeholder'), scope='bn')
                mean = np.full(channels, len(graphs) + 1.0)
                with session({'bn/moving_mean': mean}) as opened:
                    graphs.append((_freeze(opened, 'bn/out'), _batch([6, channels]), mean))
        with tf.Graph().as_default():
            for name, (frozen, _, _) in zip('ab', graphs):
                tf.import_graph_def(frozen, name=name)
            with tf.Session() as opened:
                for name, (_, batch, mean) in zip('ab', graphs):
                    out = opened.run(f'{name}/bn/out:0',
                                     {f'{name}/inp:0': batch, f'{name}/phase:0': False})
                    assert_close(out, normalize(batch, mean, 0.0), 1e-5)

    def test_images_are_not_reshaped(self):
        for train_phase in (False, True):
            with tf.Graph().as_default() as graph:
                inp = tf.placeholder(tf.float32, [None, None, None, 3])
                layers.batch_normalization(inp, train_phase, scope='bn')
                kernel, = [op for op in graph.get_operations() if op.type == 'FusedBatchNormV3']
                self.assertNotIn('Reshape', {op.type for op in graph.get_operations()})
                self.assertIs(inp.op, _without_identities(kernel.inputs[0].op))

    def test_the_kernel_follows_the_convolution_in_a_frozen_graph(self):
        with tf.Graph().as_default():
            # Of an unknown number of images the shape of the convolution has to be mended.
            inp = tf.placeholder(tf.float32, [2, 8, 8, 3])
            out = layers.conv(inp, 4, [3, 3], biases_initializer=None, scope='conv')
            layers.batch_normalization(out, False, scope='bn')
            with session() as opened:
                frozen = _freeze(opened, 'bn/out')
        with tf.Graph().as_default() as graph:
            tf.import_graph_def(frozen, name='')
            types = [op.type for op in graph.get_operations()
                     if op.type not in ('Const', 'Identity', 'Placeholder')]
        self.assertEqual(['Conv2D', 'FusedBatchNormV3'], types)


def _without_identities(op):
    while op.type in ('Identity', 'Cast'):
        op = op.inputs[0].op
    return op


@unittest.skipUnless(LISTS_OPS, NO_LISTING)
class LiteTest(unittest.TestCase):
    """What TensorFlow Lite makes of a network of two convolutions."""

    @parameterized.expand([(version, size) for version in ('python',) + VERSIONS
                           for size in (2, None)])
    def test_nothing_is_left_of_batch_normalization(self, version, size):
        batch = _batch([2, 8, 8, 3]).astype(np.float32)
        with tf.Graph().as_default(), control_flow('v1' if version == 'python' else version):
            tf.set_random_seed(0)
            inp = out = tf.placeholder(tf.float32, [size, 8, 8, 3])
            phase = False if version == 'python' else _phase('default')
            for k in range(2):
                out = layers.conv(out, 4, [3, 3], scope=f'conv_{k}')
                out = tf.nn.relu(layers.batch_normalization(out, phase, scope=f'bn_{k}'))
            out = layers.linear(tf.reshape(out, [-1, 8 * 8 * 4]), 5)
            with session({'bn_0/moving_variance': [1.0, 2.0, 3.0, 4.0],
                          'bn_1/moving_mean': [1.0, 2.0, 3.0, 4.0],
                          'bn_1/moving_variance': [4.0, 3.0, 2.0, 1.0]}) as opened:
                expected = opened.run(out, {inp: batch})
                with quiet_lite():
                    model = tf.lite.TFLiteConverter.from_session(opened, [inp], [out]).convert()
                    interpreter = tf.lite.Interpreter(model_content=model)
        names = [operation['op_name'] for operation in interpreter._get_ops_details()]
        # Of an unknown number of images the shape of the first convolution is mended.
        mended = ['RESHAPE'] if size is None else []
        self.assertEqual(['CONV_2D'] + mended + ['CONV_2D', 'RESHAPE', 'FULLY_CONNECTED'], names)
        index = interpreter.get_input_details()[0]['index']
        interpreter.resize_tensor_input(index, batch.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(index, batch)
        interpreter.invoke()
        actual = interpreter.get_tensor(interpreter.get_output_details()[0]['index'])
        assert_close(actual, expected, 1e-5)


class CompiledTest(unittest.TestCase):

    @parameterized.expand([(version, kind) for version in VERSIONS
                           for kind in ('tensor', 'python')])
    def test_xla_compiles_the_train_phase(self, version, kind):
        batch = _batch([6, 3])
        with tf.Graph().as_default(), control_flow(version):
            inp, phase = tf.placeholder(tf.float32, [6, 3]), _phase('default')
            with tf.variable_scope('', use_resource=True):
                out, = tf.xla.experimental.compile(
                    lambda inp: layers.batch_normalization(
                        inp, phase if kind == 'tensor' else True, scope='bn'), [inp])
            with session() as opened:
                actual = opened.run(out, {inp: batch, phase: True})
                step, = [variable for variable in tf.global_variables()
                         if variable.op.name == 'bn/local_step']
                self.assertEqual(1, opened.run(step))
        assert_close(actual, normalize(batch, *moments(batch)), 1e-5)


if __name__ == '__main__':
    unittest.main()
