"""Dense weights to the weights of a layer and back, for every format."""

import contextlib
import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import convert, layers, tt
from tests.references.convolution import tt_direct_kernel, tt_kernel
from tests.references.tt_matrix import tt_matrix
from tests.sessions import assert_close


def _random(shape, dtype=np.float64, seed=0):
    return np.random.RandomState(seed).normal(size=shape).astype(dtype)


def _low_rank(shape, dtype=np.float64):
    """Weights with decaying singular values along each way of splitting the axes."""
    grids = np.meshgrid(*[np.arange(1, size + 1) for size in shape], indexing='ij')
    return (1.0 / sum(grids) + 0.01 * _random(shape)).astype(dtype)


class TTTest(unittest.TestCase):

    @parameterized.expand([
        ('square', [2, 3, 4], [4, 3, 2]), ('one_core', [6], [5]), ('ones', [1, 4, 3], [5, 1, 2]),
        ('six_cores', [2] * 6, [2, 1, 2, 3, 2, 1]), ('column', [2, 3], [1, 1]),
    ])
    def test_full_rank_is_exact_in_the_layout_of_the_layer(self, _, inp_modes, out_modes):
        for dtype, tolerance in ((np.float32, 1e-6), (np.float64, 1e-13)):
            dense = _random([np.prod(inp_modes), np.prod(out_modes)], dtype)
            weights = convert.tt_from_dense(dense, inp_modes, out_modes, eps=0)
            self.assertEqual('tt', weights.layer)
            self.assertEqual([f'mat_core_{k}' for k in range(1, len(inp_modes) + 1)],
                             list(weights.variables))
            self.assertEqual({dtype}, {core.dtype.type for core in weights.cores})
            assert_close(tt_matrix(weights.cores, inp_modes, out_modes, weights.ranks)[0], dense,
                         tolerance)
            back = convert.tt_to_dense(weights.cores, inp_modes, out_modes)
            self.assertEqual(dtype, back.dtype.type)
            assert_close(back, dense, tolerance)
            self.assertLess(weights.relative_error, tolerance)

    @parameterized.expand([
        ('inputs', [5, 6], [2, 4], [3, 2]), ('outputs', [8, 5], [2, 4], [3, 2]),
        ('both', [7, 5], [2, 4], [3, 2]), ('one', [1, 1], [2, 2], [2, 2]),
    ])
    def test_padding_keeps_the_first_outputs(self, _, shape, inp_modes, out_modes):
        dense = _random(shape)
        weights = convert.tt_from_dense(dense, inp_modes, out_modes, eps=0, pad=True)
        full = tt_matrix(weights.cores, inp_modes, out_modes, weights.ranks)[0]
        expected = np.zeros([np.prod(inp_modes), np.prod(out_modes)])
        expected[:shape[0], :shape[1]] = dense
        assert_close(full, expected, 1e-13)
        self.assertEqual(shape, weights.dense_shape)
        assert_close(convert.tt_to_dense(weights.cores, inp_modes, out_modes, shape), dense, 1e-13)

    def test_padded_sizes_of_the_factorization(self):
        dense = _random([1000, 23])
        for d, size in ((3, 1000), (5, 1024)):
            modes = tt.factorize(1000, d)
            self.assertEqual(size, modes.size)
            out = tt.factorize(23, d)
            weights = convert.tt_from_dense(dense, modes.modes, out.modes, eps=0, pad=True)
            assert_close(convert.tt_to_dense(weights.cores, modes.modes, out.modes)[:1000, :23],
                         dense, 1e-12)

    def test_error_is_that_of_the_weights_and_within_eps(self):
        dense = _low_rank([36, 24])
        for eps in (0.3, 0.1, 0.01):
            with self.assertWarns(convert.GrowthWarning) if eps == 0.01 else \
                    contextlib.nullcontext():
                weights = convert.tt_from_dense(dense, [6, 3, 2], [2, 3, 4], eps=eps)
            error = np.linalg.norm(
                tt_matrix(weights.cores, [6, 3, 2], [2, 3, 4], weights.ranks)[0] - dense)
            self.assertLessEqual(error, eps * np.linalg.norm(dense))
            self.assertAlmostEqual(error / np.linalg.norm(dense), weights.relative_error)

    def test_ranks_as_given(self):
        weights = convert.tt_from_dense(_random([24, 24]), [2, 3, 4], [4, 3, 2], [1, 3, 5, 1])
        self.assertEqual([1, 3, 5, 1], weights.ranks)
        self.assertEqual({'inp_modes': [2, 3, 4], 'out_modes': [4, 3, 2],
                          'mat_ranks': [1, 3, 5, 1]}, weights.arguments)
        self.assertEqual([(12, 2), (15, 9), (2, 20)], [core.shape for core in weights.cores])
        self.assertEqual(24 + 135 + 40, weights.parameters)

    def test_sizes_are_arguments_where_they_are_padded(self):
        for shape, expected in (([8, 6], {}), ([7, 6], {'inp_size': 7}), ([8, 5], {'out_size': 5}),
                                ([7, 5], {'inp_size': 7, 'out_size': 5})):
            weights = convert.tt_from_dense(_random(shape), [2, 4], [3, 2], 3, pad=True)
            self.assertEqual(dict({'inp_modes': [2, 4], 'out_modes': [3, 2],
                                   'mat_ranks': [1, 3, 1]}, **expected), weights.arguments)

    @parameterized.expand([('compression', 3), ('compression', 10), ('parameters', 100)])
    def test_size_is_met(self, name, value):
        dense = _low_rank([36, 24])
        weights = convert.tt_from_dense(dense, [6, 6], [4, 6], **{name: value})
        least = value if name == 'parameters' else dense.size / value
        self.assertLessEqual(weights.parameters, least)
        larger = convert.tt_from_dense(dense, [6, 6], [4, 6], max_rank=weights.ranks[1] + 1)
        self.assertGreater(larger.parameters, least)

    def test_half_precision_weights(self):
        dense = np.round(_random([6, 4]) * 8) / 8
        weights = convert.tt_from_dense(dense.astype(np.float16), [2, 3], [2, 2], eps=0)
        assert_close(convert.tt_to_dense(weights.cores, [2, 3], [2, 2]), dense, 1e-6)


