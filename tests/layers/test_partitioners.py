"""Layers in a variable scope with a partitioner, and the same layers without one."""

import functools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.examples import EACH, EACH_BATCH_NORMALIZATION, build, images, placeholder
from tests.sessions import assert_close, session

PARTITIONERS = [
    ('fixed', tf.fixed_size_partitioner(2)),
    ('more_parts_than_rows', tf.fixed_size_partitioner(7)),
    ('bytes', tf.variable_axis_size_partitioner(16)),
    ('smallest_slice', tf.min_max_variable_partitioner(max_partitions=3, min_slice_size=1)),
]


@functools.lru_cache(maxsize=None)
def _reference(name):
    """Returns values for the variables, and output and gradient of the layer without parts."""
    random = np.random.RandomState(0)
    with tf.Graph().as_default():
        inp = placeholder(name)
        out = build(name, inp, scope='layer')
        gradient, = tf.gradients(tf.sin(out), inp)
        values = {variable.op.name: random.uniform(0.5, 1.5, size=variable.shape.as_list())
                  for variable in tf.global_variables()}
        with session(values) as opened:
            return values, opened.run([out, gradient], {inp: images(name)})


class PartitionersTest(unittest.TestCase):

    @parameterized.expand([(name, kind, partitioner, use_resource) for name, in EACH
                           for kind, partitioner in PARTITIONERS
                           for use_resource in (False, True)])
    def test_the_layer_computes_the_same(self, name, _, partitioner, use_resource):
        values, expected = _reference(name)
        with tf.Graph().as_default():
            inp = placeholder(name)
            with tf.variable_scope('', partitioner=partitioner, use_resource=use_resource):
                out = build(name, inp, scope='layer')
            gradient, = tf.gradients(tf.sin(out), inp)
            with session(self._parts(values)) as opened:
                actual = opened.run([out, gradient], {inp: images(name)})
        for got, wanted in zip(actual, expected):
            assert_close(got, wanted, 1e-5)

    @staticmethod
    def _parts(values):
        """Returns the values of the parts of which the variables of the graph are made."""
        parts = {}
        for variable in tf.global_variables():
            slices = variable._get_save_slice_info()
            value = values[slices.full_name if slices else variable.op.name]
            if slices:
                value = value[tuple(slice(offset, offset + size) for offset, size
                                    in zip(slices.var_offset, slices.var_shape))]
            parts[variable.op.name] = value
        return parts

    @parameterized.expand([(name, kind, partitioner) for name, in EACH_BATCH_NORMALIZATION
                           for kind, partitioner in PARTITIONERS])
    def test_batch_normalization_is_never_partitioned(self, name, _, partitioner):
        with tf.Graph().as_default():
            with tf.variable_scope('net', partitioner=partitioner) as scope:
                build(name, placeholder(name), scope='bn')
                self.assertIs(partitioner, scope.partitioner)
                with tf.variable_scope('next') as following:
                    self.assertIs(partitioner, following.partitioner)
            self.assertEqual({'net/bn/' + leaf for leaf in
                              ('weights', 'biases', 'moving_mean', 'moving_variance',
                               'local_step')},
                             {variable.op.name for variable in tf.global_variables()})

    def test_a_scope_that_is_passed_keeps_its_partitioner(self):
        partitioner = tf.fixed_size_partitioner(2)
        with tf.Graph().as_default():
            with tf.variable_scope('bn', partitioner=partitioner) as scope:
                pass
            build('batch_normalization_2d', placeholder('batch_normalization_2d'), scope=scope)
            self.assertIs(partitioner, scope.partitioner)


if __name__ == '__main__':
    unittest.main()
