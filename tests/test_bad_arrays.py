"""Functions on arrays, given what is no array: each bad value for each argument of each function.

All must be refused by a ValueError or TypeError that begins with the function and names the
argument, and leave nothing in the graph.
"""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import contraction, convert, initializers, tt

MATRIX = np.random.RandomState(0).standard_normal((8, 6)).astype(np.float32)
KERNEL = np.random.RandomState(1).standard_normal((3, 3, 4, 6)).astype(np.float32)
CORES = [np.ones((1, 4, 2)), np.ones((2, 6, 1))]
MATRIX_CORES = [np.ones((1, 2, 2, 2)), np.ones((2, 2, 3, 1))]
FLAT = np.ones(20)


def _ragged():
    return [[1.0, 2.0], [3.0]]


BAD = {
    'variable': lambda: tf.get_variable('v', [8, 6]),
    'resource variable': lambda: tf.get_variable('r', [8, 6], use_resource=True),
    'tensor': lambda: tf.zeros([8, 6]),
    'placeholder': lambda: tf.placeholder(tf.float32),
    'list of tensors': lambda: [tf.zeros([1, 4]), tf.zeros([4, 1])],
    'none': lambda: None,
    'string': lambda: 'abc',
    'bytes': lambda: b'abc',
    'ragged': _ragged,
    'objects': lambda: np.array([object(), None]),
    'object': object,
    'dict': lambda: {'a': 1},
    'huge': lambda: 10**30,
    'huge list': lambda: [10**30, 2],
    'negative': lambda: -1,
    'zeros': lambda: [0, 0, 0],
    'bool': lambda: True,
    'bools': lambda: [True, True, True],
    'fraction': lambda: 2.5,
    'fractions': lambda: [1.5, 2.5],
    'nan': lambda: float('nan'),
    'nans': lambda: [float('nan')] * 3,
    'infinity': lambda: float('inf'),
    'complex': lambda: np.ones((8, 6), np.complex64),
    'dates': lambda: np.zeros(48, 'datetime64[s]'),
    'masked': lambda: np.ma.masked_invalid([[1.0, np.nan], [1.0, 2.0]]),
    'empty': lambda: [],
    'empty array': lambda: np.zeros((0, 6), np.float32),
    'type': lambda: np.float32,
    'function': lambda: _ragged,
}
ANY_RATIO = {'fraction', 'infinity', 'huge'}
GOOD = {
    'parameters': {'none'}, 'eps': {'none'}, 'max_rank': {'none'}, 'pad': {'bool'},
    'compression': {'none', 'fraction'}, 'max_ratio': ANY_RATIO, 'shape': {'none'},
    'seed': {'none'}, 'steps': {'none'}, 'training': {'bool'}, 'groups': {'none'},
    'order': {'none'},
    'dtype': {'type'}, 'inp_size': {'none'}, 'out_size': {'none'}, 'inp_ch': {'none'},
    'out_ch': {'none'}, 'biases': {'none'}, 'following': {'none'}, 'activation': {'none'},
    'regularization': {'fraction', 'huge'},
}

