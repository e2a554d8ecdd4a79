"""Layers in graphs that TensorFlow itself rewrites to half precision."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import kernel_faults
from tensornet.contraction.precision import in_single_precision
from tests.contraction.enumeration import groups_and_orders
from tests.contraction.measured_case import measure_little
from tests.fuzz import layer_runs
from tests.graph_rewrites import BFLOAT16, FLOAT16, acts, kinds, rewriting, run
from tests.layers import classifiers
from tests.layers.examples import EXAMPLES, build, images
from tests.sessions import assert_close, session

UNIT = 2.0 ** -8
# What the rewrite is to put in half precision of each layer.
KERNELS = {'tt': 'MatMul', 'tt_padded': 'MatMul', 'linear': 'MatMul',
           'batch_normalization_2d': 'FusedBatchNorm',
           'batch_normalization_4d': 'FusedBatchNorm', 'batch_normalization_eval': 'FusedBatchNorm',
           'batch_normalization_channels_first': 'FusedBatchNorm'}
needs_bfloat16 = unittest.skipUnless(
    acts(BFLOAT16), 'TensorFlow does not rewrite graphs to bfloat16 on this processor')


def _multiplied(tensor, seed):
    """A product before or after a layer, which the rewrite puts in half precision."""
    channels = tensor.shape.as_list()[-1]
    weights = np.random.RandomState(seed).normal(size=[channels, channels]) / np.sqrt(channels)
    out = tf.reshape(tensor, [-1, channels])
    out = tf.matmul(out, tf.constant(_rounded(weights), tensor.dtype))
    out = tf.reshape(out, tf.shape(tensor))
    out.set_shape(tensor.shape)
    return out


def _rounded(values):
    """Rounds float64 numbers to such that bfloat16 has."""
    return values.astype(tf.bfloat16.as_numpy_dtype).astype(np.float64)


def _run_example(name, dtype, known, rewrite):
    """Runs the layer of an example, with its gradients; returns these and the narrow nodes."""
    shape = EXAMPLES[name].inp_shape
    with tf.Graph().as_default():
        inp = tf.placeholder(dtype, shape if known else [None] + shape[1:])
        out = build(name, _multiplied(inp, 1), scope='layer')
        after = _multiplied(out, 2)
        trainable = tf.trainable_variables()
        out_gradient = tf.placeholder(dtype, after.shape)
        gradients = tf.gradients(after, [inp] + trainable, out_gradient)
        fetches = [tf.identity(tensor) for tensor in [after] + gradients]
        random = np.random.RandomState(3)
        values = {variable.op.name: _rounded(random.normal(size=variable.shape.as_list()))
                  for variable in trainable}
        shape = EXAMPLES[name].inp_shape[:1] + after.shape.as_list()[1:]
        feeds = {inp: _rounded(images(name)), out_gradient: _rounded(random.normal(size=shape))}
        with session(values, rewriting(rewrite)) as opened:
            return run(opened, fetches, feeds)


def _case(layer, arguments, inp_shape, plan=None, known=True):
    return dict(layer=layer, arguments=arguments, inp_shape=inp_shape, plan=plan, biases=True,
                known=[known] + [True] * (len(inp_shape) - 1), dtype='float32', seed=0,
                surroundings='none', control_flow='v1', rewrite=BFLOAT16,
                neighbours=['before', 'after'])


@needs_bfloat16
class BFloat16Test(unittest.TestCase):

    @parameterized.expand([(name, known) for name in EXAMPLES for known in (True, False)])
    def test_every_layer_is_rewritten_and_right(self, name, known):
        actual, nodes = _run_example(name, tf.float32, known, BFLOAT16)
        expected, _ = _run_example(name, tf.float64, known, None)
        found = ' '.join(kinds(nodes, 'layer/'))
        self.assertIn(KERNELS.get(name, 'Conv'), found)
        self.assertTrue(kinds(nodes, 'gradients/layer/'))
        for got, wanted in zip(actual, expected):
            # A dozen roundings that are independent of each other.
            self.assertLess(np.linalg.norm(got - wanted),
                            UNIT * np.sqrt(12) * np.linalg.norm(wanted))

    @parameterized.expand([('auto',), ('chain',), ('full',), ('measure',)]
                          + [(list(way),) for way in groups_and_orders(3)])
    def test_every_plan_of_tt(self, plan):
        measure_little(self)
        for batch_size, recompute, known in ((0, False, False), (1, True, True),
                                             (40, False, True), (40, True, False)):
            case = _case('tt', dict(inp_modes=[2, 3, 2], out_modes=[3, 2, 2],
                                    mat_ranks=[1, 2, 3, 1], recompute=recompute),
                         [batch_size, 12], plan, known)
            self.assertEqual({}, layer_runs.faults(case), case)

    @parameterized.expand([(layer, plan) for layer in ('tt_conv', 'tt_conv_full')
                           for plan in ('auto', 'chain', 'full', 'matrix_first', 'filters_first')]
                          + [('tt_conv_direct', 'auto'), ('conv', None)])
    def test_every_way_to_convolve(self, layer, plan):
        arguments = dict(window=[3, 3], strides=[2, 2], padding='SAME')
        if layer == 'conv':
            arguments = dict(window_size=[3, 3], strides=[2, 2], padding='SAME', out_ch=4)
        elif layer == 'tt_conv_direct':
            arguments.update(out_ch=4, ranks=[1, 2, 3, 2, 1])
        else:
            arguments.update(inp_ch_modes=[2, 3], out_ch_modes=[2, 2], ranks=[2, 3, 1])
        for batch_size in (0, 1, 20):
            case = _case(layer, arguments, [batch_size, 5, 4, 6], plan, known=batch_size == 1)
            self.assertEqual({}, layer_runs.faults(case), case)

    @parameterized.expand([(known,) for known in (True, False)])
    def test_window_columns_that_see_no_pixel(self, known):
        """TensorFlow leaves their gradient unwritten."""
        case = _case('conv', dict(window_size=[3, 4], out_ch=2, strides=[2, 2], padding='SAME'),
                     [30, 3, 1, 8])
        case['known'] = [True, True, known, True]
        for seed in range(3):
            self.assertEqual({}, layer_runs.faults(dict(case, seed=seed)))

    @parameterized.expand([('linear', [3000, 4]), ('conv', [30, 10, 10, 4])])
    def test_gradients_of_biases_are_added_up_in_float32(self, layer, shape):
        """Of ones: a sum in bfloat16 stops growing at 256."""
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, shape)
            out = (layers.linear(inp, 4) if layer == 'linear' else layers.conv(inp, 4, [1, 1]))
            unit = tf.placeholder(tf.float32, [4, 4])
            out = tf.matmul(tf.reshape(out, [-1, 4]), unit)
            ones = tf.placeholder(tf.float32, [3000, 4])
            # The rewrite leaves what leads to no product as it is: the weights' gradient is one.
            gradients = [tf.identity(gradient)
                         for gradient in tf.gradients(out, tf.trainable_variables(), ones)]
            with session(config=rewriting(BFLOAT16)) as opened:
                (_, actual), nodes = run(opened, gradients, {
                    inp: np.ones(shape), unit: np.eye(4), ones: np.ones([3000, 4])})
        self.assertTrue(kinds(nodes, 'gradients/'))
        np.testing.assert_array_equal([3000] * 4, actual)

    @parameterized.expand([(name,) for name in classifiers.NAMES])
    def test_training_is_that_of_float32(self, name):
        single, _ = classifiers.trained(name, 30)
        rewritten, values = classifiers.trained(name, 30, rewrite=BFLOAT16)
        self.assertLess(single[-1], 0.8 * single[0])
        self.assertGreater(np.abs(rewritten - single).max(), 0)
        self.assertLess(np.abs(rewritten - single).max(), 0.01 * single[0])
        self.assertEqual({np.dtype(np.float32)}, {value.dtype for value in values.values()})


class ColumnTest(unittest.TestCase):

    def test_no_product_transposes_a_column_that_the_rewrite_may_put_in_half_precision(self):
        checked = 0
        for modes, ranks in (([2, 3, 2], [1, 1, 2, 1]), ([3, 1, 2], [1, 2, 2, 1]),
                             ([1, 2, 1], [1, 1, 1, 1])):
            for groups, order in groups_and_orders(3):
                with tf.Graph().as_default() as graph:
                    case = _case('tt', dict(inp_modes=modes, out_modes=modes, mat_ranks=ranks), [])
                    inp = tf.placeholder(tf.float32, [7, int(np.prod(modes))])
                    out = layer_runs._layer(dict(case, plan=[groups, order]), inp)
                    tf.gradients(out, [inp] + tf.trainable_variables())
                    products = [op for op in graph.get_operations()
                                if op.type.startswith('BatchMatMul')]
                for op in products:
                    left = op.inputs[0].shape.as_list()
                    self.assertFalse(kernel_faults.single_column_is_wrong(
                        tf.float32, left, op.get_attr('adj_x')), (groups, order, op.name, left))
                checked += len(products)
        self.assertGreater(checked, 0)


class FixedTypeTest(unittest.TestCase):

    def test_it_is_gone_when_the_graph_runs(self):
        with tf.Graph().as_default(), session() as opened:
            inp = tf.placeholder(tf.float32, [3])
            out = tf.identity(2 * in_single_precision(inp + 1))
            metadata = tf.RunMetadata()
            opened.run(out, {inp: [1, 2, 3]}, run_metadata=metadata,
                       options=tf.RunOptions(output_partition_graphs=True))
        types = {node.op for graph in metadata.partition_graphs for node in graph.node}
        self.assertIn('Mul', types)
        self.assertNotIn('Bitcast', types)

    def test_second_derivatives_go_through_the_gradient_of_biases(self):
        with tf.Graph().as_default():
            inp = tf.constant([[1.0, 2.0], [3.0, 4.0]])
            out = layers.linear(inp, 2, tf.ones_initializer, scope='layer')
            biases = tf.trainable_variables()[1]
            # The gradient of the biases is the sum of 3 out^2, that of its sum 6 out.
            first = tf.gradients(out ** 3, biases)[0]
            second = tf.gradients(first, biases)[0]
            with session() as opened:
                assert_close(opened.run(second), [60, 60], 1e-6)

    @parameterized.expand([(name,) for name in EXAMPLES])
    def test_the_rewrite_for_gpus_changes_nothing_on_a_processor(self, name):
        plain, _ = _run_example(name, tf.float32, False, None)
        rewritten, nodes = _run_example(name, tf.float32, False, FLOAT16)
        self.assertEqual([], nodes)
        for one, other in zip(rewritten, plain):
            assert_close(one, other, 1e-6)


if __name__ == '__main__':
    unittest.main()
