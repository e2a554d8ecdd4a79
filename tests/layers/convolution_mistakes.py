"""Windows, strides and padding that no layer takes: rows of the table of `test_arguments`."""

import numpy as np

from tests.layers.examples import EXAMPLES
from tests.layers.made import tensor


def _window(argument, size, shown):
    return (f"`{argument}` must be at most the input's height and width {size} with 'VALID' "
            f"padding, but it is {shown}; use a smaller window or padding='SAME'")


CONVOLUTIONS = [
    row for layer in ('tt_conv', 'tt_conv_full', 'tt_conv1d_full', 'tt_conv_direct', 'conv')
    for row in [
        ('padding', layer, dict(padding='FULL'), ValueError,
         "`padding` must be 'SAME' or 'VALID', but it is 'FULL'; pass one of the two"),
        ('lower_case_padding', layer, dict(padding='same'), ValueError,
         "`padding` must be 'SAME' or 'VALID', but it is 'same'; pass one of the two"),
        ('padding_of_none', layer, dict(padding=None), TypeError,
         "`padding` must be 'SAME' or 'VALID', but it is None of type NoneType; pass one of the "
         "two"),
        ('explicit_padding', layer, dict(padding=[[0, 0], [1, 1]]), TypeError,
         "`padding` must be 'SAME' or 'VALID', but it is [[0, 0], [1, 1]] of type list; pass one "
         "of the two"),
    ]
] + [
    row for layer, argument in [('tt_conv', 'window'), ('tt_conv_full', 'window'),
                                ('tt_conv_direct', 'window'), ('conv', 'window_size')]
    for row in [
        ('too_high', layer, {argument: [6, 1], 'padding': 'VALID'}, ValueError,
         _window(argument, '[5, 4]', '[6, 1]')),
        ('too_wide', layer, {argument: np.array([5, 5]), 'padding': 'VALID'}, ValueError,
         _window(argument, '[5, 4]', '[5, 5]')),
        ('too_wide_with_unknown_height', layer,
         {argument: [6, 5], 'padding': 'VALID',
          'inp': tensor([None, None, 4, EXAMPLES[layer].inp_shape[-1]])}, ValueError,
         _window(argument, '[?, 4]', '[6, 5]')),
    ]
] + [
    ('too_wide', 'tt_conv1d_full', dict(window=[1, 8], padding='VALID'), ValueError,
     _window('window', '[1, 7]', '[1, 8]')),
    ('window_with_height', 'tt_conv1d_full', dict(window=[3, 1]), ValueError,
     '`window` must be of the form [1, n], since the input has no height, but it is [3, 1]; '
     'set window[0] to 1'),
    ('strides_with_height', 'tt_conv1d_full', dict(strides=[2, 1]), ValueError,
     '`strides` must be of the form [1, n], since the input has no height, but it is [2, 1]; '
     'set strides[0] to 1'),
]
