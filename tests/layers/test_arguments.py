"""Every mistake in a call of a layer raises before anything is created, and says what to do.

Each row of a table is a mistake: a name, the layer, what replaces the arguments of its example in
`tests.layers.examples`, the exception and the message. In a message `<any>` stands for any text.
"""

import re
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import initializers, rnn
from tests.layers.convolution_mistakes import CONVOLUTIONS
from tests.layers.examples import EXAMPLES, build, channels_axis, placeholder
from tests.layers.made import Made, constant, tensor
from tests.layers.size_mistakes import SIZES


def _rank(expected, got):
    return (f'`inp` must have {expected} dimensions, but its shape is {got}; reshape it with '
            '`tf.reshape`')


def _with_channels(name, size):
    """Returns the shape of an example's input with another number of channels."""
    shape = list(EXAMPLES[name].inp_shape)
    shape[channels_axis(name)] = size
    return shape


def _unknown_channels(name):
    which = 'second' if 'channels_first' in name else 'last'
    shape = str(_with_channels(name, '?')).replace("'", '')
    return (f'the {which} dimension of `inp` must be known while the graph is built, but its shape '
            f'is {shape}; give it a shape with `set_shape` or `tf.reshape`')


def _look_up(name, dtype):
    """What the message says besides where ids are given to `tt`."""
    if EXAMPLES[name].layer != 'tt' or dtype not in ('int32', 'int64'):
        return ''
    return ', or look rows up with `tensornet.layers.tt_embedding` if they are ids'


INPUTS = [
    ('scalar', 'tt', dict(inp=tensor([])), ValueError, _rank('1 or more', '[]')),
    ('images', 'linear', dict(inp=tensor([None, 5, 5, 3])), ValueError,
     _rank('2', '[?, 5, 5, 3]')),
    ('vector', 'linear', dict(inp=tensor([5])), ValueError, _rank('2', '[5]')),
    ('three_dimensions', 'batch_normalization_2d', dict(inp=tensor([2, 5, 3])), ValueError,
     _rank('2 or 4', '[2, 5, 3]')),
    ('sequences', 'tt_conv', dict(inp=tensor([2, 5, 6])), ValueError, _rank('4', '[2, 5, 6]')),
    ('sequences', 'tt_conv_full', dict(inp=tensor([2, 6])), ValueError, _rank('4', '[2, 6]')),
    ('images', 'tt_conv1d_full', dict(inp=tensor([2, 1, 5, 6])), ValueError,
     _rank('3', '[2, 1, 5, 6]')),
    ('sequences', 'tt_conv_direct', dict(inp=tensor([2, 5, 3])), ValueError,
     _rank('4', '[2, 5, 3]')),
    ('videos', 'conv', dict(inp=tensor([2, 5, 5, 5, 3])), ValueError,
     _rank('4', '[2, 5, 5, 5, 3]')),
    ('trailing_dimensions', 'tt', dict(inp=tensor([None, None, 5])), ValueError,
     'the trailing dimensions of `inp` must multiply to 12, the product of `inp_modes`, but its '
     'shape is [?, ?, 5]; use `tf.reshape(inp, [-1, 12])`'),
] + [
    (f'modes_beyond_64_bits_{kind}', 'tt',
     dict(inp=tensor(shape), inp_modes=[2 ** 62, 4]), ValueError,
     '`inp_modes` must be a list with a product of at most 9223372036854775807, but it is '
     '[4611686018427387904, 4]; choose smaller numbers')
    for kind, shape in (('unknown_features', [None, None]), ('unknown_dimensions', None))
] + [
    ('unknown_channels', name, dict(inp=tensor(_with_channels(name, None))), ValueError,
     _unknown_channels(name))
    for name in EXAMPLES if EXAMPLES[name].layer != 'tt'
] + [
    ('unknown_dimensions', name, dict(inp=tensor(None)), ValueError,
     '`inp` must have <any> dimensions, but their number is not known while the graph is built; '
     'give it a shape with `set_shape` or `tf.reshape`')
    for name in EXAMPLES if EXAMPLES[name].layer != 'tt'
] + [
    (f'type_{dtype}', name, dict(inp=tensor(EXAMPLES[name].inp_shape, tf.as_dtype(dtype))),
     TypeError,
     f'`inp` must be of type float16, bfloat16, float32 or float64, but it is {dtype}; convert it '
     f'with `tf.cast`{_look_up(name, dtype)}')
    for name in EXAMPLES for dtype in ('int32', 'uint8', 'bool', 'string', 'complex64')
] + [
    (f'array_of_{dtype}', name, dict(inp=np.ones(EXAMPLES[name].inp_shape, dtype)), TypeError,
     f'`inp` must be of type float16, bfloat16, float32 or float64, but it is {dtype}; convert it '
     f'with `astype`{_look_up(name, dtype)}')
    for dtype in ('int64', 'bool', 'complex64')
    for name in EXAMPLES
] + [
    ('none', 'linear', dict(inp=None), TypeError,
     '`inp` must be a dense tensor or an array, but it is None of type NoneType; convert it with '
     '`tf.constant`'),
    ('sparse', 'linear', dict(inp=Made(lambda: tf.sparse_placeholder(tf.float32, [2, 5]))),
     TypeError,
     '`inp` must be a dense tensor or an array, but it is <any>SparseTensor<any> of type '
     'SparseTensor; convert it with <any>'),
    ('slices', 'linear',
     dict(inp=Made(lambda: tf.IndexedSlices(tf.ones([2, 5]), tf.constant([0, 1])))),
     TypeError,
     '`inp` must be a dense tensor or an array, but it is <any>IndexedSlices<any> of type '
     'IndexedSlices; convert it with <any>'),
]


