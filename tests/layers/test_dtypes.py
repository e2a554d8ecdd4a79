"""Variables and computation take the type of the input."""

import functools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.examples import EXAMPLES, build, images, placeholder
from tests.sessions import assert_close, session

# Relative to the largest number of the result: a few units in the last place.
TOLERANCES = {'float16': 1e-2, 'bfloat16': 8e-2, 'float32': 1e-5}


def _run(name, dtype):
    """Returns dtypes of variables, output and gradients of float-valued random variables."""
    with tf.Graph().as_default():
        inp = placeholder(name, dtype)
        out = build(name, inp, scope='layer')
        trainable = tf.trainable_variables()
        gradients = tf.gradients(tf.reduce_sum(tf.square(tf.cast(out, tf.float64))),
                                 [inp] + trainable)
        random = np.random.RandomState(1)
        # Values that every type can hold, so that only the computation differs.
        values = {variable.op.name: np.round(random.normal(size=variable.shape.as_list()) * 8) / 8
                  for variable in trainable}
        inputs = np.round(images(name) * 8) / 8
        types = {variable.op.name: variable.dtype.base_dtype for variable in tf.global_variables()}
        with session(values) as opened:
            results = opened.run([out] + gradients, {inp: inputs})
    return types, out.dtype, [result.astype(np.float64) for result in results]


@functools.lru_cache(maxsize=None)
def _reference(name):
    return _run(name, tf.float64)


class DtypesTest(unittest.TestCase):

    @parameterized.expand([(name, dtype) for name in EXAMPLES for dtype in sorted(TOLERANCES)])
    def test_same_function_in_every_type(self, name, dtype):
        types, out_type, results = _run(name, tf.as_dtype(dtype))
        double_types, double_out_type, expected = _reference(name)
        self.assertEqual(dtype, out_type.name)
        self.assertEqual('float64', double_out_type.name)
        for variable, kind in types.items():
            is_statistic = 'moving' in variable or 'local_step' in variable
            self.assertEqual('float32' if is_statistic else dtype, kind.name, variable)
        self.assertEqual({tf.float64}, set(double_types.values()))
        for actual, wanted in zip(results, expected):
            scale = max(np.abs(wanted).max(), np.abs(expected[0]).max())
            np.testing.assert_allclose(actual, wanted, rtol=0, atol=TOLERANCES[dtype] * scale)


class TypesOfVariableScopesTest(unittest.TestCase):

    @parameterized.expand([(name,) for name in EXAMPLES])
    def test_the_input_decides_and_not_the_scope(self, name):
        with tf.Graph().as_default():
            with tf.variable_scope('outer', dtype=tf.float16):
                out = build(name, placeholder(name, tf.float32))
            self.assertEqual(tf.float32, out.dtype)
            self.assertEqual({tf.float32}, {variable.dtype.base_dtype
                                            for variable in tf.global_variables()})


class InputKindsTest(unittest.TestCase):

    @parameterized.expand([(name, use_resource) for name in EXAMPLES
                           for use_resource in (False, True)])
    def test_a_variable_as_input(self, name, use_resource):
        with tf.Graph().as_default():
            inp = tf.get_variable('inp', dtype=tf.float32, use_resource=use_resource,
                                  initializer=images(name).astype(np.float32))
            outs = [build(name, inp, scope='layer')]
            with tf.variable_scope('', reuse=True):
                outs.append(build(name, tf.constant(images(name), tf.float32), scope='layer'))
            with session() as opened:
                variable, constant = opened.run(outs)
        assert_close(variable, constant, 1e-5)


if __name__ == '__main__':
    unittest.main()
