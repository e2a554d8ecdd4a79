"""Wrong arguments: the error names function, argument, what was expected, what came, and a remedy.
"""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import tt

X = np.ones((4, 6), np.float32)
NAN = np.where(np.arange(24).reshape(4, 6) == 7, np.nan, 1)
CORES = [np.ones((1, 4, 2)), np.ones((2, 6, 1))]
MATRIX_CORES = [np.ones((1, 2, 2, 2)), np.ones((2, 2, 3, 1))]


def _row(name, error, pattern, function, *args, **kwargs):
    return name, error, pattern, lambda: function(*args, **kwargs)


CASES = [
    # Modes.
    _row('modes none', TypeError, 'max_ranks: `modes` must be a list .* None', tt.max_ranks, None),
    _row('modes string', TypeError, "max_ranks: `modes` must be a list .* '44'", tt.max_ranks,
         '44'),
    _row('modes set', TypeError, r'max_ranks: `modes` must be a list .* \{\d, \d\}', tt.max_ranks,
         {4, 8}),
    _row('modes keys', TypeError, 'max_ranks: `modes` must be a list .* dict_keys', tt.max_ranks,
         {4: 1, 8: 2}.keys()),
    _row('modes scalar', TypeError, 'max_ranks: `modes` must be a list .* 4;', tt.max_ranks, 4),
    _row('modes empty', ValueError, 'max_ranks: `modes` .* empty', tt.max_ranks, []),
    _row('modes zero', ValueError, r'max_ranks: `modes\[1\]` must be at least 1, but it is 0',
         tt.max_ranks, [4, 0]),
    _row('modes negative', ValueError, r'`modes\[0\]` must be at least 1, but it is -2',
         tt.max_ranks, [-2, 4]),
    _row('modes fraction', ValueError, r'`modes\[0\]` must be an integer, but it is 2\.5',
         tt.max_ranks, [2.5, 4]),
    _row('modes nan', ValueError, r'`modes\[0\]` must be an integer, but it is nan',
         tt.max_ranks, [float('nan'), 4]),
    _row('modes bool', TypeError, r'`modes\[0\]` must be an integer, but it is True',
         tt.max_ranks, [True, 4]),
    _row('modes of strings', TypeError, r"`modes\[0\]` must be an integer, but it is 'a'",
         tt.max_ranks, ['a', 4]),
    _row('modes 2-D', ValueError, r'`modes\[0\]` must be one integer, but it has shape \[2\];'
         ' pass a flat list of integers$', tt.max_ranks, np.ones((2, 2), int)),
    _row('modes product', ValueError,
         r'svd: the product of `modes` \[4, 5\] is 20, but `X` of shape \[4, 6\] has 24 elements; '
         'choose modes', tt.svd, X, [4, 5], [1, 4, 1]),
    _row('left product', ValueError,
         r'the product of `left_modes` \[2, 3\] is 6, but `X` has 4 rows',
         tt.matrix_svd, X, [2, 3], [2, 3], max_rank=1),
    _row('right product', ValueError,
         r'the product of `right_modes` \[3, 3\] is 9, but `matrix` has 6 columns; .* pad `matrix`',
         tt.decompose_matrix, X, [2, 2], [3, 3], max_rank=1),
    _row('mode pairs', ValueError,
         r'matrix_svd: `left_modes` and `right_modes` must have the same length, but they are '
         r'\[4\] and \[2, 3\]; pad the shorter one with ones',
         tt.matrix_svd, X, [4], [2, 3], max_rank=1),
    _row('matrix is not 2-D', ValueError, r'decompose_matrix: `matrix` must be a matrix, .* \[24\]',
         tt.decompose_matrix, X.ravel(), [2, 2], [2, 3], max_rank=1),
    _row('flat matrix of another size', ValueError, r'matrix_svd: `X` must be a matrix, .* \[24\]',
         tt.matrix_svd, X.ravel(), [2, 2], [2, 2], max_rank=1),
    # Data.
    _row('nan', ValueError, 'svd: `X` must be finite, but it holds nan at flat index 7',
         tt.svd, NAN, [4, 6], [1, 4, 1]),
    _row('infinity', ValueError, 'matrix_svd: `X` must be finite, but it holds -inf',
         tt.matrix_svd, -np.inf * X, [2, 2], [2, 3], eps=0.1),
    _row('nan in select', ValueError, 'select_ranks: `tensor` must be finite',
         tt.select_ranks, NAN, [4, 6], eps=0.1),
    _row('complex', TypeError, 'svd: `X` must hold real numbers .* complex64; pass an array of re',
         tt.svd, X.astype(np.complex64), [4, 6], eps=0.1),
    _row('strings', TypeError, 'svd: `X` must hold real numbers .*; pass an array of real numbers$',
         tt.svd, ['a'] * 24, [4, 6], eps=0),
    _row('bfloat16', TypeError, r'svd: `X` must hold real numbers .* bfloat16; convert it with '
                                r'`.astype\(numpy.float32\)`',
         tt.svd, X.astype(tf.bfloat16.as_numpy_dtype), [4, 6], eps=0.1),
    _row('bools', TypeError, r'svd: `X` must hold real numbers .* bool; convert it with `.astype\(',
         tt.svd, X > 0, [4, 6], eps=0),
    _row('unequal rows', TypeError, 'must be an array of real numbers, .* rows of equal lengths',
         tt.svd, [[1, 2], [3]], [4, 6], eps=0),
    # Targets.
    _row('no target', ValueError, 'svd: one of `ranks`, `eps` and `max_rank` is needed',
         tt.svd, X, [4, 6]),
    _row('ranks of a huge array', ValueError,
         r'svd: `ranks` \[1, 10{18}, 1\] make core 1 of mode 4 one of 1 x 4 x 10{18} elements, '
         'more than an array may have; lower them', tt.svd, X, [4, 6], [1, 10**18, 1]),
    _row('one rank zero', ValueError, '^svd: `ranks` must be at least 1, but it is 0', tt.svd, X,
         [4, 6], 0),
    _row('one rank bool', TypeError,
         r'svd: `ranks` must be a list of TT-ranks, or one rank for all bonds, but it is True; '
         r'pass a list such as \[1, 8, 8, 1\]', tt.svd, X, [4, 6], True),
    _row('one rank fraction', ValueError, 'svd: `ranks` must be an integer, but it is 2.5', tt.svd,
         X, [4, 6], 2.5),
    _row('length of ranks', ValueError,
         r'`ranks` must be a list of 3 TT-ranks, one more than there are cores, but it is '
         r'\[1, 1\]; pass exactly 3 numbers, or one rank for all bonds',
         tt.svd, X, [4, 6], [1, 1]),
    _row('first rank', ValueError, r'`ranks` must be a list that begins with 1, but it is '
         r'\[2, 2, 1\]; set ranks\[0\] to 1', tt.svd, X, [4, 6], [2, 2, 1]),
    _row('last rank', ValueError, r'`ranks` must be a list that ends with 1, but it is '
         r'\[1, 2, 3\]; set ranks\[-1\] to 1', tt.svd, X, [4, 6], [1, 2, 3]),
    _row('rank zero', ValueError, r'`ranks\[1\]` must be at least 1', tt.svd, X, [4, 6], [1, 0, 1]),
    _row('eps one', ValueError, r'svd: `eps` must be in \[0, 1\), but it is 1', tt.svd, X, [4, 6],
         eps=1),
    _row('eps negative', ValueError, r'`eps` must be in \[0, 1\), but it is -0\.1', tt.svd, X,
         [4, 6], eps=-0.1),
    _row('eps nan', ValueError, r'`eps` must be in \[0, 1\), but it is nan', tt.svd, X, [4, 6],
         eps=float('nan')),
    _row('eps string', TypeError, "`eps` must be a number .* '0.1' of type str", tt.svd, X, [4, 6],
         eps='0.1'),
    _row('eps bool', TypeError, '`eps` must be a number .* False', tt.svd, X, [4, 6], eps=False),
    _row('max_rank zero', ValueError, 'svd: `max_rank` must be at least 1, but it is 0', tt.svd, X,
         [4, 6], max_rank=0),
    _row('max_rank fraction', ValueError, 'svd: `max_rank` must be an integer', tt.svd, X, [4, 6],
         max_rank=2.5),
    # Trains.
    _row('decomposition for cores', TypeError, 'full: `cores` must be a list .* pass its `.cores`',
         lambda: tt.full(tt.decompose(X, [4, 6], eps=0))),
    _row('array for cores', TypeError, 'norm: `cores` must be a list .* `unflatten`', tt.norm,
         np.ones(5)),
    _row('no cores', ValueError, 'ranks: `cores` must hold at least one core', tt.ranks, []),
    _row('core dimensions', ValueError, r'each core must be .* `cores\[1\]` has shape \[2, 6\]',
         tt.norm, [CORES[0], np.ones((2, 6))]),
    _row('mixed cores', ValueError, r'each core must be .* `cores\[1\]`', tt.storage,
         [CORES[0], MATRIX_CORES[1]]),
    _row('ranks of neighbours', ValueError,
         r'round: `cores\[1\]` of shape \[3, 6, 1\] must start with rank 2, .* bond 1', tt.round,
         [CORES[0], np.ones((3, 6, 1))], eps=0.1),
    _row('start of a train', ValueError,
         r'`cores\[0\]` .* must start with rank 1, where a tensor train', tt.norm,
         [np.ones((2, 3, 1))]),
    _row('end of a train', ValueError, r'the last core must end with rank 1, but `cores\[0\]`',
         tt.norm, [np.ones((1, 3, 2))]),
    _row('core nan', ValueError, r'round: `cores\[1\]` must be finite', tt.round,
         [CORES[0], np.nan * CORES[1]], eps=0.1),
    _row('round no target', ValueError, 'round: one of `ranks`, `eps` and `max_rank`', tt.round,
         CORES),
    _row('full of matrix cores', ValueError, 'full: .* use `full_matrix`', tt.full, MATRIX_CORES),
    _row('full_matrix of cores', ValueError, 'full_matrix: .* or use `full`', tt.full_matrix,
         CORES),
    _row('flat without modes', ValueError, 'full: `modes` is needed to cut the flat array',
         tt.full, np.ones(5)),
    _row('cores with ranks', ValueError, 'full: `ranks` is read off a list of `cores`', tt.full,
         CORES,
         ranks=[1, 2, 1]),
    _row('flat length', ValueError,
         r'unflatten: `flat` must be a 1-D array of 20 elements for cores of shapes '
         r'\[\[1, 4, 2\], \[2, 6, 1\]\], but its shape is \[5\]', tt.unflatten, np.ones(5), [4, 6],
         [1, 2, 1]),
    # Modes of a size.
    _row('size', ValueError, 'factorize: `n` must be at least 1', tt.factorize, 0, 3),
    _row('size in a list', ValueError, r'factorize: `n` must be one integer, but it has shape \[1\]'
         '; pass an int$', tt.factorize, [8], 2),
    _row('large size', ValueError, r'factorize: `n` must be at most 2147483647, but it is 10{15}; '
         'pass a smaller number', tt.factorize, 10**15, 4),
    _row('many factors', ValueError, 'factorize: `d` must be at most 64, but it is 65',
         tt.factorize, 100, 65),
    _row('number of factors', TypeError, 'factorize: `d` must be an integer', tt.factorize, 8,
         None),
    _row('ratio', ValueError, 'factorize: `max_ratio` must be at least 2, but it is 1.5',
         tt.factorize, 8, 3, max_ratio=1.5),
    _row('ratio nan', ValueError, 'factorize: `max_ratio` must be at least 2, but it is nan',
         tt.factorize, 8, 3, max_ratio=float('nan')),
    # Ranks from a target.
    _row('no target to select', ValueError, 'exactly one of `parameters`, `compression` and `eps` '
         'is needed, but none was given; pass one target',
         tt.select_ranks, X, [4, 6]),
    _row('two targets', ValueError, 'but `parameters` and `eps` were given', tt.select_ranks, X,
         [4, 6], parameters=20, eps=0.1),
    _row('budget not met', ValueError,
         r'select_ranks: `parameters` 9 cannot be met: with these modes, ranks of 1 take 10 '
         r'parameters, a compression of 2\.4; pass at least 10, or use more and smaller modes$',
         tt.select_ranks, X, [4, 6], parameters=9),
    _row('compression not met', ValueError,
         r'`compression` 5 cannot be met: .* ranks of 1 take 10 parameters, a compression of 2\.4; '
         r'pass at most 2\.4, or use more', tt.select_matrix_ranks, X, [2, 2], [2, 3],
         compression=5),
    _row('compression zero', ValueError, '`compression` must be positive and finite',
         tt.select_ranks,
         X, [4, 6], compression=0),
    _row('compression string', TypeError, "`compression` must be a number, but it is '4x'",
         tt.select_ranks, X, [4, 6], compression='4x'),
]


class MessagesTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_message(self, _, error, pattern, call):
        with self.assertRaisesRegex(error, pattern):
            call()
