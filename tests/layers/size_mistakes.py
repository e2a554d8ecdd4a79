"""Sizes and lists of sizes that no layer takes: rows of the table of `test_arguments`."""

import fractions

import numpy as np
import tensorflow.compat.v1 as tf

from tests.layers.made import Made, constant, tensor

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
SIZES_OR_NONE = [('tt', 'inp_size'), ('tt', 'out_size'), ('tt_conv', 'inp_ch'),
                 ('tt_conv', 'out_ch'), ('tt_conv_full', 'inp_ch'), ('tt_conv1d_full', 'out_ch')]


def _bad_entries():
    for layer, argument, valid in SIZE_LISTS:
        for kind, entry, shown, exception in BAD_SIZES:
            values = [entry] + valid[1:]
            listed = ', '.join([shown] + [str(value) for value in valid[1:]])
            kind_of_list = ' of type list' if exception is TypeError else ''
            yield (f'{kind}_in_{argument}', layer, {argument: values}, exception,
                   f'`{argument}` must be made of positive integers, but it is '
                   f'[{listed}]{kind_of_list}; replace the entry <any>')


def _bad_lists():
    for layer, argument, valid in SIZE_LISTS:
        # One number is the rank of all bonds.
        of_ranks = 'ranks' in argument
        kind = 'one rank or a' if of_ranks else 'a'
        flat = (f'`{argument}` must be {kind} flat list of positive integers, but it is '
                '{value}; pass a list, a tuple or a 1-D array')
        listed = f'`{argument}` must be {kind} list of positive integers, but it is '
        example = '; pass for example ' + ('8, or [1, 8, 8, 1]' if of_ranks else '[4, 8, 8, 4]')
        bools, words = [True] * len(valid), [str(value) for value in valid]
        rows = [('array_of_one_number', np.array(24), TypeError,
                 listed + '24 of type ndarray; convert it with `int`')] if of_ranks else [
                     (name, value, ValueError, flat.format(value=24)) for name, value in (
                         ('one_number', 24), ('array_of_one_number', np.array(24)))]
        rows += [
            ('two_dimensional', [valid], ValueError, flat.format(value=[valid])),
            ('two_dimensional_array', np.array([valid]), ValueError, flat.format(value=[valid])),
            ('bool', True, ValueError, flat.format(value=True)),
            ('dictionary', dict.fromkeys(valid), ValueError, flat.format(value='<any>')),
            ('empty', [], ValueError, listed + '[]; pass at least one number'),
            ('empty_array', np.array([], np.int32), ValueError,
             listed + '[]; pass at least one number'),
            ('text', '4848', TypeError, listed + "'4848' of type str" + example),
            ('bytes', b'4848', TypeError, listed + "b'4848' of type bytes" + example),
            ('none', None, TypeError, listed + 'None of type NoneType' + example),
            ('tensor', constant(valid), TypeError, listed + '<any>Const<any>' + example),
            ('list_of_tensors', Made(lambda: [tf.constant(4)] * 2), TypeError,
             f'`{argument}` must be <any>integers, but it is <any>Const<any>; <any>'),
            ('array_of_bools', np.array(bools), TypeError,
             f'`{argument}` must be made of positive integers, but it is {bools} of type ndarray; '
             'replace the entry <any>True<any>'),
            ('array_of_strings', np.array(words), TypeError,
             f'`{argument}` must be made of positive integers, but it is {words} of type ndarray; '
             'replace the entry <any>'),
        ]
        for kind, value, exception, message in rows:
            yield f'{kind}_{argument}', layer, {argument: value}, exception, message