class TTConvTest(unittest.TestCase):

    @parameterized.expand([
        ('3x3', [3, 3], [2, 3], [4, 2]), ('3x2', [3, 2], [2, 2, 2], [1, 3, 2]),
        ('1x1', [1, 1], [2, 3], [4, 2]), ('1x5', [1, 5], [6], [4]),
        ('one_channel', [3, 3], [1], [1]), ('one_number', [1, 1], [1], [1]),
    ])
    def test_full_rank_is_exact_in_the_layout_of_the_layer(self, _, window, inp_modes, out_modes):
        for dtype, tolerance in ((np.float32, 1e-6), (np.float64, 1e-13)):
            kernel = _random(window + [np.prod(inp_modes), np.prod(out_modes)], dtype)
            weights = convert.tt_conv_from_dense(kernel, inp_modes, out_modes, eps=0)
            self.assertEqual('tt_conv', weights.layer)
            self.assertEqual(window + [1, weights.ranks[0]], list(weights.filters.shape))
            assert_close(tt_kernel(weights.filters, weights.cores, inp_modes, out_modes,
                                   weights.ranks), kernel, tolerance)
            assert_close(convert.tt_conv_to_dense(weights.filters, weights.cores, inp_modes,
                                                  out_modes), kernel, tolerance)
            if weights.filters.size == 1:
                self.assertEqual(1, weights.filters.item())

    def test_ranks_as_given(self):
        kernel = _random([3, 3, 6, 8])
        weights = convert.tt_conv_from_dense(kernel, [2, 3], [4, 2], [5, 4, 1])
        self.assertEqual([5, 4, 1], weights.ranks)
        self.assertEqual({'window': [3, 3], 'inp_ch_modes': [2, 3], 'out_ch_modes': [4, 2],
                          'ranks': [5, 4, 1]}, weights.arguments)
        self.assertEqual(['filters', 'core_1', 'core_2'], list(weights.variables))
        self.assertEqual([(3, 3, 1, 5), (16, 10), (2, 12)],
                         [value.shape for value in weights.variables.values()])

    def test_channels_are_padded(self):
        kernel = _random([3, 2, 5, 7])
        weights = convert.tt_conv_from_dense(kernel, [2, 3], [4, 2], eps=0, pad=True)
        full = tt_kernel(weights.filters, weights.cores, [2, 3], [4, 2], weights.ranks)
        assert_close(full[:, :, :5, :7], kernel, 1e-13)
        self.assertLess(np.abs(full[:, :, 5:]).max(), 1e-13)
        self.assertLess(np.abs(full[..., 7:]).max(), 1e-13)
        assert_close(convert.tt_conv_to_dense(weights.filters, weights.cores, [2, 3], [4, 2],
                                              [3, 2, 5, 7]), kernel, 1e-13)

    def test_channels_are_arguments_where_they_are_padded(self):
        for shape, expected in (([6, 8], {}), ([5, 8], {'inp_ch': 5}), ([6, 7], {'out_ch': 7})):
            weights = convert.tt_conv_from_dense(_random([3, 3] + shape), [2, 3], [4, 2], 5,
                                                 pad=True)
            self.assertEqual(dict({'window': [3, 3], 'inp_ch_modes': [2, 3],
                                   'out_ch_modes': [4, 2], 'ranks': [5, 5, 1]}, **expected),
                             weights.arguments)

    @parameterized.expand([({'eps': 0.2},), ({'compression': 4},), ({'max_rank': 3},)])
    def test_targets(self, target):
        kernel = _low_rank([3, 3, 8, 8])
        weights = convert.tt_conv_from_dense(kernel, [2, 4], [4, 2], **target)
        error = np.linalg.norm(tt_kernel(weights.filters, weights.cores, [2, 4], [4, 2],
                                         weights.ranks) - kernel) / np.linalg.norm(kernel)
        self.assertAlmostEqual(error, weights.relative_error)
        self.assertLessEqual(error, target.get('eps', 1))
        self.assertLessEqual(weights.parameters, kernel.size / target.get('compression', 1))
        self.assertLessEqual(max(weights.ranks), target.get('max_rank', 64))


