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

    @parameterized.expand([(False, 'VariableV2'), (True, 'VarHandleOp')])
    def test_type_and_kind(self, use_resource, op_type):
        with tf.Graph().as_default():
            variable = get_var_wrap('v', [2], tf.ones_initializer(), None, True, False,
                                    dtype=tf.float64, use_resource=use_resource)
            self.assertEqual(tf.float64, variable.dtype.base_dtype)
            self.assertEqual(op_type, variable.op.type)


if __name__ == '__main__':
    unittest.main()