def _bad_single_ranks():
    for layer, argument, _ in SIZE_LISTS:
        if 'ranks' not in argument:
            continue
        for kind, value, shown, exception in BAD_SIZES:
            if exception is ValueError:
                yield (f'{kind}_as_{argument}', layer, {argument: value}, exception,
                       f'`{argument}` must be one rank or a list of positive integers, but it is '
                       f'{shown}; pass for example 8, or [1, 8, 8, 1]')
        yield (f'huge_as_{argument}', layer, {argument: 2 ** 31}, ValueError,
               f'`{argument}` must be at most 2147483647, but it is 2147483648; choose a smaller '
               'one')
    yield ('ranks_of_huge_cores', 'tt_conv_direct', {'ranks': [1] + [2 ** 31 - 1] * 3 + [1]},
           ValueError, '`ranks` must be ranks that make cores of at most 9223372036854775807 '
           'elements, but it is <any>; choose smaller ranks or modes')
    for layer, arguments in (
            ('tt', dict(inp=tensor(None), inp_modes=[2 ** 60, 1], out_modes=[2 ** 30, 1],
                        mat_ranks=1)),
            ('tt_conv', dict(inp=tensor([2, 5, 4, 1]), inp_ch_modes=[1, 1], ranks=2 ** 31 - 1,
                             window=[2 ** 31 - 1] * 2, out_ch_modes=[2 ** 31 - 1, 1])),
            ('tt_conv_direct', dict(ranks=2 ** 31 - 1, window=[2 ** 31 - 1] * 2,
                                    out_ch=2 ** 31 - 1))):
        argument = 'mat_ranks' if layer == 'tt' else 'ranks'
        yield ('one_rank_of_huge_cores', layer, arguments, ValueError,
               f'`{argument}` must be ranks that make cores of at most 9223372036854775807 '
               f'elements, but it is {arguments[argument]}; choose smaller ranks or modes')


def _bad_single_sizes():
    for layer, argument in SINGLE_SIZES + SIZES_OR_NONE:
        for kind, value, shown, exception in BAD_SIZES:
            if kind == 'none':
                continue
            kind_of_value = ' of type <any>' if exception is TypeError else ''
            yield (f'{kind}_as_{argument}', layer, {argument: value}, exception,
                   f'`{argument}` must be <any>positive integer<any>, but it is '
                   f'{shown}{kind_of_value}; <any>')
        for kind, value in (('array_without_axes', np.array(4)), ('dimension', tf.Dimension(4))):
            yield (f'{kind}_as_{argument}', layer, {argument: value}, TypeError,
                   f'`{argument}` must be a positive integer, but it is <any>4<any> of type <any>; '
                   'convert it with `int`')
        for kind, value in (('list', [4]), ('array', np.array([4])), ('ragged', [[1], [1, 2]])):
            yield (f'{kind}_as_{argument}', layer, {argument: value}, ValueError,
                   f'`{argument}` must be one integer, but it is <any>; pass a single number')
        if (layer, argument) not in SIZES_OR_NONE:
            yield (f'none_as_{argument}', layer, {argument: None}, TypeError,
                   f'`{argument}` must be <any>, but it is None of type NoneType; <any>')
        yield (f'tensor_as_{argument}', layer, {argument: constant(4)}, TypeError,
               f'`{argument}` must be <any>, but it is <any>Const<any>; <any>')


