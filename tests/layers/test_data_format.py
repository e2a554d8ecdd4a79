"""Layers over images and sequences with the channels first: those with them last, transposed."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import ConvShape, Setting, TTMatrixShape, conv_plan, cpu
from tests.references.convolution import convolve, tt_kernel
from tests.sessions import assert_close, random_values, session

TT_CONV = dict(window=[3, 2], inp_ch_modes=[2, 3], out_ch_modes=[2, 2], ranks=[2, 3, 1],
               strides=[2, 2], dilations=[1, 2])
LAYERS = {
    'conv': dict(out_ch=4, window_size=[3, 2], strides=[2, 1], dilations=[1, 2]),
    'tt_conv': TT_CONV,
    'tt_conv_full': dict(TT_CONV, padding='VALID'),
    'tt_conv_direct': dict(window=[3, 2], out_ch=4, ranks=3, strides=[2, 2], dilations=[2, 1]),
    'tt_conv1d_full': dict(TT_CONV, window=[1, 2], strides=[1, 2], dilations=[1, 3]),
    'batch_normalization': dict(train_phase=True),
}
METHODS = ('full', 'chain', 'matrix_first', 'filters_first')
EACH = [(layer, None) for layer in sorted(LAYERS)] + [('tt_conv', method) for method in METHODS]


def _first(images):
    return np.moveaxis(images, -1, 1)


def _formats(layer):
    return ('NWC', 'NCW') if layer == 'tt_conv1d_full' else ('NHWC', 'NCHW')


def _images(layer):
    shape = [3, 7, 6] if layer == 'tt_conv1d_full' else [3, 7, 5, 6]
    return np.random.RandomState(1).normal(size=shape)


def _trainable_values():
    values = random_values()
    return {variable.op.name: values[variable.op.name] for variable in tf.trainable_variables()}


class DataFormatTest(unittest.TestCase):

    @parameterized.expand([each + (known,) for each in EACH for known in (True, False)])
    def test_output_and_gradients(self, layer, method, known):
        last, first = _formats(layer)
        arguments = dict(LAYERS[layer], scope='layer')
        if method is not None:
            arguments['plan'] = method
        images = _images(layer)
        with tf.Graph().as_default():
            results, shapes, feeds, names = [], [], {}, []
            for data_format, batch in ((last, images), (first, _first(images))):
                shape = [None] * batch.ndim
                shape[1 if data_format == first else -1] = 6
                inp = tf.placeholder(tf.float64, batch.shape if known else shape)
                with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                    out = getattr(layers, layer)(inp, data_format=data_format, **arguments)
                names.append(out.op.name)
                gradients = tf.gradients(tf.sin(out), [inp] + tf.trainable_variables())
                results.append([out] + gradients)
                shapes.append(out.shape.as_list())
                feeds[inp] = batch
            with session(_trainable_values()) as opened:
                expected, actual = opened.run(results, feeds)
        self.assertEqual('layer/out', names[0])
        self.assertTrue(names[1].endswith('/out'))
        self.assertEqual(list(_first(np.empty([size or 0 for size in shapes[0]])).shape),
                         [size or 0 for size in shapes[1]])
        for one, other in zip(actual[:2], expected[:2]):
            self.assertEqual(_first(other).shape, one.shape)
            assert_close(one, _first(other), 1e-12)
        for one, other in zip(actual[2:], expected[2:]):
            assert_close(one, other, 1e-11)

    @parameterized.expand([(layer,) for layer in sorted(LAYERS)])
    def test_variables_do_not_depend_on_it(self, layer):
        found = []
        for data_format in _formats(layer):
            with tf.Graph().as_default():
                images = _images(layer)
                if data_format[1] == 'C':
                    images = _first(images)
                getattr(layers, layer)(tf.constant(images), data_format=data_format,
                                       **LAYERS[layer])
                found.append({variable.op.name: variable.shape.as_list()
                              for variable in tf.global_variables()})
        self.assertEqual(*found)

    def test_against_numpy(self):
        images = _images('tt_conv')
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, _first(images).shape)
            out = layers.tt_conv(inp, scope='layer', data_format='NCHW', **TT_CONV)
            values = _trainable_values()
            with session(values) as opened:
                actual = opened.run(out, {inp: _first(images)})
        cores = [values['layer/core_1'], values['layer/core_2']]
        kernel = tt_kernel(values['layer/filters'], cores, [2, 3], [2, 2], [2, 3, 1])
        expected = convolve(images, kernel, [2, 2], 'SAME', [1, 2]) + values['layer/biases']
        assert_close(actual, _first(expected), 1e-5)

    def test_rows_have_but_one_order(self):
        with tf.Graph().as_default() as graph:
            layers.batch_normalization(tf.zeros([5, 3]), True, data_format='NCHW')
            self.assertNotIn('Transpose', [op.type for op in graph.get_operations()])

    def test_a_plan_serves_both(self):
        shape = ConvShape(TTMatrixShape((2, 3), (2, 2), (2, 3, 1)), (3, 2), (2, 2), 'SAME', (7, 5),
                          dilations=(1, 2))
        plan = conv_plan(shape, Setting(3, True, 'float32', cpu('float32')), 'chain')
        with tf.Graph().as_default():
            layers.tt_conv(tf.zeros([3, 6, 7, 5]), plan=plan, data_format='NCHW', **TT_CONV)
            with self.assertRaisesRegex(ValueError, r'with the dilations \(2, 1\), but it is one '
                                        r'for \(1, 2\)'):
                layers.tt_conv(tf.zeros([3, 7, 5, 6]), plan=plan, **dict(TT_CONV, dilations=[2, 1]))


class ChainTest(unittest.TestCase):

    @parameterized.expand([
        ('two_convolutions', lambda out: out, 2),
        ('normalized', lambda out: layers.batch_normalization(out, False, data_format='NCHW'), 2),
        # What stands between layers keeps them.
        ('rectified', tf.nn.relu, 4),
    ])
    def test_transposes_that_are_left(self, _, between, expected):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [4, 3, 9, 8])
            out = layers.conv(inp, 5, [3, 3], data_format='NCHW')
            out = layers.conv(between(out), 4, [3, 3], data_format='NCHW')
            fetched = tf.identity(out)
            metadata = tf.RunMetadata()
            with session() as opened:
                opened.run(fetched, {inp: np.zeros([4, 3, 9, 8])}, run_metadata=metadata,
                           options=tf.RunOptions(output_partition_graphs=True))
        # oneDNN's have names of their own.
        found = [node.op for graph in metadata.partition_graphs for node in graph.node
                 if node.op.endswith('Transpose')]
        self.assertEqual(expected, len(found), found)


class MessagesTest(unittest.TestCase):

    @parameterized.expand([
        ('format', 'conv', dict(data_format='CHWN'), ValueError,
         "`data_format` must be 'NHWC' or 'NCHW', but it is 'CHWN'; pass one of the two"),
        ('no_format', 'tt_conv', dict(data_format=None), TypeError,
         "`data_format` must be 'NHWC' or 'NCHW', but it is None of type NoneType; pass one"),
        ('of_sequences', 'tt_conv1d_full', dict(data_format='NHWC'), ValueError,
         "`data_format` must be 'NWC' or 'NCW', but it is 'NHWC'; pass one of the two"),
        ('of_batch_normalization', 'batch_normalization', dict(data_format='NCW'), ValueError,
         "`data_format` must be 'NHWC' or 'NCHW', but it is 'NCW'; pass one of the two"),
        ('channels', 'conv', dict(data_format='NCHW', inp=[2, None, 5, 4]), ValueError,
         'the second dimension of `inp` must be known while the graph is built, but its shape is '
         r'\[2, \?, 5, 4\]'),
        ('no_channels', 'conv', dict(data_format='NCHW', inp=[2, 0, 5, 4]), ValueError,
         r'`inp` must have 1 or more channels, but its shape is \[2, 0, 5, 4\]'),
        ('other_channels', 'tt_conv', dict(data_format='NCHW', inp=[2, 5, 4, 6]), ValueError,
         r'the product of `inp_ch_modes` \[2, 3\] is 6, but `inp` has 5 channels'),
        ('window', 'conv', dict(data_format='NCHW', inp=[2, 3, 2, 4], padding='VALID',
                                dilations=[1, 1]), ValueError,
         r"`window_size` must be at most the input's height and width \[2, 4\] with 'VALID' "
         r"padding, but it is \[3, 2\]; use a smaller window or padding='SAME'"),
        ('dilations', 'tt_conv_direct', dict(dilations=[1, 6], padding='VALID'), ValueError,
         r"`dilations` must be such that `window` \[3, 2\] spans at most the input's height and "
         r"width \[7, 5\] with 'VALID' padding, but it is \[1, 6\]; use smaller ones, a smaller "
         "window or padding='SAME'"),
        ('too_large', 'tt_conv', dict(dilations=[2 ** 30 + 1, 1]), ValueError,
         r'`dilations` must be such that `window` \[3, 2\] spans at most 2147483647 pixels, but '
         r'it is \[1073741825, 1\]; choose smaller ones'),
        ('one_dilation', 'conv', dict(dilations=2), ValueError,
         '`dilations` must be a flat list of positive integers, but it is 2; pass a list'),
        ('four_dilations', 'conv', dict(dilations=[1, 2, 2, 1]), ValueError,
         r'`dilations` must be a list of 2 integers, but it is \[1, 2, 2, 1\]; pass exactly 2'),
        ('of_a_sequence', 'tt_conv1d_full', dict(dilations=[2, 1]), ValueError,
         r'`dilations` must be of the form \[1, n\], since the input has no height, but it is '
         r'\[2, 1\]; set dilations\[0\] to 1'),
    ])
    def test_message(self, _, layer, changes, exception, message):
        changes = dict(changes)
        shape = changes.pop('inp', _images(layer).shape)
        with tf.Graph().as_default() as graph:
            inp = tf.placeholder(tf.float32, shape)
            with self.assertRaisesRegex(exception, '^net/layer: ' + message), \
                    tf.variable_scope('net'):
                getattr(layers, layer)(inp, scope='layer', **dict(LAYERS[layer], **changes))
            self.assertEqual(1, len(graph.get_operations()))
            self.assertEqual([], tf.global_variables())


if __name__ == '__main__':
    unittest.main()
