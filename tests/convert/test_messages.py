"""Wrong arguments of the conversions: what was expected, what came, and a remedy."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import convert

MATRIX = np.ones([8, 6], np.float32)
KERNEL = np.ones([3, 3, 4, 6], np.float32)
TT = ([2, 4], [3, 2])
CONV = ([2, 2], [3, 2])


def _with(array, value):
    array = array.copy()
    array.flat[7] = value
    return array


def _not_finite():
    weights = convert.tt_from_dense(MATRIX, *TT, ranks=2)
    return weights._replace(variables={
        name: np.full_like(value, np.nan) for name, value in weights.variables.items()})


CASES = [
    ('nan', ValueError, r'tt_from_dense: `weights` must be finite, but it holds nan at \[1, 1\]',
     lambda: convert.tt_from_dense(_with(MATRIX, np.nan), *TT, eps=0)),
    ('infinity', ValueError, r'tt_conv_from_dense: .* holds -inf at \[0, 0, 1, 1\]',
     lambda: convert.tt_conv_from_dense(_with(KERNEL, -np.inf), *CONV, eps=0)),
    ('nan_direct', ValueError, 'tt_conv_direct_from_dense: .* holds nan',
     lambda: convert.tt_conv_direct_from_dense(_with(KERNEL, np.nan), eps=0)),
    ('nan_core', ValueError, r'tt_to_dense: `cores\[1\]` must be finite, but it holds nan',
     lambda: convert.tt_to_dense([np.ones([6, 4]), np.full([2, 4], np.nan)], *TT)),
    ('nan_core_by_name', ValueError, r"tt_to_dense: `cores\['mat_core_2'\]` must be finite",
     lambda: convert.tt_to_dense({'mat_core_1': np.ones([6, 4]),
                                  'mat_core_2': np.full([2, 4], np.nan)}, *TT)),
    ('nan_core_of_a_kernel', ValueError, r'tt_conv_to_dense: `cores\[0\]` must be finite',
     lambda: convert.tt_conv_to_dense(np.ones([3, 3, 1, 1]), [np.full([6, 4], np.nan)], [4], [6])),
    ('nan_filters', ValueError, r'tt_conv_to_dense: `filters` must be finite',
     lambda: convert.tt_conv_to_dense(np.full([3, 3, 1, 1], np.nan), [np.ones([6, 4])], [4], [6])),
    ('nan_core_of_a_direct_kernel', ValueError,
     r'tt_conv_direct_to_dense: `cores\[0\]` must be finite',
     lambda: convert.tt_conv_direct_to_dense([np.full([1, 3], np.nan), np.ones([1, 3]),
                                              np.ones([1, 4]), np.ones([1, 4])])),
    ('nan_core_of_a_table', ValueError, r'tt_embedding_to_dense: `cores\[0\]` must be finite',
     lambda: convert.tt_embedding_to_dense([np.full([4, 4], np.nan)], [4], [4])),
    ('too_large_for_the_type', ValueError, r'tt_to_dense: the elements must fit float32',
     lambda: convert.tt_to_dense([np.full([1, 1], 1e30, np.float32)] * 2, [1, 1], [1, 1])),
    ('nan_changed', ValueError, r'change_modes: `cores\[0\]` must be finite',
     lambda: convert.change_modes(_not_finite(), [8], [6])),
    ('nan_fitted', ValueError, r'fit_to_inputs: `cores\[0\]` must be finite',
     lambda: convert.fit_to_inputs(_not_finite(), MATRIX, np.ones([9, 8]))),
    ('dimensions', ValueError, r'`weights` must be \[in, out\] .* \[3, 3, 4, 6\]',
     lambda: convert.tt_from_dense(KERNEL, *TT, eps=0)),
    ('dimensions_of_a_kernel', ValueError, r'must be \[window_height, .* but its shape is \[8, 6\]',
     lambda: convert.tt_conv_from_dense(MATRIX, *CONV, eps=0)),
    ('complex', TypeError, 'tt_from_dense: `weights` must hold real numbers',
     lambda: convert.tt_from_dense(MATRIX.astype(np.complex64), *TT, eps=0)),
    ('product', ValueError, r'`inp_modes` \[3, 3\] is 9, .* 8 inputs; .* `pad=True`',
     lambda: convert.tt_from_dense(MATRIX, [3, 3], [3, 2], eps=0)),
    ('product_of_channels', ValueError, r'`out_ch_modes` \[3, 3\] is 9, .* 6 outputs',
     lambda: convert.tt_conv_from_dense(KERNEL, [2, 2], [3, 3], eps=0)),
    ('product_too_small_to_pad', ValueError,
     r'`inp_modes` \[2, 3\] is 6, .* multiply to 8; `tensornet.tt.choose_shape` finds modes, and '
     'the padding if they need it$',
     lambda: convert.tt_from_dense(MATRIX, [2, 3], [3, 2], eps=0, pad=True)),
    ('lengths', ValueError, '`inp_modes` and `out_modes` must have the same length',
     lambda: convert.tt_from_dense(MATRIX, [8], [3, 2], eps=0)),
    ('no_target', ValueError, 'tt_from_dense: one of `ranks`, `eps` and `max_rank` is needed',
     lambda: convert.tt_from_dense(MATRIX, *TT)),
    ('eps', ValueError, r'tt_from_dense: `eps` must be in \[0, 1\), but it is 1',
     lambda: convert.tt_from_dense(MATRIX, *TT, eps=1)),
    ('one_rank', ValueError, 'tt_from_dense: `ranks` must be at least 1, but it is 0',
     lambda: convert.tt_from_dense(MATRIX, *TT, ranks=0)),
    ('one_rank_of_a_kernel', TypeError, 'tt_conv_from_dense: `ranks` must be a list of TT-ranks, '
                                        'or one rank for all bonds, but it is True',
     lambda: convert.tt_conv_from_dense(KERNEL, *CONV, ranks=True)),
    ('number_of_ranks', ValueError, '`ranks` must be a list of 3 TT-ranks, one more than there are '
                                    'cores',
     lambda: convert.tt_conv_from_dense(KERNEL, *CONV, ranks=[2, 1])),
    ('compression', ValueError, r'`compression` 5 cannot be met: .* ranks of 1 take 14 '
                                r'parameters, a compression of 3\.42857; pass at most '
                                r'3\.42857, or use more and smaller modes',
     lambda: convert.tt_from_dense(MATRIX, *TT, compression=5)),
    ('parameters', ValueError, 'tt_conv_direct_from_dense: `parameters` 15 cannot be met: .* 16 '
                               'parameters, .*; pass at least 16, or use more',
     lambda: convert.tt_conv_direct_from_dense(KERNEL, parameters=15)),
    ('compression_type', TypeError, "`compression` must be a number, but it is '5'",
     lambda: convert.tt_from_dense(MATRIX, *TT, compression='5')),
    ('two_targets', ValueError, '`eps` and `compression` exclude each other',
     lambda: convert.tt_from_dense(MATRIX, *TT, compression=2, eps=0.1)),
    ('kernel_of_one_number', ValueError, r'`weights` is a single number, 3\.0, which this layer '
                                         'cannot hold: all its cores are the constant 1; leave it',
     lambda: convert.tt_conv_direct_from_dense(np.full([1, 1, 1, 1], 3.0), eps=0)),
    ('cores_of_other_modes', ValueError, r'tt_to_dense: `cores\[0\]` .* its shape is \[6, 2\]',
     lambda: convert.tt_to_dense([np.ones([6, 2]), np.ones([2, 8])], [4, 2], [3, 2])),
    ('number_of_cores', ValueError, '`cores` must hold one core for each of the 2 modes, .* is 1;',
     lambda: convert.tt_to_dense([np.ones([6, 2])], *TT)),
    ('ranks_of_neighbours', ValueError, r'`cores\[0\]` ends with rank 2, but `cores\[1\]` starts '
                                        'with rank 3',
     lambda: convert.tt_to_dense([np.ones([6, 2]), np.ones([2, 12])], *TT)),
    ('filters', ValueError, r'`filters` must be \[window_height, window_width, 1, r_0\], .* \[9, 3',
     lambda: convert.tt_conv_to_dense(np.ones([9, 3]), [np.ones([3, 4])], [2], [3])),
    ('rank_of_filters', ValueError, r'`cores\[0\]` starts with rank 2, but `filters` ends with '
                                    'rank 3; pass the modes',
     lambda: convert.tt_conv_to_dense(np.ones([3, 3, 1, 3]), [np.ones([3, 4])], [2], [3])),
    ('direct_cores', ValueError, r'`cores\[1\]` of shape \[3, 5\] does not fit: .* here 2',
     lambda: convert.tt_conv_direct_to_dense(
         [np.ones([1, 9]), np.ones([3, 5]), np.ones([2, 6]), np.ones([3, 2])])),
    ('shape', ValueError, r'`shape` must be at most \[8, 6\], .* but it is \[9, 6\]',
     lambda: convert.tt_to_dense([np.ones([6, 2]), np.ones([2, 8])], *TT, shape=[9, 6])),
]


class MessagesTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_message(self, _, error, pattern, call):
        with self.assertRaisesRegex(error, pattern):
            call()


if __name__ == '__main__':
    unittest.main()