LENGTHS = [
    ('inp_modes', 'tt', dict(inp_modes=[2, 2, 3]), ValueError,
     '`inp_modes` and `out_modes` must have the same length, but they are [2, 2, 3] and [2, 5]; '
     'pad the shorter one with ones'),
    ('out_modes', 'tt', dict(out_modes=[10]), ValueError,
     '`inp_modes` and `out_modes` must have the same length, but they are [3, 4] and [10]; '
     'pad the shorter one with ones'),
    ('short_ranks', 'tt', dict(mat_ranks=[1, 1]), ValueError,
     '`mat_ranks` must be a list of 3 TT-ranks, one more than there are cores, but it is [1, 1]; '
     'pass exactly 3 numbers, or one rank for all bonds'),
    ('long_ranks', 'tt', dict(mat_ranks=(1, 3, 3, 1)), ValueError,
     '`mat_ranks` must be a list of 3 TT-ranks, one more than there are cores, but it is '
     '[1, 3, 3, 1]; pass exactly 3 numbers, or one rank for all bonds'),
    ('ranks_of_tt_conv_direct', 'tt_conv_direct', dict(ranks=[1, 2, 2, 1]), ValueError,
     '`ranks` must be a list of 5 TT-ranks, one more than there are cores, but it is '
     '[1, 2, 2, 1]; pass exactly 5 numbers, or one rank for all bonds'),
] + [
    row for layer in ('tt_conv', 'tt_conv_full', 'tt_conv1d_full') for row in [
        ('channel_modes', layer, dict(out_ch_modes=[1, 2, 2]), ValueError,
         '`inp_ch_modes` and `out_ch_modes` must have the same length, but they are [2, 3] and '
         '[1, 2, 2]; pad the shorter one with ones'),
        ('ranks', layer, dict(ranks=np.array([2, 1])), ValueError,
         '`ranks` must be a list of 3 TT-ranks, one more than there are cores, but it is [2, 1]; '
         'pass exactly 3 numbers, or one rank for all bonds'),
    ]
] + [
    (f'{argument}_of_3', layer, {argument: [1, 2, 1]}, ValueError,
     f'`{argument}` must be a list of 2 integers, but it is [1, 2, 1]; pass exactly 2 numbers')
    for layer, argument in [
        ('tt_conv', 'window'), ('tt_conv', 'strides'), ('tt_conv_full', 'window'),
        ('tt_conv_full', 'strides'), ('tt_conv1d_full', 'window'), ('tt_conv1d_full', 'strides'),
        ('tt_conv_direct', 'window'), ('tt_conv_direct', 'strides'), ('conv', 'window_size'),
        ('conv', 'strides')]
] + [
    (f'{argument}_of_4', 'conv', {argument: [1, 2, 2, 1]}, ValueError,
     f'`{argument}` must be a list of 2 integers, but it is [1, 2, 2, 1]; pass exactly 2 numbers')
    for argument in ('window_size', 'strides')
]

BOUNDARY_RANKS = [
    ('first_of_tt', 'tt', dict(mat_ranks=[2, 3, 1]), ValueError,
     '`mat_ranks` must be a list that begins with 1, but it is [2, 3, 1]; set mat_ranks[0] to 1'),
    ('first_of_tt_conv_direct', 'tt_conv_direct', dict(ranks=[2, 2, 3, 2, 1]), ValueError,
     '`ranks` must be a list that begins with 1, but it is [2, 2, 3, 2, 1]; set ranks[0] to 1'),
    ('last_of_tt', 'tt', dict(mat_ranks=[1, 3, 2]), ValueError,
     '`mat_ranks` must be a list that ends with 1, but it is [1, 3, 2]; set mat_ranks[-1] to 1'),
    ('last_of_tt_conv_direct', 'tt_conv_direct', dict(ranks=[1, 2, 3, 2, 2]), ValueError,
     '`ranks` must be a list that ends with 1, but it is [1, 2, 3, 2, 2]; set ranks[-1] to 1'),
] + [
    ('last', layer, dict(ranks=[2, 3, 4]), ValueError,
     '`ranks` must be a list that ends with 1, but it is [2, 3, 4]; set ranks[-1] to 1')
    for layer in ('tt_conv', 'tt_conv_full', 'tt_conv1d_full')
]


def _product(shown, product, features, meaning='features', name='inp_modes'):
    message = f'the product of `{name}` {shown} is {product}, but `inp` has {features} {meaning}; '
    if not features:
        return message + 'pass an input that has some'
    message += f'choose modes that multiply to {features}'
    if features < product:
        size = 'inp_size' if name == 'inp_modes' else 'inp_ch'
        message += f', or pass {size}={features}, which pads them with zeros'
    return message + ('; `tensornet.tt.choose_shape` finds modes, and the padding if they need it')