def _per_core(argument, cores, entries):
    return (f'`{argument}` must be one function or a list of {cores}, one for each core, but it '
            f'has {entries} entries; pass exactly {cores}')


FUNCTIONS = [
    row for layer, cores in [('tt', 2), ('tt_conv', 2), ('tt_conv_full', 2),
                             ('tt_conv1d_full', 2), ('tt_conv_direct', 4)]
    for row in [
        ('short_list', layer, dict(cores_initializer=[tf.zeros_initializer()]), ValueError,
         _per_core('cores_initializer', cores, 1)),
        ('long_tuple', layer, dict(cores_initializer=(tf.zeros_initializer,) * 5), ValueError,
         _per_core('cores_initializer', cores, 5)),
        ('empty_list', layer, dict(cores_initializer=[]), ValueError,
         _per_core('cores_initializer', cores, 0)),
        ('list_of_regularizers', layer, dict(cores_regularizer=[None] * 3), ValueError,
         _per_core('cores_regularizer', cores, 3)),
        ('entry_of_list', layer,
         dict(cores_initializer=[tf.zeros_initializer()] * (cores - 1) + [0.0]), TypeError,
         f'`cores_initializer[{cores - 1}]` must be a function or None, but it is 0.0 of type '
         'float; pass an initializer or regularizer, not its result'),
    ]
] + [
    (f'{argument}_of_a_number', layer, {argument: 0.1}, TypeError,
     f'`{argument}` must be a function or None, but it is 0.1 of type float; pass an initializer '
     'or regularizer, not its result')
    for layer, arguments in [
        ('tt', ['cores_initializer', 'cores_regularizer']),
        ('tt_conv', ['filters_initializer', 'filters_regularizer', 'cores_initializer',
                     'cores_regularizer']),
        ('tt_conv_full', ['filters_initializer', 'filters_regularizer']),
        ('tt_conv1d_full', ['filters_initializer', 'cores_regularizer']),
        ('tt_conv_direct', ['cores_initializer', 'cores_regularizer']),
        ('conv', ['filters_initializer', 'filters_regularizer']),
        ('linear', ['weights_initializer', 'weights_regularizer']),
    ] for argument in arguments + ['biases_initializer', 'biases_regularizer']
]

SCHEME = ' must be a function or None, but it is tensornet.initializers.he of type Scheme; ' \
    'pass a function, since a scheme is for a whole TT layer'
FUNCTIONS += [
    (f'scheme_as_{argument}', layer, {argument: initializers.he}, TypeError,
     f'`{argument}`' + SCHEME)
    for layer, argument in [
        ('linear', 'weights_initializer'), ('conv', 'filters_initializer'),
        ('tt', 'biases_initializer'), ('tt', 'cores_regularizer'),
        ('tt_conv', 'biases_initializer')]
] + [
    ('scheme_in_list', 'tt', dict(cores_initializer=[None, initializers.he]), TypeError,
     '`cores_initializer[1]`' + SCHEME),
] + [
    row for layer in ('tt_conv', 'tt_conv_full', 'tt_conv1d_full') for row in [
        ('scheme_of_cores', layer, dict(cores_initializer=initializers.he), ValueError,
         '`filters_initializer` must be tensornet.initializers.he as `cores_initializer` is, but '
         'it is <any>xavier<any>; pass the scheme as both'),
        ('scheme_of_filters', layer, dict(filters_initializer=initializers.he,
                                          cores_initializer=initializers.glorot), ValueError,
         '`cores_initializer` must be tensornet.initializers.he as `filters_initializer` is, but '
         'it is tensornet.initializers.glorot; pass the scheme as both'),
    ]
]

