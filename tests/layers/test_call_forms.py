"""Calls that do not fit a layer's signature: of 2016, of other libraries, and mistaken ones."""

import re
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers, rnn

MODES, RANKS = np.array([4, 4]), np.array([1, 2, 1])
BATCH, IMAGES = [3, 16], [3, 8, 8, 16]
TT = ('if this is a call of 2016, `tt(inp, inp_modes, out_modes, mat_ranks, init, scope, '
      'use_biases)`, write `scope=...`, `biases_initializer=None` for `use_biases=False`, and for '
      'a number `init` `cores_initializer=[tf.truncated_normal_initializer(stddev=init / (r * i)) '
      'for r, i in zip(mat_ranks, inp_modes)]`')
LINEAR = ('if this is a call of 2016, `linear(inp, inp_size, out_size, init, scope, '
          'use_biases)`, write `linear(inp, out_size, weights_initializer=..., scope=...)`, with '
          '`biases_initializer=None` for `use_biases=False`')
CONV = ('`window_size` must be a list of 2 integers, but it is 4 of type int; if this is a call of '
        '2016, `conv(inp, in_ch, out_ch, window_size, strides)`, write `conv(inp, out_ch, '
        'window_size, strides, ...)`')
NONE = 'write `biases_initializer=None` for a layer without biases'
def _left_out(keyword, layer, shown):
    return (f'`{keyword}` must be left out, since `tensornet.layers.{layer}` has no such argument, '
            f'but it is {shown}')


