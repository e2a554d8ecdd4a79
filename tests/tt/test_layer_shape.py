"""Modes and ranks from sizes and a target."""

import copy
import pickle
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import initializers, layers, tt
from tests.tt.targets import tt_size


class ChooseShapeTest(unittest.TestCase):

    @parameterized.expand([
        (inp_size, out_size, compression)
        for inp_size, out_size in ((1024, 1024), (4096, 1000), (25088, 4096), (784, 10),
                                   (1009, 997), (3, 5), (2047, 1), (64, 64))
        for compression in (1.5, 5, 20, 100, 1000)])
    def test_target_is_met_and_used(self, inp_size, out_size, compression):
        target = int(inp_size * out_size / compression)
        try:
            shape = tt.choose_shape(inp_size, out_size, compression=compression)
        except ValueError:
            # No tensor train of small modes is smaller than two elements for each bit of the
            # sizes.
            self.assertLess(target, 5 * (inp_size * out_size).bit_length())
            return
        modes = np.multiply(shape.inp_modes, shape.out_modes).tolist()
        used = tt_size(modes, shape.ranks)
        self.assertLessEqual(used, target)
        self.assertGreaterEqual(np.prod(shape.inp_modes), inp_size)
        self.assertGreaterEqual(np.prod(shape.out_modes), out_size)
        limits = tt.max_ranks(modes)
        self.assertTrue((np.array(shape.ranks) <= limits).all(), msg=shape)
        for bond in range(1, len(modes)):
            higher = list(shape.ranks)
            higher[bond] += 1
            carried = all(right <= left * mode and left <= right * mode
                          for left, mode, right in zip(higher, modes, higher[1:]))
            if carried and higher[bond] <= limits[bond]:
                self.assertGreater(tt_size(modes, higher), target, msg=shape)

    @parameterized.expand([
        ('even', (4096, 1000), {'compression': 20}, ([8, 8, 8, 8], [8, 5, 5, 5])),
        ('padded', (2047, 4099), {'parameters': 5000}, ([4, 4, 4, 4, 8], [7, 6, 5, 5, 4])),
        ('cores', (64, 64), {'parameters': 100, 'cores': 3}, ([4, 4, 4], [4, 4, 4])),
        ('more cores', (1024, 1024), {'parameters': 43}, ([2] * 10, [2] * 10)),
        ('more cores of one size', (729, 1), {'parameters': 18}, ([3] * 6, [1] * 6)),
        ('more cores of the other', (1, 729), {'parameters': 18}, ([1] * 6, [3] * 6)),
    ])
    def test_modes(self, _, sizes, target, modes):
        self.assertEqual(modes, tt.choose_shape(*sizes, **target)[:2])

    def test_ranks_are_even(self):
        self.assertEqual([1, 46, 46, 40, 1], tt.choose_shape(4096, 1000, compression=25).ranks)

    def test_of_equal_ranks_the_last_is_raised_first(self):
        self.assertEqual([1, 1, 1, 2, 1], tt.choose_shape(4096, 1000, parameters=285).ranks)
        self.assertEqual([1, 1, 2, 1], tt.choose_shape(64, 64, parameters=100).ranks)

    @parameterized.expand([((64, 64), parameters) for parameters in (80, 112, 128)] + [
        ((4096, 1000), parameters) for parameters in (100, 368, 504)])
    def test_a_size_that_is_used_up(self, sizes, parameters):
        shape = tt.choose_shape(*sizes, parameters=parameters)
        modes = np.multiply(shape.inp_modes, shape.out_modes).tolist()
        self.assertEqual(parameters, tt_size(modes, shape.ranks))

    def test_compression_is_a_number_of_parameters(self):
        self.assertEqual(tt.choose_shape(512, 100, parameters=1024),
                         tt.choose_shape(512, 100, compression=50))

    def test_no_parameter_more_than_the_compression_admits(self):
        self.assertEqual([1, 2, 1], tt.choose_shape(8, 8, cores=2, compression=2).ranks)
        self.assertEqual([1, 1, 1], tt.choose_shape(8, 8, cores=2, compression=64 / 31.5).ranks)

    @parameterized.expand([(compression,) for compression in (1e-320, 1e-30, np.float16(1e-7))])
    def test_a_size_without_end(self, compression):
        self.assertEqual(tt.choose_shape(64, 64, parameters=10**9),
                         tt.choose_shape(64, 64, compression=compression))

    def test_a_compression_in_half_precision(self):
        self.assertEqual(tt.choose_shape(4096, 1000, compression=20),
                         tt.choose_shape(4096, 1000, compression=np.float16(20)))

    def test_what_is_said_to_be_reachable_is(self):
        # Of 23 x 35 and 48 x 49 the ratio has few digits, and floating point puts it above.
        for sizes in ((64, 64), (37, 91), (1009, 997), (12, 7), (23, 35), (48, 49)):
            with self.assertRaises(ValueError) as caught:
                tt.choose_shape(*sizes, compression=1e9)
            most = float(str(caught.exception).rpartition('at most ')[2])
            self.assertEqual({1}, set(tt.choose_shape(*sizes, compression=most).ranks))

    @parameterized.expand([((64, 30), {}), ((1009, 997), {'inp_size': 1009, 'out_size': 997}),
                           ((64, 997), {'out_size': 997})])
    def test_goes_into_layer_and_initializer(self, sizes, padded):
        shape = tt.choose_shape(*sizes, compression=4)
        self.assertEqual(padded, shape.sizes)
        with tf.Graph().as_default():
            out = layers.tt(np.zeros((2, sizes[0]), np.float32), *shape, **shape.sizes,
                            cores_initializer=initializers.he.tt(*shape, **shape.sizes))
            variables = sum(variable.shape.num_elements() for variable in
                            tf.trainable_variables() if 'core' in variable.op.name)
        self.assertEqual([2, sizes[1]], out.shape.as_list())
        self.assertLessEqual(variables, sizes[0] * sizes[1] // 4)

    @parameterized.expand([('copied', copy.copy),
                           ('pickled', lambda shape: pickle.loads(pickle.dumps(shape))),
                           ('replaced', lambda shape: shape._replace(ranks=8))])
    def test_sizes_stay_with_the_shape(self, _, made):
        shape = tt.choose_shape(1009, 997, compression=4)
        self.assertEqual({'inp_size': 1009, 'out_size': 997}, made(shape).sizes)
        self.assertEqual(shape[:2], made(shape)[:2])

    def test_sizes_are_shown_and_compared(self):
        shape = tt.choose_shape(1009, 997, compression=4)
        self.assertEqual('LayerShape(inp_modes=[2, 3], out_modes=[2, 2], ranks=[1, 2, 1], '
                         "sizes={'inp_size': 5})",
                         repr(tt.LayerShape([2, 3], [2, 2], [1, 2, 1], {'inp_size': 5})))
        for other, expected in ((tt.LayerShape(*shape, sizes=shape.sizes), True),
                                (tt.LayerShape(*shape), False), (tuple(shape), True),
                                (shape._replace(ranks=[1]), False), (None, False)):
            self.assertEqual((expected, not expected), (shape == other, shape != other), msg=other)

    @parameterized.expand([((16, 32), {}), ((17, 31), {'inp_ch': 17, 'out_ch': 31})])
    def test_goes_into_convolution(self, sizes, padded):
        shape = tt.choose_shape(*sizes, window=[3, 3], compression=5)
        self.assertEqual(padded, shape.sizes)
        filters, cores = initializers.he.tt_conv([3, 3], *shape, **shape.sizes)
        with tf.Graph().as_default():
            out = layers.tt_conv(np.zeros((1, 8, 8, sizes[0]), np.float32), [3, 3], *shape,
                                 **shape.sizes, filters_initializer=filters,
                                 cores_initializer=cores)
            variables = sum(variable.shape.num_elements() for variable in
                            tf.trainable_variables() if 'biases' not in variable.op.name)
        self.assertEqual([1, 8, 8, sizes[1]], out.shape.as_list())
        self.assertLessEqual(variables, 9 * sizes[0] * sizes[1] // 5)
        self.assertGreater(variables, 0.8 * 9 * sizes[0] * sizes[1] // 5)

    @parameterized.expand([
        ('none', {}, 'exactly one of `compression` and `parameters` is needed, but none was given'),
        ('both', {'compression': 2, 'parameters': 9}, 'but `compression` and `parameters` were '
         'given; pass one target'),
        ('unreachable', {'compression': 1000},
         r'`compression` 1000 cannot be met for the sizes 64 and 64: ranks of 1 take 24 '
         r'parameters, a compression of 170\.667; pass at most 170\.666$'),
        ('few', {'parameters': 23}, '`parameters` 23 cannot be met .*; pass at least 24$'),
        ('cores', {'compression': 100, 'cores': 2}, 'pass at most 32, or more `cores`$'),
        ('few cores', {'parameters': 9, 'cores': 2}, 'pass at least 128, or more `cores`$'),
        ('window', {'compression': 2, 'window': [3]}, '`window` must be height and width'),
    ])
    def test_messages(self, _, arguments, message):
        with self.assertRaisesRegex(ValueError, '^choose_shape: .*' + message):
            tt.choose_shape(64, 64, **arguments)

    def test_bounds(self):
        largest = 2**31 - 1
        self.assertEqual(64, len(tt.choose_shape(largest, 2, cores=64, compression=2).ranks) - 1)
        for sizes, cores, message in (
                ((largest + 1, 2), 3, '`inp_size` must be at most 2147483647, but it is 21474836'),
                ((2, largest + 1), 3, '`out_size` must be at most 2147483647, but it is 21474836'),
                ((64, 64), 65, '`cores` must be at most 64, but it is 65')):
            with self.assertRaisesRegex(ValueError, '^choose_shape: ' + message):
                tt.choose_shape(*sizes, cores=cores, compression=2)


if __name__ == '__main__':
    unittest.main()