def _phase(shown):
    return (f'`train_phase` must be a bool or a scalar bool tensor, but it is {shown}; pass True, '
            'False or a `tf.placeholder(tf.bool, [])`')

BATCH_NORMALIZATION = [
    (kind, 'batch_normalization_2d', arguments, exception, message)
    for kind, arguments, exception, message in [
        ('integer_phase', dict(train_phase=1), TypeError, _phase('1 of type int')),
        ('text_phase', dict(train_phase='train'), TypeError, _phase("'train' of type str")),
        ('no_phase', dict(train_phase=None), TypeError, _phase('None of type NoneType')),
        ('list_of_phases', dict(train_phase=[True]), TypeError, _phase('[True] of type list')),
        ('integer_tensor_phase', dict(train_phase=constant(1)), TypeError,
         '`train_phase` must be a bool or a scalar bool tensor, but it is a tensor of type int32; '
         'convert it with `tf.cast(train_phase, tf.bool)`'),
        ('vector_phase', dict(train_phase=constant([True, False])), ValueError,
         '`train_phase` must be a scalar, but its shape is [2]; pass one bool for the whole batch'),
        ('decay_of_one', dict(ema_decay=1.0), ValueError,
         '`ema_decay` must be at least 0 and less than 1, but it is 1.0; pass for example 0.99'),
        ('negative_decay', dict(ema_decay=-0.1), ValueError,
         '`ema_decay` must be at least 0 and less than 1, but it is -0.1; pass for example 0.99'),
        ('nan_decay', dict(ema_decay=float('nan')), ValueError,
         '`ema_decay` must be at least 0 and less than 1, but it is nan; pass for example 0.99'),
        ('bool_decay', dict(ema_decay=False), TypeError,
         '`ema_decay` must be a number, but it is False of type bool; pass for example 0.99'),
        ('text_decay', dict(ema_decay='0.99'), TypeError,
         "`ema_decay` must be a number, but it is '0.99' of type str; pass for example 0.99"),
        ('whole_decay', dict(ema_decay=constant(1)), TypeError,
         '`ema_decay` must be a number or a scalar floating-point tensor, but it is '
         '<any>Const<any>; convert it with `tf.cast`'),
        ('decays', dict(ema_decay=constant([0.9, 0.9])), ValueError,
         '`ema_decay` must be a scalar, but its shape is [2]; pass one number'),
        ('many_eps', dict(eps=constant([0.1])), ValueError,
         '`eps` must be a scalar, but its shape is [1]; pass one number'),
        ('negative_eps', dict(eps=-1e-3), ValueError,
         '`eps` must be positive and finite, but it is -0.001; pass for example 1e-3'),
        ('zero_eps', dict(eps=0), ValueError,
         '`eps` must be positive and finite, but it is 0; pass for example 1e-3'),
        ('infinite_eps', dict(eps=float('inf')), ValueError,
         '`eps` must be positive and finite, but it is inf; pass for example 1e-3'),
        ('nan_eps', dict(eps=float('nan')), ValueError,
         '`eps` must be positive and finite, but it is nan; pass for example 1e-3'),
        ('huge_eps', dict(eps=10**400), ValueError,
         '`eps` must be positive and finite, but it is 1000<any>; pass for example 1e-3'),
        ('text_eps', dict(eps='1e-3'), TypeError,
         "`eps` must be a number, but it is '1e-3' of type str; pass for example 1e-3"),
    ]
]

NO_CHANNELS = [
    ('no_channels', name, dict(inp=tensor(_with_channels(name, 0))), ValueError,
     f'`inp` must have 1 or more channels, but its shape is {_with_channels(name, 0)}; pass an '
     'input that has some')
    for name in EXAMPLES if EXAMPLES[name].layer != 'tt'
]
FLAGS = [
    (f'{kind}_as_{argument}', name, {argument: value}, exception,
     f'`{argument}` must be True or False, but it is {shown}; pass one of the two' + hint)
    for name in EXAMPLES for argument in ('trainable', 'cpu_variables')
    for kind, value, shown, exception, hint in [
        ('text', 'False', "'False' of type <any>", TypeError,
         ' (if this is meant for another argument, one may be missing before it)'),
        ('none', None, 'None of type <any>', TypeError, ''),
        ('two', 2, '2', ValueError, ''),
        ('float', 1.0, '1.0 of type <any>', TypeError, ''),
        ('list', [True], '[True] of type <any>', TypeError, ''),
        ('array', np.array([True]), '[True] of type <any>', TypeError, ''),
        ('tensor', constant(True), '<any>Const<any> of type <any>', TypeError, ''),
    ]
]