PRODUCTS = [
    ('smaller', 'tt', dict(inp_modes=[3, 3]), ValueError, _product('[3, 3]', 9, 12)),
    ('larger', 'tt', dict(inp_modes=[4, 4]), ValueError, _product('[4, 4]', 16, 12)),
    # The commonest mistake: 28 x 28 images and modes for 32 x 32.
    ('larger_with_unknown_batch', 'tt',
     dict(inp=tensor([None, 784]), inp_modes=[4, 8, 8, 4], out_modes=[4, 8, 8, 4],
          mat_ranks=[1, 8, 8, 8, 1]), ValueError, _product('[4, 8, 8, 4]', 1024, 784)),
    ('smaller_with_unknown_batch', 'tt', dict(inp=tensor([None, 784])), ValueError,
     _product('[3, 4]', 12, 784)),
    ('images_with_unknown_batch', 'tt',
     dict(inp=tensor([None, 28, 28]), inp_modes=[32, 32], out_modes=[1, 1]), ValueError,
     _product('[32, 32]', 1024, 784)),
    ('no_trailing_dimensions', 'tt', dict(inp=tensor([None, 3, 16])), ValueError,
     _product('[3, 4]', 12, 48)),
    ('one_dimension', 'tt', dict(inp=tensor([24])), ValueError, _product('[3, 4]', 12, 24)),
    ('no_features', 'tt', dict(inp=tensor([None, 0])), ValueError, _product('[3, 4]', 12, 0)),
    ('beyond_64_bits', 'tt', dict(inp_modes=[2 ** 40, 2 ** 40]), ValueError,
     _product('[1099511627776, 1099511627776]', 2 ** 80, 12)),
    ('equal_modulo_2_to_the_64', 'tt',
     dict(inp_modes=[2 ** 62 + 3, 4], inp=tensor([None, 12])), ValueError,
     _product('[4611686018427387907, 4]', 2 ** 64 + 12, 12)),
    ('a_number_beyond_all_types', 'tt', dict(inp_modes=[10 ** 30, 1]), ValueError,
     _product('[1000000000000000000000000000000, 1]', 10 ** 30, 12)),
] + [
    ('channels', layer, dict(inp_ch_modes=[2, 4]), ValueError,
     _product('[2, 4]', 8, 6, 'channels', 'inp_ch_modes'))
    for layer in ('tt_conv', 'tt_conv_full', 'tt_conv1d_full')
]

LIVE_SIZES = [
    ('more_inputs_than_modes', 'tt', dict(inp_size=13), ValueError,
     '`inp_size` must be at most 12, the product of `inp_modes` [3, 4], but it is 13; choose '
     'larger modes'),
    ('more_outputs_than_modes', 'tt', dict(out_size=11), ValueError,
     '`out_size` must be at most 10, the product of `out_modes` [2, 5], but it is 11; choose '
     'larger modes'),
    ('neither_size_nor_modes', 'tt_padded', dict(inp=tensor([3, 10])), ValueError,
     '`inp_size` is 11, but `inp` has 10 features; pass inp_size=10'),
    ('neither_size_nor_more_modes', 'tt_padded', dict(inp=tensor([None, 13])), ValueError,
     '`inp_size` is 11, but `inp` has 13 features; pass inp_size=13, and modes that multiply to so '
     'many or more'),
    ('no_features', 'tt_padded', dict(inp=tensor([None, 0])), ValueError,
     '`inp_size` is 11, but `inp` has 0 features; pass an input that has some'),
    # Who pads is the layer.
    ('padded_input', 'tt_padded', dict(inp=tensor([3, 12])), ValueError,
     '`inp_size` is 11, but `inp` has 12 features; pass inp_size=12'),
    ('padded_images', 'tt_padded', dict(inp=tensor([None, 3, 4])), ValueError,
     '`inp_size` is 11, but `inp` has 12 features; pass inp_size=12'),
    ('unknown_dimensions', 'tt_padded', dict(inp=tensor([None, None, 4])), ValueError,
     'the trailing dimensions of `inp` must multiply to 11, `inp_size`, but its shape is '
     '[?, ?, 4]; use `tf.reshape(inp, [-1, 11])`'),
    ('modes_beyond_32_bits', 'tt', dict(inp_modes=[2 ** 30, 4], inp_size=12), ValueError,
     '`inp_modes` must be a list with a product of at most 2147483647, but it is [1073741824, 4]; '
     'choose smaller numbers'),
    ('more_inputs_than_modes', 'tt_conv1d_full', dict(inp_ch=7), ValueError,
     '`inp_ch` must be at most 6, the product of `inp_ch_modes` [2, 3], but it is 7; choose larger '
     'modes'),
    ('more_outputs_than_modes', 'tt_conv_full', dict(out_ch=5), ValueError,
     '`out_ch` must be at most 4, the product of `out_ch_modes` [2, 2], but it is 5; choose larger '
     'modes'),
    ('padded_input', 'tt_conv_padded', dict(inp=tensor([2, 5, 4, 6])), ValueError,
     '`inp_ch` is 5, but `inp` has 6 channels; pass inp_ch=6'),
]

