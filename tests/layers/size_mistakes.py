"""Sizes, and lists of sizes, that no layer takes: rows of the table of `test_arguments`."""

import fractions

import numpy as np
import tensorflow.compat.v1 as tf

from tests.layers.made import Made, constant

# Entries of lists and single sizes that are no positive integers, how the message shows them, and
# whether their type is wrong.
BAD_SIZES = [
    ('zero', 0, '0', ValueError),
    ('negative', -2, '-2', ValueError),
    ('fractional', 2.5, '2.5', ValueError),
    ('nan', float('nan'), 'nan', ValueError),
    ('infinite', float('inf'), 'inf', ValueError),
    ('minus_infinite', float('-inf'), '-inf', ValueError),
    ('bool', True, 'True', TypeError),
    ('numpy_bool', np.bool_(True), '<any>True<any>', TypeError),
    ('string', '4', "'4'", TypeError),
    ('none', None, '?', TypeError),
    ('complex', 4j, '4j', TypeError),
    ('a_fraction', fractions.Fraction(7, 2), '<any>', ValueError),
]

# Layer, argument, and its value in the example.
SIZE_LISTS = [
    ('tt', 'inp_modes', [3, 4]),
    ('tt', 'out_modes', [2, 5]),
    ('tt', 'mat_ranks', [1, 3, 1]),
    ('tt_conv', 'inp_ch_modes', [2, 3]),
    ('tt_conv', 'out_ch_modes', [2, 2]),
    ('tt_conv', 'ranks', [2, 3, 1]),
    ('tt_conv', 'window', [3, 2]),
    ('tt_conv', 'strides', [2, 1]),
    ('tt_conv_full', 'inp_ch_modes', [2, 3]),
    ('tt_conv_full', 'ranks', [2, 3, 1]),
    ('tt_conv_full', 'window', [3, 2]),
    ('tt_conv1d_full', 'out_ch_modes', [2, 2]),
    ('tt_conv1d_full', 'ranks', [2, 3, 1]),
    ('tt_conv1d_full', 'strides', [1, 2]),
    ('tt_conv_direct', 'window', [2, 3]),
    ('tt_conv_direct', 'ranks', [1, 2, 3, 2, 1]),
    ('tt_conv_direct', 'strides', [1, 2]),
    ('conv', 'window_size', [3, 2]),
    ('conv', 'strides', [2, 2]),
    ('conv', 'dilations', [1, 1]),
    ('tt_conv', 'dilations', [1, 1]),
    ('tt_conv_direct', 'dilations', [1, 1]),
    ('tt_conv1d_full', 'dilations', [1, 2]),
]
SINGLE_SIZES = [('linear', 'out_size'), ('conv', 'out_ch'), ('tt_conv_direct', 'out_ch')]
# These may be None.
LIVE_SIZES = [('tt', 'inp_size'), ('tt', 'out_size'), ('tt_conv', 'inp_ch'), ('tt_conv', 'out_ch'),
              ('tt_conv_full', 'inp_ch'), ('tt_conv1d_full', 'out_ch')]


def _bad_entries():
    for layer, argument, valid in SIZE_LISTS:
        for kind, entry, shown, exception in BAD_SIZES:
            values = [entry] + valid[1:]
            listed = '[%s]' % ', '.join([shown] + [str(value) for value in valid[1:]])
            kind_of_list = ' of type list' if exception is TypeError else ''
            yield ('%s_in_%s' % (kind, argument), layer, {argument: values}, exception,
                   '`%s` must be made of positive integers, but it is %s%s; replace the entry <any>'
                   % (argument, listed, kind_of_list))