ROWS = SIZES + NO_CHANNELS + FLAGS + INPUTS + CONVOLUTIONS + FUNCTIONS + BATCH_NORMALIZATION


def _pattern(message):
    parts = '.*'.join(re.escape(part) for part in message.split('<any>'))
    return f'^{parts}$'


class MistakesTest(unittest.TestCase):

    @parameterized.expand([(f'{name}_{kind}', name, arguments, exception, message)
                           for kind, name, arguments, exception, message in ROWS])
    def test(self, _, name, arguments, exception, message):
        with tf.Graph().as_default() as graph:
            arguments = dict({'inp': Made(lambda: placeholder(name))}, **arguments)
            arguments = {key: value.function() if isinstance(value, Made) else value
                         for key, value in arguments.items()}
            before = graph.get_operations()
            with tf.variable_scope('inference'):
                with self.assertRaises(exception) as caught:
                    build(name, scope='layer_1', **arguments)
            self.assertIs(exception, type(caught.exception))
            self.assertRegex(str(caught.exception).replace('\n', ' '),
                             _pattern('inference/layer_1: ' + message))
            self.assertEqual(before, graph.get_operations())
            self.assertEqual([], tf.global_variables())
            self.assertEqual([], tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))

    @parameterized.expand([(name,) for name in EXAMPLES])
    def test_the_examples_are_no_mistakes(self, name):
        with tf.Graph().as_default():
            build(name, placeholder(name), scope='layer_1')

    @parameterized.expand([(name, flag) for name in EXAMPLES
                           for flag in (True, False, np.bool_(True), np.bool_(False), 0, 1,
                                        np.int32(0), np.int64(1))])
    def test_flags(self, name, flag):
        with tf.Graph().as_default(), tf.device('/gpu:0'):
            build(name, placeholder(name), trainable=flag, cpu_variables=flag)
            self.assertEqual(bool(flag), bool(tf.trainable_variables()))
            self.assertEqual({'/device:CPU:0' if flag else '/device:GPU:0'},
                             {variable.device for variable in tf.global_variables()})

    def test_what_cannot_be_shown(self):
        class Raising:

            def __repr__(self):
                raise RuntimeError('asked')

        with tf.Graph().as_default(), self.assertRaisesRegex(
                TypeError, '^tt: `trainable` must be True or False, but it is an unprintable '
                'object of type Raising; pass one of the two$'):
            build('tt', placeholder('tt'), trainable=Raising())

    def test_after_a_mistake_the_scope_is_free(self):
        with tf.Graph().as_default():
            with self.assertRaises(ValueError):
                build('tt', placeholder('tt'), inp_modes=[5, 5])
            self.assertEqual('tt/out', build('tt', placeholder('tt')).op.name)


class ScopeInMessagesTest(unittest.TestCase):

    @parameterized.expand([
        ('name', 'fc', 'fc'),
        ('path', 'a/b', 'a/b'),
        ('default', None, 'tt'),
    ])
    def test_scope(self, _, scope, shown):
        with tf.Graph().as_default():
            for outer, prefix in (('', ''), ('net', 'net/')):
                with tf.variable_scope(outer):
                    with self.assertRaisesRegex(ValueError, f'^{prefix}{shown}: the product'):
                        build('tt', placeholder('tt'), inp_modes=[5, 5], scope=scope)

    def test_variable_scope(self):
        with tf.Graph().as_default():
            with tf.variable_scope('a/b') as scope:
                pass
            with tf.variable_scope('net'), self.assertRaisesRegex(ValueError, '^a/b: the product'):
                build('tt', placeholder('tt'), inp_modes=[5, 5], scope=scope)

    def test_the_outermost_scope_is_called_by_the_layer(self):
        with tf.Graph().as_default():
            for scope in ('', tf.get_variable_scope()):
                with self.assertRaisesRegex(ValueError, '^tt: the product'):
                    build('tt', placeholder('tt'), inp_modes=[5, 5], scope=scope)
                with self.assertRaisesRegex(ValueError, '^tt_gru_cell: `hidden_modes` must be'):
                    rnn.TTGRUCell([0], scope=scope)

    @parameterized.expand([(name,) for name in EXAMPLES])
    def test_wrong_type(self, name):
        with tf.Graph().as_default() as graph:
            inp = placeholder(name)
            message = (r"^5: `scope` must be a name, a variable scope or None, but it is 5 of type "
                       rf"int; pass for example scope='{EXAMPLES[name].layer}_1'$")
            with self.assertRaisesRegex(TypeError, message):
                build(name, inp, scope=5)
            self.assertEqual([inp.op], graph.get_operations())


if __name__ == '__main__':
    unittest.main()