class CallFormsTest(unittest.TestCase):

    def assert_refused(self, message, layer, shape, *arguments, **keywords):
        with tf.Graph().as_default() as graph:
            with tf.variable_scope('net'):
                inp = tf.zeros(shape)
                before = len(graph.get_operations())
                pattern = f'^net/{re.escape(message)}$'
                with self.assertRaisesRegex(TypeError, pattern):
                    getattr(layers, layer)(inp, *arguments, **keywords)
            self.assertEqual(before, len(graph.get_operations()))
            self.assertEqual([], tf.global_variables())

    @parameterized.expand([
        ('tt', BATCH, (MODES, MODES, RANKS, 3.0, 'tt_1'), dict(use_biases=False),
         'tt_1: `cores_initializer` must be a function or None, but it is 3.0 of type float; '
         + TT),
        ('tt', BATCH, (MODES, MODES, RANKS, tf.zeros_initializer(), 'tt_1'), {},
         "tt_1: `cores_regularizer` must be a function or None, but it is 'tt_1' of type str; "
         + TT),
        ('linear', BATCH, (16, 10, tf.zeros_initializer(), 'l'), {},
         'l: `weights_initializer` must be a function or None, but it is 10 of type int; '
         + LINEAR),
        ('linear', BATCH, (16, np.int64(10)), dict(init=None, scope='l'),
         'l: `weights_initializer` must be a function or None, but it is 10 of type int64; '
         + LINEAR),
        ('conv', IMAGES, (16, 4, [3, 3], [1, 1]), dict(scope='c'), 'c: ' + CONV),
        ('conv', IMAGES, (16, 4, [3, 3], [1, 1], 'SAME'), dict(scope='c'), 'c: ' + CONV),
        ('conv', IMAGES, (16, 4, [3, 3], [1, 1], 'VALID', 'c'), {}, 'c: ' + CONV),
        ('conv', IMAGES, (16, 4, [3, 3], [1, 1], 'SAME'), {}, 'conv: ' + CONV),
        ('tt', BATCH, (MODES, MODES, RANKS, 3.0, 'tt_1'), dict(scope='tt_2'),
         'tt_2: `cores_initializer` must be a function or None, but it is 3.0 of type float; '
         + TT),
        ('batch_normalization', BATCH, ([16], True, 'bn'), {},
         'bn: `train_phase` must be a bool or a scalar bool tensor, but it is [16] of type list; '
         'if this is a call of 2016, `batch_normalization(inp, shape, train_phase, scope, '
         'ema_decay, eps)`, write `batch_normalization(inp, train_phase, ema_decay, eps, '
         'scope=...)`'),
    ])
    def test_positions_of_2016(self, layer, shape, arguments, keywords, message):
        self.assert_refused(message, layer, shape, *arguments, **keywords)

    @parameterized.expand([
        ('tt', BATCH, (MODES, MODES, RANKS), 'use_biases', False, NONE),
        ('tt', BATCH, (MODES, MODES, RANKS), 'init', 2.0, 'write `cores_initializer`'),
        ('linear', BATCH, (10,), 'init', None, 'write `weights_initializer`'),
        ('linear', BATCH, (), 'inp_size', 16, 'leave it out: `inp` says it'),
        ('conv', IMAGES, (4, [3, 3]), 'in_ch', 16, 'leave it out: `inp` says it'),
        ('conv', IMAGES, (4, [3, 3]), 'stride', 2, 'write `strides` with a list of two'),
        ('conv', IMAGES, (4, [3, 3]), 'activation', None, 'apply the activation to the result'),
        ('conv', IMAGES, (4,), 'kernel_size', [3, 3], 'write `window_size`'),
        ('conv', IMAGES, (4, [3, 3]), 'kernel_initializer', None, 'write `filters_initializer`'),
        ('linear', BATCH, (10,), 'kernel_initializer', None, 'write `weights_initializer`'),
        ('linear', BATCH, (10,), 'kernel_regularizer', None, 'write `weights_regularizer`'),
        ('linear', BATCH, (10,), 'bias_initializer', None, 'write `biases_initializer`'),
        ('linear', BATCH, (10,), 'cpu_variable', True, 'write `cpu_variables`'),
        ('linear', BATCH, (), 'units', 10, 'write `out_size`'),
        ('linear', BATCH, (10,), 'reuse', True,
         'set it at a `tf.variable_scope` around the call'),
        ('tt_conv', IMAGES, (MODES, MODES, 2), 'kernel_size', [3, 3], 'write `window`'),
        ('tt', BATCH, (MODES, MODES, 2), 'kernel_regularizer', None,
         'write `cores_regularizer`'),
        ('batch_normalization', BATCH, (), 'is_training', True, 'write `train_phase`'),
        ('batch_normalization', BATCH, (True,), 'decay', 0.9, 'write `ema_decay`'),
        ('tt_conv', IMAGES, ([3, 3], MODES, MODES, 2), 'use_bias', False, NONE),
        ('tt_conv_full', IMAGES, ([3, 3], MODES, MODES, 2), 'name', 'x', 'write `scope`'),
        ('tt_conv_direct', IMAGES, ([3, 3], 4, 2), 'pad', 'SAME', 'maybe `padding` is meant'),
        ('tt_conv1d_full', [3, 8, 16], ([1, 3], MODES, MODES, 2), 'core_initializer', None,
         'maybe `cores_initializer` is meant'),
    ])
    def test_keywords(self, layer, shape, arguments, keyword, value, remedy):
        shown = f'{value!r} of type {type(value).__name__}'
        self.assert_refused(
            f'{layer}: {_left_out(keyword, layer, shown)}; {remedy}',
            layer, shape, *arguments, **{keyword: value})

    @parameterized.expand([
        # Those that others have are not taken for what they resemble, such as `trainable`.
        ('qqq',), ('training',), ('decay',), ('epsilon',), ('kernel_size',), ('stride',)])
    def test_keywords_that_stand_for_none(self, keyword):
        self.assert_refused(
            'l: ' + _left_out(keyword, 'linear', '1 of type int') + '; its arguments are `inp`, '
            '`out_size`, `weights_initializer`, `weights_regularizer`, `biases_initializer`, '
            '`biases_regularizer`, `trainable`, `cpu_variables`, `scope`',
            'linear', BATCH, 10, scope='l', **{keyword: 1})

    @parameterized.expand([
        (layers.tt_embedding, 'use_bias', 'its arguments are `ids`, .*'),
        (layers.tt_embedding, 'inp_size', 'its arguments are `ids`, .*'),
        (layers.get_var_wrap, 'init', 'write `initializer`'),
        (layers.get_var_wrap, 'decay', 'its arguments are `name`, .*'),
        (rnn.unroll, 'shape', 'its arguments are `cell`, .*'),
        (rnn.unroll, 'name', 'write `scope`'),
        (rnn.TTLSTMCell, 'use_bias', NONE),
        (rnn.TTLSTMCell, 'is_training', 'its arguments are `hidden_modes`, .*'),
    ])
    def test_only_arguments_that_are_there_are_told_of(self, function, keyword, remedy):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                TypeError, f'has no such argument, but it is 1 of type int; {remedy}$'):
            function(**{keyword: 1})

    def test_twice(self):
        self.assert_refused('linear: `out_size` must be passed once, and it is 10 by its position, '
                            'but it is 11 of type int; leave one of them out',
                            'linear', BATCH, 10, out_size=11)

    def test_missing(self):
        self.assert_refused('tt: `out_modes` must be passed to `tensornet.layers.tt`, but it is '
                            'missing; the arguments begin with `inp`, `inp_modes`, `out_modes`, '
                            '`mat_ranks`', 'tt', BATCH, MODES)

    def test_too_many(self):
        self.assert_refused(
            's: `argument 10` must be passed by keyword, but it is 5 of type int; by position come '
            '`inp`, `train_phase`, `ema_decay`, `eps`, `use_scale`, `use_shift`, `trainable`, '
            '`cpu_variables`, `scope`',
            'batch_normalization', BATCH, True, 0.9, 1e-3, True, True, True, False, 's', 5)

    def test_what_the_messages_say_builds(self):
        ranks, modes = RANKS, MODES
        with tf.Graph().as_default(), tf.Session() as session:
            out = layers.tt(
                tf.zeros(BATCH), modes, modes, ranks, scope='tt_1', biases_initializer=None,
                cores_initializer=[tf.truncated_normal_initializer(stddev=3.0 / (r * i))
                                   for r, i in zip(ranks, modes)])
            out = layers.batch_normalization(out, tf.constant(True), ema_decay=0.9, scope='bn')
            layers.linear(out, 10, weights_initializer=tf.zeros_initializer(), scope='fc')
            layers.conv(tf.zeros(IMAGES), 4, [3, 3], [1, 1], scope='c')
            session.run(tf.global_variables_initializer())
            cores = session.run(tf.trainable_variables('tt_1'))
        self.assertEqual([(8, 4), (4, 8)], [core.shape for core in cores])
        # 3 / 4 and 3 / 8, of which the cut at two deviations leaves 0.88.
        self.assertLess(max(np.abs(cores[0]).max() / 0.75, np.abs(cores[1]).max() / 0.375), 2)

    def test_get_var_wrap(self):
        with self.assertRaisesRegex(
                TypeError, '`cpu_variables` must be left out, .*; maybe `cpu_variable` is meant'):
            with tf.Graph().as_default():
                layers.get_var_wrap('w', [3], None, None, True, cpu_variables=False)

    def test_a_window_of_one_number_is_no_call_of_2016(self):
        with self.assertRaisesRegex(ValueError, '`window_size` must be a flat list'):
            with tf.Graph().as_default():
                layers.conv(tf.zeros(IMAGES), 4, 3)

    def test_wrong_types_inside_of_a_layer_are_not_taken_for_wrong_calls(self):
        def initializer(shape, **keywords):
            raise TypeError('mine')

        with self.assertRaisesRegex(TypeError, '^mine$'), tf.Graph().as_default():
            layers.linear(tf.zeros(BATCH), 10, weights_initializer=initializer)


if __name__ == '__main__':
    unittest.main()