class RanksTest(unittest.TestCase):
    """One rank for all bonds, and those that are larger than useful."""

    CASES = [
        ('tt', lambda ranks: convert.tt_from_dense(_random([24, 24]), [2, 3, 4], [4, 3, 2], ranks),
         [1, 8, 8, 1], [1, 40, 9, 1]),
        ('tt_conv', lambda ranks: convert.tt_conv_from_dense(_random([3, 3, 6, 8]), [2, 3], [4, 2],
                                                             ranks), [9, 6, 1], [22, 20, 1]),
        ('tt_conv_direct', lambda ranks: convert.tt_conv_direct_from_dense(
            _random([3, 3, 6, 8]), ranks), [1, 3, 9, 8, 1], [1, 4, 9, 9, 1]),
    ]

    @parameterized.expand(CASES)
    def test(self, name, from_dense, most, useless):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            for rank in (2, np.int32(5), 1000):
                self.assertEqual([min(rank, limit) for limit in most], from_dense(rank).ranks)
            self.assertEqual([], caught)
            weights = from_dense(useless)
        warning, = caught
        self.assertEqual(__file__, warning.filename)
        self.assertRegex(str(warning.message), f'^{name}_from_dense: some TT-ranks are larger')
        self.assertEqual(useless, weights.ranks)
        self.assertIn(useless, weights.arguments.values())
        useful = from_dense([min(rank, limit) for rank, limit in zip(useless, most)])
        self.assertGreater(weights.parameters, useful.parameters)
        self.assertEqual(useful.relative_error, weights.relative_error)
        self.assertLess(weights.relative_error, 1e-13)

    def test_they_fit_the_layer(self):
        for name, from_dense, _, useless in self.CASES:
            with tf.Graph().as_default(), warnings.catch_warnings():
                warnings.simplefilter('ignore')
                weights = from_dense(useless)
                shape = [2, 24] if name == 'tt' else [2, 5, 4, 6]
                getattr(layers, name)(tf.zeros(shape), scope='layer', **weights.arguments)
                with tf.Session() as opened:
                    convert.assign(opened, 'layer', weights)


