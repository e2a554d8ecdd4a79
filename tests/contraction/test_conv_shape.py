"""The sizes of a convolution with a TT kernel."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet.contraction import ConvGeometry, ConvShape, Setting, TTMatrixShape, conv_plan, cpu
from tensornet.contraction.conv_shape import checked_convolution
from tests.references.convolution import convolve

MATRIX = TTMatrixShape((2, 3), (4, 5), (6, 7, 1))
SETTING = Setting(10, True, 'float32', cpu('float32'))


class ConvShapeTest(unittest.TestCase):

    def test_filters_are_part_of_the_modes_of_what_meets_them(self):
        shape = ConvShape(MATRIX, (3, 3), (1, 1), 'SAME', (8, 8))
        self.assertEqual(((2, 3), (24, 5), (1, 7, 1)), shape.matrix_before_filters)
        self.assertEqual(((12, 3), (4, 5), (1, 7, 1)), shape.matrix_after_filters)
        self.assertEqual(((2, 3), (4, 5), (1, 7, 1)), shape.matrix_with_filters)

    def test_defaults(self):
        self.assertEqual(((1, 1), 'NHWC'), ConvShape(MATRIX, (3, 3), (1, 1), 'SAME', (8, 8))[-2:])

    def test_geometry(self):
        geometry = ConvGeometry((3, 2), (2, 1), 'VALID', (1, 3), 'NCHW')
        shape = ConvShape.of(MATRIX, geometry, (8, 9))
        self.assertEqual(geometry, shape.geometry)
        self.assertEqual((MATRIX, (8, 9)), (shape.matrix, shape.image))

    @parameterized.expand([(padding, strides, dilations) for padding in ('SAME', 'VALID')
                           for strides in ((1, 1), (2, 3), (4, 2))
                           for dilations in ((1, 1), (2, 3), (3, 5))])
    def test_size_of_the_output(self, padding, strides, dilations):
        shape = ConvShape(MATRIX, (3, 2), strides, padding, (7, 6), dilations)
        expected = convolve(np.zeros([1, 7, 6, 1]), np.zeros([3, 2, 1, 1]), strides, padding,
                            dilations)
        self.assertEqual(expected.shape[1:3], shape.out_image)


class CheckedTest(unittest.TestCase):

    def test_lists_and_whole_floats_become_tuples_of_integers(self):
        wanted = ConvShape(TTMatrixShape([2, 3.0], [4, 5], [6, 7, 1]), [3, 3.0], [1, 1], 'SAME',
                           [8, 8])
        for method in (None, 'full', 'chain', 'matrix_first', 'filters_first'):
            shape = conv_plan(wanted, SETTING, method).shape
            self.assertEqual(ConvShape(MATRIX, (3, 3), (1, 1), 'SAME', (8, 8)), shape)
            sizes = [*shape.window, *shape.strides, *shape.image, *sum(shape.matrix, ())]
            self.assertEqual({int}, set(map(type, sizes)))

    def test_one_rank_becomes_all(self):
        """That of the filters is at most 9, and that of the only bond at most 15."""
        shape = ConvShape(TTMatrixShape((2, 3), (4, 5), 20), (3, 3), (1, 1), 'SAME', (8, 8))
        self.assertEqual((9, 15, 1), conv_plan(shape, SETTING).shape.matrix.ranks)

    def test_strides_leave_the_elements_of_the_input(self):
        shape = ConvShape(MATRIX, (3, 3), (2**20, 2**20), 'SAME', (2**31, 2**31))
        with self.assertRaisesRegex(ValueError, '`batch_size` times the product of `inp_modes`'):
            conv_plan(shape, SETTING)

    @parameterized.expand([
        ('lengths', (2, 3), (4, 5, 6), (6, 7, 1), 10,
         '`shape.matrix.inp_modes` and `shape.matrix.out_modes` must have the'),
        ('ranks', (2, 3), (4, 5), (6, 1), 10, '`shape.matrix.ranks` must be a list of 3 TT-ranks'),
        ('last_rank', (2, 3), (4, 5), (6, 7, 2), 10,
         '`shape.matrix.ranks` must be a list that ends with 1'),
        ('pixels', (2, 3), (4, 5), (6, 7, 1), 2**60, '`batch_size` times the product of'),
    ])
    def test_sizes_that_do_not_fit(self, _, inp_modes, out_modes, ranks, batch_size, message):
        shape = ConvShape(TTMatrixShape(inp_modes, out_modes, ranks), (3, 3), (1, 2), 'SAME',
                          (8, 8))
        for method in (None, 'full', 'chain'):
            with self.assertRaisesRegex(ValueError, message):
                conv_plan(shape, SETTING._replace(batch_size=batch_size), method)

    def test_filters_of_more_elements_than_a_tensor(self):
        shape = ConvShape(TTMatrixShape((1, 1), (1, 1), (1, 2, 1)), (2**31, 2**31), (1, 1), 'SAME',
                          (8, 8))
        self.assertEqual(shape, checked_convolution('f', shape, SETTING)[0])
        # The largest power of two that a tensor can have is 2**62.
        shape = shape._replace(matrix=shape.matrix._replace(ranks=(2, 1, 1)))
        with self.assertRaisesRegex(ValueError, r'^f: `window` .* at most 9223372036854775807 '
                                                r'elements, but \[2147483648, 2147483648\] makes '
                                                '9223372036854775808; choose'):
            checked_convolution('f', shape, SETTING)

    @parameterized.expand([
        ('type', dict(dtype='int32'), '`setting.dtype` must be one of'),
        ('constants', dict(constant_bytes=100), '`setting.constant_bytes` is for cores that are'),
    ])
    def test_settings_that_are_none(self, _, changed, message):
        shape = ConvShape(MATRIX, (3, 3), (1, 2), 'SAME', (8, 8))
        with self.assertRaisesRegex(ValueError, message):
            conv_plan(shape, SETTING._replace(**changed), 'full')


if __name__ == '__main__':
    unittest.main()