def _bad_lists():
    for layer, argument, valid in SIZE_LISTS:
        # One number is the rank of all bonds.
        of_ranks = 'ranks' in argument
        kind = 'one rank or a' if of_ranks else 'a'
        flat = ('`%s` must be %s flat list of positive integers, but it is %%s; '
                'pass a list, a tuple or a 1-D array' % (argument, kind))
        listed = '`%s` must be %s list of positive integers, but it is %%s' % (argument, kind)
        example = '; pass for example %s' % (
            '8, or [1, 8, 8, 1]' if of_ranks else '[4, 8, 8, 4]')
        rows = [] if of_ranks else [('one_number', 24, ValueError, flat % '24')]
        rows += [
            ('two_dimensional', [valid], ValueError, flat % [valid]),
            ('two_dimensional_array', np.array([valid]), ValueError, flat % [valid]),
            ('array_of_one_number', np.array(24), ValueError, flat % '24'),
            ('bool', True, ValueError, flat % 'True'),
            ('dictionary', dict.fromkeys(valid), ValueError, flat % '<any>'),
            ('empty', [], ValueError, listed % '[]; pass at least one number'),
            ('empty_array', np.array([], np.int32), ValueError,
             listed % '[]; pass at least one number'),
            ('text', '4848', TypeError, listed % "'4848' of type str" + example),
            ('bytes', b'4848', TypeError, listed % "b'4848' of type bytes" + example),
            ('none', None, TypeError, listed % 'None of type NoneType' + example),
            ('tensor', constant(valid), TypeError, listed % '<any>Const<any>' + example),
            ('list_of_tensors', Made(lambda: [tf.constant(4)] * 2), TypeError,
             '`%s` must be <any>integers, but it is <any>Const<any>; <any>' % argument),
            ('array_of_bools', np.array([True] * len(valid)), TypeError,
             '`%s` must be made of positive integers, but it is %s of type ndarray; '
             'replace the entry <any>True<any>' % (argument, [True] * len(valid))),
            ('array_of_strings', np.array([str(value) for value in valid]), TypeError,
             '`%s` must be made of positive integers, but it is %s of type ndarray; '
             'replace the entry <any>' % (argument, [str(value) for value in valid])),
        ]
        for kind, value, exception, message in rows:
            yield '%s_%s' % (kind, argument), layer, {argument: value}, exception, message


def _bad_single_ranks():
    for layer, argument, _ in SIZE_LISTS:
        if 'ranks' not in argument:
            continue
        for kind, value, shown, exception in BAD_SIZES:
            if exception is ValueError:
                yield ('%s_as_%s' % (kind, argument), layer, {argument: value}, exception,
                       '`%s` must be one rank or a list of positive integers, but it is %s; pass '
                       'for example 8, or [1, 8, 8, 1]' % (argument, shown))
        yield ('huge_as_%s' % argument, layer, {argument: 2 ** 31}, ValueError,
               '`%s` must be at most 2147483647, but it is 2147483648; choose a smaller one'
               % argument)
    yield ('ranks_of_huge_cores', 'tt_conv_direct', {'ranks': [1] + [2 ** 31 - 1] * 3 + [1]},
           ValueError, '`ranks` must be ranks that make cores of at most 9223372036854775807 '
           'numbers, but it is <any>; choose smaller ones')


def _bad_single_sizes():
    for layer, argument in SINGLE_SIZES + LIVE_SIZES:
        for kind, value, shown, exception in BAD_SIZES:
            if kind == 'none':
                continue
            kind_of_value = ' of type <any>' if exception is TypeError else ''
            yield ('%s_as_%s' % (kind, argument), layer, {argument: value}, exception,
                   '`%s` must be <any>positive integer<any>, but it is %s%s; <any>'
                   % (argument, shown, kind_of_value))
        for kind, value in (('list', [4]), ('array', np.array([4])), ('ragged', [[1], [1, 2]])):
            yield ('%s_as_%s' % (kind, argument), layer, {argument: value}, ValueError,
                   '`%s` must be one integer, but it is <any>; pass a single number' % argument)
        if (layer, argument) not in LIVE_SIZES:
            yield ('none_as_%s' % argument, layer, {argument: None}, TypeError,
                   '`%s` must be <any>, but it is None of type NoneType; <any>' % argument)
        yield ('tensor_as_%s' % argument, layer, {argument: constant(4)}, TypeError,
               '`%s` must be <any>, but it is <any>Const<any>; <any>' % argument)


SIZES = (list(_bad_entries()) + list(_bad_lists()) + list(_bad_single_ranks())
         + list(_bad_single_sizes()))