class MagnitudesTest(unittest.TestCase):
    """Weights near the ends of the range of their dtype."""

    SCALES = [(np.float64, 1e300), (np.float64, 1e-300), (np.float32, 1e37), (np.float32, 1e-36)]

    @parameterized.expand(SCALES)
    def test_tt(self, dtype, scale):
        ordinary = _low_rank([8, 6], dtype)
        dense = ordinary * dtype(scale)
        with self.assertWarnsRegex(convert.GrowthWarning, 'an error of 0.01 takes 64 parameters'):
            weights = convert.tt_from_dense(dense, [2, 4], [2, 3], eps=0.01)
        with self.assertWarnsRegex(convert.GrowthWarning, 'an error of 0.01 takes 64 parameters'):
            expected = convert.tt_from_dense(ordinary, [2, 4], [2, 3], eps=0.01)
        self.assertEqual(expected.ranks, weights.ranks)
        back = convert.tt_to_dense(weights.cores, [2, 4], [2, 3])
        self.assertEqual(dtype, back.dtype)
        error = np.linalg.norm(back / dtype(scale) - ordinary) / np.linalg.norm(ordinary)
        self.assertAlmostEqual(weights.relative_error, error, delta=1e-6)

    @parameterized.expand(SCALES)
    def test_filters_of_a_single_one(self, dtype, scale):
        ordinary = _low_rank([1, 1, 4, 6], dtype)
        dense = ordinary * dtype(scale)
        with self.assertWarnsRegex(convert.GrowthWarning, 'takes 41 parameters'):
            weights = convert.tt_conv_from_dense(dense, [2, 2], [3, 2], eps=1e-6)
        np.testing.assert_array_equal(1, weights.filters)
        back = convert.tt_conv_to_dense(weights.filters, weights.cores, [2, 2], [3, 2])
        assert_close(back / dtype(scale), ordinary, 5e-6)
        with self.assertWarnsRegex(convert.GrowthWarning, 'takes 42 parameters'):
            direct = convert.tt_conv_direct_from_dense(dense, eps=1e-6)
        back = convert.tt_conv_direct_to_dense(direct.cores)
        assert_close(back / dtype(scale), ordinary, 5e-6)


class TTConvDirectTest(unittest.TestCase):

    @parameterized.expand([
        ('3x3', [3, 3, 4, 5]), ('1x1', [1, 1, 4, 5]), ('1x5', [1, 5, 2, 3]),
        ('5x1', [5, 1, 2, 3]), ('one_output', [3, 3, 4, 1]), ('one_input', [2, 3, 1, 4]),
        ('column', [3, 1, 1, 1]),
    ])
    def test_full_rank_is_exact_in_the_layout_of_the_layer(self, _, shape):
        for dtype, tolerance in ((np.float32, 1e-6), (np.float64, 1e-13)):
            kernel = _random(shape, dtype)
            weights = convert.tt_conv_direct_from_dense(kernel, eps=0)
            assert_close(tt_direct_kernel(weights.cores, shape, weights.ranks), kernel, tolerance)
            assert_close(convert.tt_conv_direct_to_dense(weights.cores), kernel, tolerance)
            for core in weights.cores:
                if core.size == 1:
                    self.assertEqual(1, core.item())

    def test_ranks_as_given(self):
        weights = convert.tt_conv_direct_from_dense(_random([3, 3, 6, 8]), [1, 3, 4, 2, 1])
        self.assertEqual({'window': [3, 3], 'out_ch': 8, 'ranks': [1, 3, 4, 2, 1]},
                         weights.arguments)
        self.assertEqual([(1, 9), (3, 12), (4, 12), (2, 8)],
                         [core.shape for core in weights.cores])


if __name__ == '__main__':
    unittest.main()
