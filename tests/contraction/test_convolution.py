"""Every way to convolve with a TT kernel against the kernel written out.

The gradients are compared with those of the full kernel, which `tests.layers.test_gradients`
checks by central differences.
"""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import methods_for
from tests.contraction.data_flow import transposed_activations
from tests.references.convolution import convolve, tt_kernel
from tests.sessions import assert_close, random_values, session
from tests.useless_ranks import WithUselessRanks

METHODS = methods_for([1, 1])
INP_MODES, OUT_MODES = [2, 3], [4, 2]
IMAGE = [2, 7, 5, 6]
CASES = [
    ('window', [3, 2], [2, 3, 1], [1, 1], 'SAME'),
    ('strided', [3, 3], [2, 3, 1], [2, 2], 'SAME'),
    ('strided_valid', [3, 2], [2, 3, 1], [2, 2], 'VALID'),
    ('one_filter', [3, 3], [1, 3, 1], [1, 1], 'SAME'),
    ('many_filters', [2, 2], [7, 3, 1], [1, 1], 'VALID'),
    ('one_pixel', [1, 1], [2, 3, 1], [1, 1], 'SAME'),
    ('one_pixel_strided', [1, 1], [1, 3, 1], [2, 2], 'VALID'),
    ('whole_image', [7, 5], [2, 3, 1], [1, 1], 'VALID'),
    ('beyond_the_image', [9, 8], [2, 3, 1], [1, 1], 'SAME'),
]
UNEQUAL_STRIDES = [
    ('unequal_strides', [3, 2], [2, 3, 1], [2, 1], 'SAME'),
    ('unequal_strides_valid', [3, 2], [2, 3, 1], [1, 3], 'VALID'),
    ('one_pixel_unequal', [1, 1], [2, 3, 1], [2, 3], 'SAME'),
]
GIVEN = ([(case, method) for case in CASES for method in ('auto',) + METHODS]
         + [(case, method) for case in UNEQUAL_STRIDES for method in ('auto', 'chain', 'full')])
EACH = [(f'{case[0]}_{method}', method) + case[1:] for case, method in GIVEN]


def _layer(inp, method, window, ranks, strides, padding, **arguments):
    with tf.variable_scope('', reuse=tf.AUTO_REUSE):
        return layers.tt_conv(inp, window, INP_MODES, OUT_MODES, ranks, strides, padding,
                              scope='layer', plan=method, **arguments)


def _trainable_values():
    values = random_values()
    return {variable.op.name: values[variable.op.name] for variable in tf.trainable_variables()}