def _too_many(size, argument, samples):
    return (f'{size} times the product of `{argument}` must be at most 9223372036854775807, the '
            f'elements of a tensor, but {samples} samples of modes <any> make <any>; lower them')

# What arguments make together.
TENSORS = [
    ('weights', 'linear', dict(inp=tensor([None, 2 ** 33]), out_size=2 ** 30), ValueError,
     '`weights` must have at most 9223372036854775807 elements, but its shape would be '
     '[8589934592, 1073741824]; choose smaller sizes'),
    ('filters', 'conv', dict(window_size=[2 ** 31 - 1] * 2, out_ch=2 ** 30), ValueError,
     '`filters` must have at most 9223372036854775807 elements, but its shape would be '
     '[2147483647, 2147483647, <any>, 1073741824]; choose smaller sizes'),
    ('unknown_batch', 'tt', dict(inp=tensor([None, 12]), out_modes=[2 ** 30, 2 ** 30], mat_ranks=1),
     ValueError, _too_many('the size of the batch', 'out_modes', 100)),
    ('known_batch', 'tt', dict(out_modes=[2 ** 31 - 1] * 2, mat_ranks=1), ValueError,
     _too_many('the size of the batch', 'out_modes', 3)),
    ('pixels', 'tt_conv', dict(out_ch_modes=[2 ** 30] * 2, ranks=1), ValueError,
     _too_many('the number of pixels of the batch', 'out_ch_modes', 40)),
] + [
    (f'pixels_{plan}', 'tt_conv_direct',
     dict(inp=tensor([2 ** 20, 2 ** 10, 2 ** 10, 1]), window=[1, 1], out_ch=2 ** 30, ranks=1,
          strides=[1, 1], plan=plan), ValueError,
     _too_many('the number of pixels of the batch', 'out_ch', 2 ** 40))
    for plan in ('auto', 'full', 'inference')
] + [
    (f'window_{plan}', 'tt_conv_direct',
     dict(window=[2 ** 31 - 1] * 2, strides=[1, 1], plan=plan), ValueError,
     '`window` must be such that what is convolved with has at most 9223372036854775807 elements, '
     'but [2147483647, 2147483647] makes <any>; choose a smaller window, smaller ranks or fewer '
     'channels') for plan in ('full', 'auto', 'chain', 'inference')
]

SIZES = (list(_bad_entries()) + list(_bad_lists()) + list(_bad_single_ranks())
         + list(_bad_single_sizes()) + LENGTHS + BOUNDARY_RANKS + PRODUCTS + LIVE_SIZES
         + TENSORS)
