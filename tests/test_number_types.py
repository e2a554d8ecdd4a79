"""Conversions between all types of numbers against Python's own arithmetic."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.number_types import exact, rounded

BFLOAT16 = np.dtype(tf.bfloat16.as_numpy_dtype)
TYPES = [np.dtype(name) for name in (
    'bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float16',
    'float32', 'float64', '>f4', 'complex64', 'complex128')] + [BFLOAT16]
INFINITY, NAN = float('inf'), float('nan')
NUMBERS = [0, 1, -1, 2, 127, 128, -128, 255, 256, 65504, 65535, 65536, 2**24 + 1, 2**31, -2**31,
           2**32 - 1, 2**53 + 1, 2**63 - 1, 2**63, -2**63, 2**64 - 1, 0.5, 0.1, 1e-8, 1e5, 1e39,
           1e300, INFINITY, -INFINITY, NAN, 1j, 1 + 1e-9j, complex(NAN, 1)]


def in_type(number, dtype):
    """Returns an array of one number, or None where the type has no number near it."""
    if dtype.kind in 'iu':
        limits = np.iinfo(dtype)
        return np.array([number], dtype) if isinstance(number, int) and (
            limits.min <= number <= limits.max) else None
    if dtype.kind == 'b':
        return np.array([number], dtype) if number in (0, 1) else None
    if isinstance(number, complex) and dtype.kind != 'c':
        return None
    with np.errstate(all='ignore'):
        if dtype == BFLOAT16:
            return np.array([number], np.float32).astype(dtype)
        return np.array([number]).astype(np.complex128 if dtype.kind == 'c' else np.float64
                                         ).astype(dtype)


def as_python(array):
    """The number of an array as int, float or complex, without rounding."""
    if array.dtype == BFLOAT16:
        array = array.astype(np.float32)
    return array.item()


def is_same(left, right):
    return left == right or (left != left and right != right)


def holds(dtype, number):
    """Whether a type has exactly this number."""
    simplest = number
    if isinstance(simplest, complex) and simplest.imag == 0 and dtype.kind != 'c':
        simplest = simplest.real
    if isinstance(simplest, float) and simplest.is_integer() and dtype.kind in 'biu':
        simplest = int(simplest)
    near = in_type(simplest, dtype)
    return near is not None and is_same(as_python(near), number)


def is_floating(dtype):
    return dtype.kind == 'f' or dtype == BFLOAT16


class NumberTypesTest(unittest.TestCase):

    @parameterized.expand([(old.str + old.name, old) for old in TYPES])
    def test_all_pairs(self, _, old):
        for number in NUMBERS:
            array = in_type(number, old)
            if array is None:
                continue
            number = as_python(array)
            for new in TYPES:
                message = f'{number!r} from {old.name} to {new.name}'
                result = exact(array, new)
                self.assertEqual(holds(new, number), result is not None, message)
                if result is not None:
                    self.assertEqual(new, result.dtype)
                    self.assertTrue(is_same(number, as_python(result)), message)
                near = rounded(array, new)
                if (is_floating(new) or new.kind == 'c') and (
                        is_floating(old) or old.kind in 'iu' or old.kind == new.kind == 'c'):
                    expected = as_python(in_type(number, new))
                    self.assertEqual(np.isfinite(expected) == np.isfinite(number),
                                     near is not None, message)
                    if near is not None:
                        self.assertTrue(is_same(expected, as_python(near)), message)
                else:
                    self.assertEqual(result is None, near is None, message)

    def test_rounding(self):
        array = np.array([0.1, -2.7, 65519.])
        np.testing.assert_array_equal(np.array([0.1, -2.7, 65504.], np.float16),
                                      rounded(array, np.float16))
        self.assertIsNone(rounded(np.array([65520.]), np.float16))
        self.assertIsNone(exact(array, np.float16))
        self.assertIsNone(rounded(array, np.int32))

    @parameterized.expand([('text', np.array(['1'])), ('bytes', np.array([b'1'])),
                           ('object', np.array([1], object))])
    def test_what_is_no_number(self, _, array):
        self.assertIsNone(exact(array, np.float32))
        self.assertIsNone(exact(np.ones(1), array.dtype))
        self.assertIs(array, exact(array, array.dtype))

    def test_one_number_of_many(self):
        self.assertIsNone(exact(np.array([1, 2, -1]), np.uint8))
        np.testing.assert_array_equal([1, 2], exact(np.array([1., 2.]), np.uint8))
        self.assertEqual((0, 3), exact(np.zeros([0, 3]), np.int8).shape)


if __name__ == '__main__':
    unittest.main()