class ConvolutionTest(WithUselessRanks, unittest.TestCase):

    @parameterized.expand(EACH)
    def test_output_and_gradients(self, _, method, *arguments):
        inputs = np.random.RandomState(1).normal(size=IMAGE)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float64, IMAGE)
            out = _layer(inp, method, *arguments)
            at = [inp] + tf.trainable_variables()
            weights = np.random.RandomState(2).normal(size=out.shape.as_list())
            gradients = tf.gradients(out * weights, at)
            expected_gradients = tf.gradients(_layer(inp, 'full', *arguments) * weights, at)
            with session(_trainable_values()) as opened:
                actual, gradients, expected_gradients, values = opened.run(
                    [out, gradients, expected_gradients,
                     {variable.op.name: variable for variable in tf.global_variables()}],
                    {inp: inputs})
        window, ranks, strides, padding = arguments
        kernel = tt_kernel(values['layer/filters'],
                           [values['layer/core_1'], values['layer/core_2']],
                           INP_MODES, OUT_MODES, ranks)
        assert_close(actual, convolve(inputs, kernel, strides, padding) + values['layer/biases'],
                     1e-12)
        self.assertEqual(out.shape.as_list(), list(actual.shape))
        for one, other in zip(gradients, expected_gradients):
            assert_close(one, other, 1e-11)

    @parameterized.expand(('auto',) + METHODS)
    def test_nothing_known_but_the_channels(self, method):
        inputs = np.random.RandomState(1).normal(size=IMAGE)
        for window, strides in (([3, 2], [2, 2]), ([1, 1], [2, 2])):
            arguments = window, [2, 3, 1], strides, 'SAME'
            with tf.Graph().as_default():
                inp = tf.placeholder(tf.float32, [None, None, None, 6])
                out = _layer(inp, method, *arguments, batch_size=3)
                self.assertEqual([None, None, None, 8], out.shape.as_list())
                known = tf.placeholder(tf.float32, IMAGE)
                expected = _layer(known, 'full', *arguments)
                self.assertEqual([2, 4, 3, 8], expected.shape.as_list())
                with session(_trainable_values()) as opened:
                    actual, expected = opened.run([out, expected], {inp: inputs, known: inputs})
            assert_close(actual, expected, 1e-5)

    @parameterized.expand(('auto',) + METHODS)
    def test_windows_beyond_the_image_size_planned_for(self, method):
        inputs = np.random.RandomState(1).normal(size=[2, 41, 3, 6])
        for padding, size in (('VALID', [2, 2, 3, 8]), ('SAME', [2, 41, 3, 8])):
            with tf.Graph().as_default():
                inp = tf.placeholder(tf.float32, [None, None, None, 6])
                out = _layer(inp, method, [40, 1], [2, 3, 1], [1, 1], padding, batch_size=3)
                with session(_trainable_values()) as opened:
                    self.assertEqual(size, list(opened.run(out, {inp: inputs}).shape))

    @parameterized.expand([(method, window) for method in ('auto', 'chain')
                           for window in ([3, 2], [1, 1])])
    def test_empty_images(self, method, window):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [2, 0, 4, 6])
            out = _layer(inp, method, window, [2, 3, 1], [1, 1], 'SAME')
            self.assertEqual([2, 0, 4, 8], out.shape.as_list())

    @parameterized.expand([(method, dtype) for method in METHODS
                           for dtype in (tf.float16, tf.float32, tf.float64)])
    def test_gradients_of_no_images(self, method, dtype):
        with tf.Graph().as_default(), tf.Session() as opened:
            inp = tf.placeholder(dtype, [None] + IMAGE[1:])
            out = _layer(inp, method, [3, 3], [2, 3, 1], [2, 2], 'SAME')
            gradients = tf.gradients(out ** 2, [inp] + tf.trainable_variables())
            opened.run(tf.global_variables_initializer())
            for _ in range(5):
                # What this leaves behind is what memory without values would hold.
                opened.run(gradients, {inp: np.random.RandomState(1).normal(size=IMAGE)})
                empty, zeros = opened.run([out, gradients], {inp: np.zeros([0] + IMAGE[1:])})
                self.assertEqual((0, 4, 3, 8), empty.shape)
                for gradient in zeros:
                    np.testing.assert_array_equal(np.zeros_like(gradient), gradient)

    @parameterized.expand([(method, window) for method in ('auto',) + METHODS
                           for window in ([3, 2], [1, 1])])
    def test_static_shapes_are_kept(self, method, window):
        for batch_size in (None, 0, 4):
            for padding, size in (('SAME', [7, 5]), ('VALID', [8 - window[0], 6 - window[1]])):
                with tf.Graph().as_default():
                    inp = tf.placeholder(tf.float32, [batch_size, 7, 5, 6])
                    out = _layer(inp, method, window, [2, 3, 1], [1, 1], padding)
                    self.assertEqual([batch_size] + size + [8], out.shape.as_list())
                    self.assertEqual('layer/out:0', out.name)

    @parameterized.expand(('auto',) + METHODS)
    def test_all_methods_have_the_same_variables(self, method):
        with tf.Graph().as_default():
            _layer(tf.placeholder(tf.float32, IMAGE), method, [3, 2], [2, 3, 1], [1, 1], 'SAME')
            self.assertEqual(
                [('layer/filters', [3, 2, 1, 2]), ('layer/core_1', [12, 4]),
                 ('layer/core_2', [2, 9]), ('layer/biases', [8])],
                [(variable.op.name, variable.shape.as_list())
                 for variable in tf.global_variables()])


class TransposeTest(unittest.TestCase):

    @parameterized.expand([
        ('full', 0), ('matrix_first', 0), ('filters_first', 0),
        # The chain transposes the input, what the filters made of it, and each of two states.
        ('chain', 4)])
    def test_transposed_activations(self, method, transposes):
        for known in (True, False):
            with tf.Graph().as_default() as graph:
                inp = tf.placeholder(tf.float32, IMAGE if known else [None, None, None, 6])
                _layer(inp, method, [3, 2], [2, 3, 1], [1, 1], 'SAME')
                self.assertEqual(transposes, len(transposed_activations(graph, inp)))


class SecondDerivativesTest(unittest.TestCase):

    @parameterized.expand(('chain', 'matrix_first', 'filters_first'))
    def test_as_those_of_the_full_kernel(self, method):
        inputs = np.random.RandomState(1).normal(size=IMAGE)
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float64, IMAGE)
            results = []
            for one in (method, 'full'):
                out = _layer(inp, one, [3, 2], [2, 3, 1], [1, 1], 'SAME')
                at = [inp] + tf.trainable_variables()
                first = tf.gradients(out ** 2, at)
                results.append(tf.gradients([gradient ** 2 for gradient in first], at))
            with session(_trainable_values()) as opened:
                actual, expected = opened.run(results, {inp: inputs})
        for one, other in zip(actual, expected):
            assert_close(one, other, 1e-11)


if __name__ == '__main__':
    unittest.main()
