"""`get_var_wrap`, which scripts call for variables of their own."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.layers import get_var_wrap
from tests.sessions import session


class GetVarWrapTest(unittest.TestCase):

    def test_variable(self):
        with tf.Graph().as_default():
            with tf.variable_scope('outer'):
                variable = get_var_wrap('v', [2, 3], tf.ones_initializer, None, True, False)
            self.assertEqual('outer/v', variable.op.name)
            self.assertEqual([2, 3], variable.shape.as_list())
            self.assertEqual(tf.float32, variable.dtype.base_dtype)
            self.assertEqual([variable], tf.trainable_variables())
            with session() as opened:
                np.testing.assert_array_equal(np.ones([2, 3]), opened.run(variable))

    def test_not_trainable(self):
        with tf.Graph().as_default():
            variable = get_var_wrap('v', [2], tf.ones_initializer(), None, False, False)
            self.assertEqual([], tf.trainable_variables())
            self.assertEqual([variable], tf.global_variables())

    def test_regularizer(self):
        with tf.Graph().as_default():
            get_var_wrap('v', [4], tf.ones_initializer(), tf.reduce_sum, True, False)
            loss, = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
            with session() as opened:
                self.assertEqual(4.0, opened.run(loss))

    @parameterized.expand([(False, '/job:worker/device:GPU:1'),
                           (True, '/job:worker/device:CPU:0')])
    def test_device(self, cpu_variable, expected):
        with tf.Graph().as_default(), tf.device('/job:worker/gpu:1'):
            variable = get_var_wrap('v', [2], tf.ones_initializer(), None, True, cpu_variable)
            self.assertEqual(expected, variable.device)

    def test_reuse(self):
        with tf.Graph().as_default():
            first = get_var_wrap('v', [2], tf.ones_initializer(), None, True, True)
            with tf.variable_scope('', reuse=True):
                second = get_var_wrap('v', [2], tf.ones_initializer(), None, True, True)
            self.assertIs(first, second)

    @parameterized.expand([
        ('trainable', "'False'", dict(trainable='False')),
        ('cpu_variable', "'/cpu:0'", dict(cpu_variable='/cpu:0')),
        ('trainable', 'None', dict(trainable=None)),
    ])
    def test_wrong_flag(self, argument, shown, flag):
        arguments = dict(dict(trainable=True, cpu_variable=False), **flag)
        with tf.Graph().as_default() as graph, tf.variable_scope('outer'):
            with self.assertRaisesRegex(TypeError, f'^outer/v: `{argument}` must be True or False, '
                                                   f'but it is {shown} of type'):
                get_var_wrap('v', [2], tf.ones_initializer(), None, **arguments)
            self.assertEqual([], graph.get_operations())

    @parameterized.expand([
        ('a b', ValueError, "'a b'"), ('', ValueError, "''"),
        (3, TypeError, '3 of type int'), (None, TypeError, 'None of type NoneType')])
    def test_wrong_name(self, name, error, shown):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                error, '^outer/get_var_wrap: `name` must be a name of letters, digits and `_`, but '
                f"it is {shown}; pass for example 'weights'$"):
            with tf.variable_scope('outer'):
                get_var_wrap(name, [2], tf.ones_initializer(), None, True, False)

    def test_a_negative_size(self):
        with tf.Graph().as_default(), self.assertRaisesRegex(
                TypeError, r'^v: `shape` must be a list of integers of at least 0, but it is '
                r'\[2, -1\]; pass for example \[4, 8\]$'):
            get_var_wrap('v', [2, -1], tf.ones_initializer(), None, True, False)

    @parameterized.expand([
        ('shape_tensor', TypeError, '`shape` must be a list of integers',
         lambda: dict(shape=tf.constant([2, 3]))),
        ('shape_text', TypeError, '`shape` must be a list of integers, but it is .23',
         lambda: dict(shape='23')),
        ('shape_flag', TypeError, '`shape` must be a list of integers',
         lambda: dict(shape=[2, True])),
        ('shape_flag_alone', TypeError, '`shape` must be a list of integers',
         lambda: dict(shape=True)),
        ('shape_flags', TypeError, '`shape` must be a list of integers',
         lambda: dict(shape=np.array([True]))),
        ('shape_fraction', TypeError, '`shape` must be a list of integers',
         lambda: dict(shape=[2.7])),
        ('shape_fractions', TypeError, '`shape` must be a list of integers',
         lambda: dict(shape=np.array([2.7, 3]))),
        ('shape_texts', TypeError, '`shape` must be a list of integers',
         lambda: dict(shape=['2'])),
        ('shape_unknown', ValueError, '`shape` must be a list of known integers',
         lambda: dict(shape=[2, None])),
        ('shape_too_large', ValueError, '.* with a product of at most',
         lambda: dict(shape=[2**40, 2**40])),
        ('shape_missing', TypeError, '`shape` must be a list of integers, but it is None',
         lambda: dict(shape=None)),
        ('sparse', TypeError, '`shape` must be a list of integers, but it is None',
         lambda: dict(shape=None, initializer=tf.SparseTensor([[0]], [1.0], [2]))),
        ('other_type', ValueError, '`initializer` must be a tensor of type float32 and a known',
         lambda: dict(shape=None, initializer=tf.zeros([2], tf.float64))),
        ('unknown_size', ValueError, '`initializer` must be a tensor of type float32 and a known',
         lambda: dict(shape=None, initializer=tf.placeholder(tf.float32, [None]))),
        ('numbers_of_another_kind', ValueError, '`initializer` must be numbers that int32 holds',
         lambda: dict(shape=None, initializer=[1.5], dtype=tf.int32)),
        ('too_large', ValueError, '`initializer` must be numbers that float32 holds',
         lambda: dict(shape=None, initializer=1e300)),
        ('negative', ValueError, '`initializer` must be numbers that uint8 holds',
         lambda: dict(shape=None, initializer=-1, dtype=tf.uint8)),
        ('texts', TypeError, '`initializer` must be numbers, but it is',
         lambda: dict(shape=None, initializer=['a'])),
        ('type_number', TypeError, '`dtype` must be a type of numbers', lambda: dict(dtype=1)),
        ('type_text', TypeError, '`dtype` must be a type of numbers',
         lambda: dict(dtype=tf.string)),
    ])
    def test_shapes_initializers_and_types_that_are_refused(self, _, error, message, wrong):
        with tf.Graph().as_default() as graph:
            arguments = dict(dict(shape=[2], initializer=tf.ones_initializer(), regularizer=None,
                                  trainable=True, cpu_variable=False), **wrong())
            before = len(graph.get_operations())
            with self.assertRaisesRegex(error, f'^v: {message}'):
                get_var_wrap('v', **arguments)
            self.assertEqual(before, len(graph.get_operations()))

    @parameterized.expand([
        ('tensor', lambda: tf.constant([1.0, 2.0])), ('list', lambda: [1.0, 2.0]),
        ('array', lambda: np.array([1.0, 2.0], np.float32)), ('integers', lambda: [1, 2])])
    def test_values_without_a_shape(self, _, make):
        with tf.Graph().as_default(), tf.Session() as session:
            variable = get_var_wrap('v', None, make(), None, True, False)
            session.run(variable.initializer)
            self.assertEqual(tf.float32, variable.dtype.base_dtype)
            np.testing.assert_array_equal([1, 2], session.run(variable))

    @parameterized.expand([
        (tf.complex64, 0.1), (tf.complex64, [0.1j]), (tf.complex64, [[.1, 2]]),
        (tf.complex64, 2**24 + 1), (tf.complex128, 2**63 + 5), (tf.float32, True),
        (tf.uint8, 200), (tf.int64, [2**40]), (tf.float16, 0.1)])
    def test_values_are_rounded_to_the_type(self, dtype, value):
        with tf.Graph().as_default(), tf.Session() as session:
            variable = get_var_wrap('v', None, value, None, False, False, dtype=dtype)
            session.run(variable.initializer)
            np.testing.assert_array_equal(np.asarray(value).astype(dtype.as_numpy_dtype),
                                          session.run(variable))

    @parameterized.expand([
        ('list', [2, 3]), ('tuple', (2, 3)), ('array', np.array([2, 3])),
        ('numbers', [np.int64(2), np.int32(3)]), ('shape', tf.TensorShape([2, 3])),
        ('dimensions', [tf.Dimension(2), 3]), ('one', 6), ('none', []), ('zero', [0, 4])])
    def test_shapes(self, _, shape):
        with tf.Graph().as_default():
            variable = get_var_wrap('v', shape, tf.ones_initializer(), None, True, False)
            self.assertEqual(tf.TensorShape(shape).as_list(), variable.shape.as_list())

    @parameterized.expand([(tf.int64,), (tf.bool,), (tf.complex64,), (None,), ('float16',)])
    def test_types_of_numbers(self, dtype):
        with tf.Graph().as_default():
            variable = get_var_wrap('v', [2], tf.zeros_initializer(), None, False, False,
                                    dtype=dtype)
            self.assertEqual(tf.as_dtype(dtype or tf.float32), variable.dtype.base_dtype)

    @parameterized.expand([(False, 'VariableV2'), (True, 'VarHandleOp')])
    def test_type_and_kind(self, use_resource, op_type):
        with tf.Graph().as_default():
            variable = get_var_wrap('v', [2], tf.ones_initializer(), None, True, False,
                                    dtype=tf.float64, use_resource=use_resource)
            self.assertEqual(tf.float64, variable.dtype.base_dtype)
            self.assertEqual(op_type, variable.op.type)


if __name__ == '__main__':
    unittest.main()
