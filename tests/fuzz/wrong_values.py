"""Values that some argument of a layer is not made for; made anew in each graph."""

import decimal
import fractions

import numpy as np
import tensorflow.compat.v1 as tf


class Raising:
    """An object that fails whatever one asks it, save its type."""

    def _fail(self, *_):
        raise RuntimeError('asked')

    __len__ = __iter__ = __bool__ = __int__ = __float__ = __index__ = __str__ = __repr__ = _fail
    __eq__ = __lt__ = __getitem__ = __array__ = _fail
    __hash__ = None


class RaisingList(list):
    """A list that cannot be read."""

    def _fail(self, *_):
        raise RuntimeError('asked')

    __len__ = __iter__ = __bool__ = __getitem__ = __repr__ = __eq__ = _fail
    __hash__ = None


class RaisingText(str):
    """A string that cannot be shown."""

    def __repr__(self):
        raise RuntimeError('asked')


def _variable():
    return tf.get_variable('of_the_test', [2], use_resource=True)


def _of_unknown_shape(dtype=tf.float32):
    return tf.placeholder_with_default(tf.ones([2, 12], dtype), None)


# Functions, for some of the values are ops.
WRONG_VALUES = [
    lambda value=value: value for value in [
        None, True, False, np.bool_(True), 0, 1, 2, -1, -7, 10 ** 30, 2 ** 31, 2 ** 63, -2 ** 70,
        0.0, 0.5, 1.0, 2.5, -0.5, 1e300, float('nan'), float('inf'), float('-inf'), 4j,
        fractions.Fraction(7, 2), decimal.Decimal('4'), np.float32('nan'), np.int64(3),
        np.uint8(255), np.array(4), np.array(True), np.datetime64('2020-01-01'),
        '', 'False', 'SAME', 'VALID', 'auto', 'a b', '/cpu:0', '4', 'ü', '_x', '.', '/', '\n',
        b'VALID', bytearray(b'ab'), [], (), {}, set(), [None], [True, 1], [1], [1, 1], [0, 1],
        [-1, 2], [2, 2, 2], [1.5, 2], [float('nan'), 1], [10 ** 30, 1], [1, 10 ** 30, 1],
        [2 ** 31, 1], [1, 2 ** 62, 1], [2 ** 62, 2 ** 62], [[1, 2], [3]], [[1, 2], [3, 4]],
        ['3', '4'], {1, 2}, {'a': 1}, range(1, 3), memoryview(b'ab'),
        np.array([]), np.array([2, 2]), np.array([[2, 2]]), np.array([2.5, 2]), np.zeros([0, 4]),
        np.array(['a', 'b']), np.array([None, 1]), np.array([[1], [1, 2]], dtype=object),
        np.zeros(3, [('a', int), ('b', float)]), np.ma.masked_array([1., 2.], [True, False]),
        np.ones([2, 12], np.float16), np.ones([2, 5, 4, 6]), np.ones([2, 12], np.complex64),
        np.ones([1000, 1000], np.int8), object(), NotImplemented, Ellipsis,
        Raising(), RaisingList([1, 2]), RaisingText('a'), slice(2), Exception('a')]
] + [
    lambda: iter([1, 2]),
    lambda: (k for k in (1, 2)),
    _variable,
    _of_unknown_shape,
    lambda: _of_unknown_shape(tf.int32),
    lambda: tf.placeholder_with_default([True, False], None),
    lambda: tf.constant(1),
    lambda: tf.constant(True),
    lambda: tf.constant([True, False]),
    lambda: tf.constant([2, 2]),
    lambda: tf.constant('a'),
    lambda: tf.constant(1.0),
    lambda: [tf.constant(2), tf.constant(2)],
    lambda: tf.ones([2, 12], tf.complex64),
    lambda: tf.ones([2, 5, 4, 6]),
    lambda: tf.ones([2, 5, 4, 3]),
    lambda: tf.ones([2, 7, 6]),
    lambda: tf.ones([2, 12]),
    lambda: tf.ones([0, 12]),
    lambda: tf.ones([3, 0]),
    lambda: tf.SparseTensor([[0, 0]], [1.0], [2, 12]),
    lambda: tf.ragged.constant([[1.0], [1.0, 2.0]]),
    lambda: tf.IndexedSlices(tf.ones([2, 5]), tf.constant([0, 1])),
    lambda: tf.TensorShape([2, 3]),
    lambda: tf.TensorShape(None),
    lambda: tf.float32,
    lambda: tf.get_default_graph(),
    lambda: tf.get_variable_scope(),
    lambda: tf.no_op(),
    lambda: tf.TensorArray(tf.float32, 2),
    lambda: [tf.zeros_initializer()] * 7,
]
