"""Static shapes, unknown sizes, and the forms in which sizes may be written."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.examples import EACH, EXAMPLES, build, channels_axis, images, placeholder
from tests.sessions import assert_close, session


def _with_unknown(name):
    """All ways to leave sizes but the channels unknown: the batch, then also the others."""
    shape, axis = EXAMPLES[name].inp_shape, channels_axis(name)
    ways = [[None] + shape[1:],
            [size if k == axis else None for k, size in enumerate(shape)]]
    return ways[:1] if ways[0] == ways[1] else ways


def _lists(arguments):
    return {key: value for key, value in arguments.items() if isinstance(value, list)}


class UnknownSizesTest(unittest.TestCase):

    @parameterized.expand([(name, shape) for name in EXAMPLES for shape in _with_unknown(name)])
    def test_same_result_for_unknown_sizes(self, name, shape):
        with tf.Graph().as_default():
            tf.set_random_seed(3)
            known, unknown = placeholder(name), placeholder(name, shape=shape)
            outs = [build(name, known, scope='layer')]
            with tf.variable_scope('', reuse=True):
                outs.append(build(name, unknown, scope='layer'))
            variables = tf.trainable_variables()
            gradients = [tf.gradients(out, [inp] + variables)
                         for out, inp in zip(outs, (known, unknown))]
            with session() as opened:
                (first, second), gradients = opened.run(
                    [outs, gradients], {known: images(name), unknown: images(name)})
        self.assertEqual(outs[0].shape.as_list(), list(first.shape))
        assert_close(second, first, 1e-5)
        for actual, expected in zip(*gradients):
            np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5)

    @parameterized.expand(EACH)
    def test_static_shape_when_only_the_batch_is_unknown(self, name):
        with tf.Graph().as_default():
            known = build(name, placeholder(name))
            unknown = build(name, placeholder(name, shape=_with_unknown(name)[0]))
            self.assertTrue(known.shape.is_fully_defined())
            self.assertEqual([None] + known.shape.as_list()[1:], unknown.shape.as_list())

    @parameterized.expand(EACH)
    def test_static_channels_when_all_else_is_unknown(self, name):
        with tf.Graph().as_default():
            known = build(name, placeholder(name))
            unknown = build(name, placeholder(name, shape=_with_unknown(name)[-1]))
            axis = channels_axis(name)
            self.assertEqual(known.shape.as_list()[axis], unknown.shape.as_list()[axis])
            self.assertEqual(known.shape.ndims, unknown.shape.ndims)

    @parameterized.expand(EACH)
    def test_batch_of_one(self, name):
        with tf.Graph().as_default():
            batch, one = placeholder(name), placeholder(name, shape=_with_unknown(name)[0])
            arguments = dict(train_phase=False) if 'batch' in name else {}
            outs = [build(name, batch, scope='layer', **arguments)]
            with tf.variable_scope('', reuse=True):
                outs.append(build(name, one, scope='layer', **arguments))
            with session() as opened:
                whole, first = opened.run(outs, {batch: images(name), one: images(name)[:1]})
        self.assertEqual((1,) + whole.shape[1:], first.shape)
        np.testing.assert_allclose(first, whole[:1], rtol=1e-4, atol=1e-5)

    @parameterized.expand(['tt', 'linear', 'batch_normalization_2d'])
    def test_empty_batch(self, name):
        with tf.Graph().as_default():
            inp = placeholder(name, shape=_with_unknown(name)[0])
            arguments = dict(train_phase=False) if 'batch' in name else {}
            out = build(name, inp, **arguments)
            with session() as opened:
                value = opened.run(out, {inp: images(name)[:0]})
        self.assertEqual((0, out.shape.as_list()[-1]), value.shape)


class InputDimensionsTest(unittest.TestCase):
    """`tt` takes any input whose trailing dimensions hold the features."""

    @parameterized.expand([
        ([12], [1, 10]),
        ([3, 4], [1, 10]),
        ([2, 12], [2, 10]),
        ([5, 2, 12], [10, 10]),
        ([5, 3, 4], [5, 10]),
        ([2, 3, 2, 2], [2, 10]),
        ([2, 3, 2, 6], [6, 10]),
        ([2, 1, 12, 1], [2, 10]),
        ([None, 3, 2, 2], [None, 10]),
        ([None, None, 12], [None, 10]),
        ([7, None, 6, 2], [None, 10]),
    ])
    def test_several_dimensions(self, shape, expected):
        sizes = [3 if size is None else size for size in shape]
        values = np.random.RandomState(0).normal(size=sizes)
        with tf.Graph().as_default():
            inp, flat = tf.placeholder(tf.float32, shape), tf.placeholder(tf.float32, [None, 12])
            outs = [build('tt', inp, scope='layer')]
            self.assertEqual(expected, outs[0].shape.as_list())
            with tf.variable_scope('', reuse=True):
                outs.append(build('tt', flat, scope='layer'))
            with session() as opened:
                actual, wanted = opened.run(outs, {inp: values, flat: values.reshape([-1, 12])})
        self.assertEqual((int(np.prod(sizes)) // 12, 10), actual.shape)
        assert_close(actual, wanted, 1e-5)


class FormsOfSizesTest(unittest.TestCase):

    @parameterized.expand([(name, form) for name in EXAMPLES if _lists(EXAMPLES[name].arguments)
                           for form in ('tuple', 'int32', 'int64', 'uint8', 'float64', 'floats',
                                        'numpy_scalars')])
    def test_lists_tuples_and_arrays(self, name, form):
        convert = {'tuple': tuple,
                   'floats': lambda values: [float(value) for value in values],
                   'numpy_scalars': lambda values: [np.int64(value) for value in values]}
        convert = convert.get(form, lambda values: np.array(values, form))
        lists = _lists(EXAMPLES[name].arguments)
        before = {key: list(value) for key, value in lists.items()}
        with tf.Graph().as_default():
            out = build(name, placeholder(name), scope='layer',
                        **{key: convert(value) for key, value in lists.items()})
            shapes = [(variable.op.name, variable.shape.as_list())
                      for variable in tf.trainable_variables()]
            with tf.variable_scope('', reuse=True):
                expected = build(name, placeholder(name), scope='layer')
        self.assertEqual([('layer/' + variable, shape)
                          for variable, shape in EXAMPLES[name].variables], shapes)
        self.assertEqual(expected.shape.as_list(), out.shape.as_list())
        self.assertEqual(before, lists, 'the arguments were changed')

    @parameterized.expand([('linear', 'out_size'), ('conv', 'out_ch'),
                           ('tt_conv_direct', 'out_ch')])
    def test_forms_of_one_size(self, name, argument):
        with tf.Graph().as_default():
            for value in (4, 4.0, np.int32(4), np.uint8(4), np.float32(4)):
                out = build(name, placeholder(name), **{argument: value})
                self.assertEqual(4, out.shape.as_list()[-1])


if __name__ == '__main__':
    unittest.main()
