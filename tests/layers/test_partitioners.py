"""Layers in a variable scope with a partitioner, and the same layers without one."""

import functools
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import rnn
from tests.layers.examples import EACH, EACH_BATCH_NORMALIZATION, build, images, placeholder
from tests.sessions import assert_close, session

PARTITIONERS = [
    ('fixed', tf.fixed_size_partitioner(2)),
    ('more_parts_than_rows', tf.fixed_size_partitioner(7)),
    ('bytes', tf.variable_axis_size_partitioner(16)),
    ('smallest_slice', tf.min_max_variable_partitioner(max_partitions=3, min_slice_size=1)),
]
CELLS = [('lstm', rnn.TTLSTMCell, {}), ('gru', rnn.TTGRUCell, {}),
         ('gru_reset_after', rnn.TTGRUCell, dict(reset_after=True)),
         ('gru_normalized', rnn.TTGRUCell, dict(layer_norm=True)),
         ('lstm_dense', rnn.TTLSTMCell, dict(inp_modes=None, inp_ranks=None, state_ranks=None))]


def _random_values():
    """Returns values for the variables of the graph."""
    random = np.random.RandomState(0)
    return {variable.op.name: random.uniform(0.5, 1.5, size=variable.shape.as_list())
            for variable in tf.global_variables()}


@functools.lru_cache(maxsize=None)
def _reference(name):
    """Returns values for the variables, and output and gradient of the layer without parts."""
    with tf.Graph().as_default():
        inp = placeholder(name)
        out = build(name, inp, scope='layer')
        gradient, = tf.gradients(tf.sin(out), inp)
        values = _random_values()
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

    @parameterized.expand([cell + kind for cell in CELLS for kind in PARTITIONERS[:2]])
    def test_a_cell_computes_the_same(self, _, make, options, kind, partitioner):
        arguments = dict(hidden_modes=[2, 3], inp_modes=[4, 2], inp_ranks=3, state_ranks=3)
        inputs = np.random.RandomState(0).normal(size=[3, 4, 8])
        found = []
        for in_parts in (False, True):
            with tf.Graph().as_default():
                with tf.variable_scope('', partitioner=partitioner if in_parts else None):
                    out, _ = rnn.unroll(make(**dict(arguments, **options)), inputs)
                if not in_parts:
                    values = _random_values()
                with session(self._parts(values)) as opened:
                    found.append(opened.run(out))
        assert_close(found[1], found[0], 1e-5)

    @parameterized.expand([(kind, partitioner, size) for kind, partitioner in PARTITIONERS
                           for size in (1, 4, 7)])
    def test_biases_of_a_gru_begin_at_one_for_its_gates(self, _, partitioner, size):
        with tf.Graph().as_default():
            with tf.variable_scope('', partitioner=partitioner):
                rnn.unroll(rnn.TTGRUCell([size]), np.zeros([3, 4, 8], np.float32))
                with tf.variable_scope('rnn/tt_gru_cell', reuse=True):
                    biases = tf.get_variable('biases', [3 * size])
            with tf.Session() as opened:
                opened.run(tf.global_variables_initializer())
                biases = opened.run(tf.convert_to_tensor(biases))
        self.assertEqual([1] * 2 * size + [0] * size, biases.tolist())

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