SVD = dict(modes=[8, 6], ranks=[1, 2, 1], eps=0.5, max_rank=3)
PAIRS = dict(left_modes=[2, 4], right_modes=[2, 3])
DENSE = dict(inp_modes=[2, 4], out_modes=[2, 3])
CONV = dict(inp_ch_modes=[2, 2], out_ch_modes=[2, 3])
FUNCTIONS = [
    (tt.decompose, dict(SVD, tensor=MATRIX)),
    (tt.svd, dict(SVD, X=MATRIX)),
    (tt.decompose_matrix, dict(PAIRS, matrix=MATRIX, ranks=[1, 2, 1], eps=0.5, max_rank=3)),
    (tt.matrix_svd, dict(PAIRS, X=MATRIX, ranks=[1, 2, 1], eps=0.5, max_rank=3)),
    (tt.select_ranks, dict(tensor=MATRIX, modes=[8, 6], eps=0.5)),
    (tt.select_ranks, dict(tensor=MATRIX, modes=[8, 6], parameters=40)),
    (tt.select_matrix_ranks, dict(PAIRS, matrix=MATRIX, compression=1.5)),
    (tt.factorize, dict(n=100, d=3, max_ratio=2)),
    (tt.flatten, dict(cores=CORES)),
    (tt.unflatten, dict(flat=FLAT, modes=[4, 6], ranks=[1, 2, 1])),
    (tt.unflatten_matrix, dict(flat=FLAT, left_modes=[2, 2], right_modes=[2, 3], ranks=[1, 2, 1])),
    (tt.full, dict(cores=CORES)),
    (tt.full, dict(cores=FLAT, modes=[4, 6], ranks=[1, 2, 1])),
    (tt.full_matrix, dict(cores=MATRIX_CORES)),
    (tt.max_ranks, dict(modes=[4, 6])),
    (tt.norm, dict(cores=CORES)),
    (tt.ranks, dict(cores=CORES)),
    (tt.storage, dict(cores=CORES)),
    (tt.round, dict(cores=CORES, ranks=[1, 2, 1], eps=0.5, max_rank=3)),
    (convert.tt_from_dense, dict(DENSE, weights=MATRIX, ranks=[1, 2, 1], eps=0.5, max_rank=3,
                                 pad=False)),
    (convert.tt_from_dense, dict(DENSE, weights=MATRIX, compression=1.5)),
    (convert.tt_from_dense, dict(DENSE, weights=MATRIX, parameters=40)),
    (convert.tt_conv_from_dense, dict(CONV, weights=KERNEL, ranks=[3, 2, 1], eps=0.5, max_rank=3,
                                      pad=True)),
    (convert.tt_conv_direct_from_dense, dict(weights=KERNEL, ranks=[1, 2, 3, 2, 1], eps=0.5)),
    (convert.tt_to_dense, dict(DENSE, cores=[np.ones((4, 2)), np.ones((3, 8))], shape=[8, 5])),
    (convert.tt_conv_to_dense, dict(CONV, filters=np.ones((3, 3, 1, 2)),
                                    cores=[np.ones((4, 4)), np.ones((3, 4))])),
    (convert.tt_conv_direct_to_dense, dict(cores=[np.ones((1, 3)), np.ones((1, 3)), np.ones((1, 4)),
                                                  np.ones((1, 6))])),
    (convert.fit_to_inputs, dict(
        weights=convert.tt_from_dense(MATRIX, **DENSE, ranks=2), dense=MATRIX,
        inputs=np.eye(8)[:3], biases=np.ones(6), activation='relu', following=MATRIX[:6],
        regularization=0.1, sweeps=1, steps=2)),
    (convert.fit_to_inputs, dict(
        weights=convert.tt_conv_direct_from_dense(KERNEL, ranks=2), dense=KERNEL,
        inputs=np.ones([1, 5, 5, 4]), strides=[1, 2], padding='VALID', sweeps=1)),
    (contraction.plan, dict(DENSE, ranks=[1, 2, 1], batch_size=3, training=True, dtype='float32')),
    (contraction.plan, dict(DENSE, ranks=[1, 2, 1], groups=[1, 1], order=['left'])),
    (contraction.chain_plan, dict(DENSE, ranks=[1, 2, 1], batch_size=3)),
    (initializers.he.tt, dict(DENSE, ranks=[1, 2, 1], seed=1, inp_size=7, out_size=5)),
    (initializers.glorot.tt_conv, dict(CONV, window=[3, 3], ranks=[3, 2, 1], seed=1, inp_ch=3,
                                       out_ch=5)),
    (initializers.lecun.tt_conv_direct, dict(window=[3, 3], in_ch=4, out_ch=6,
                                             ranks=[1, 2, 3, 2, 1], seed=1)),
    (initializers.xavier, dict(seed=1)),
]
CASES = [(f'{number:02} {function.__name__} {name}', function, arguments, name)
         for number, (function, arguments) in enumerate(FUNCTIONS) for name in arguments]


class BadValuesTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_each_is_refused_by_name(self, _, function, arguments, name):
        function(**arguments)
        good = GOOD.get(name, set())
        if name == 'ranks' and set(arguments) & {'eps', 'max_rank'}:
            good = good | {'none'}
        for label, make in BAD.items():
            with tf.Graph().as_default() as graph, self.subTest(value=label):
                value = make()
                before = len(graph.get_operations())
                if label in good:
                    continue
                with self.assertRaises((ValueError, TypeError)) as caught:
                    function(**dict(arguments, **{name: value}))
                message = str(caught.exception)
                self.assertRegex(message, rf'^([a-z]+\.)?{function.__name__}: ')
                self.assertRegex(message, f'`{name}')
                self.assertRegex(message, '; [a-z]')
                self.assertLess(len(message), 600)
                self.assertEqual(before, len(graph.get_operations()))


if __name__ == '__main__':
    unittest.main()
