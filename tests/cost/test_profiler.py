"""The operations in a report are those that TensorFlow's profiler counts in the graph.

Both count products, convolutions and biases alike. They differ

- in a sum, which the profiler counts as one addition fewer for each output;
- in a batched product of a transposed matrix, for which the profiler of TensorFlow 2 takes the
  other of its two dimensions;
- in batched products in TensorFlow 1.15, whose profiler knows but an operation of earlier days;
- in what the report leaves out, batch normalization and operations on shapes.
"""

import unittest
import warnings

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import cost, layers
from tests.cost.graph_flops import op_flops
from tests.cost.planned_cases import conv_cases, conv_of_case, matrix_plans
from tests.quiet import without_output

BATCH = 5
BATCHED_PRODUCTS = {'BatchMatMulV2', 'BatchMatMulV3'}


def profiled(out):
    """Returns how many floating-point operations the profiler counts that a tensor takes.

    The profiler is given that part of the graph alone: it counts those of initializers, too.
    """
    definition = tf.graph_util.extract_sub_graph(out.graph.as_graph_def(), [out.op.name])
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name='')
    options = tf.profiler.ProfileOptionBuilder(
        tf.profiler.ProfileOptionBuilder.float_operation()).with_empty_output().build()
    with without_output():  # It says that it parses its inputs.
        return tf.profiler.profile(graph, options=options).total_float_ops


def difference(op):
    """Returns how many more operations the report counts in one of the graph's."""
    out = op.outputs[0]
    if op.type == 'Sum' and out.dtype.is_floating:
        return out.shape.num_elements()
    if op.type in BATCHED_PRODUCTS and tf.__version__.startswith('1.'):
        return op_flops(op)
    if op.type in BATCHED_PRODUCTS and op.get_attr('adj_x'):
        return op_flops(op) - 2 * out.shape.num_elements() * op.inputs[0].shape.as_list()[-1]
    return -out.shape.num_elements() if op.type == 'Mul' and out.dtype.is_integer else 0


class ProfilerTest(unittest.TestCase):

    def assert_profiled(self, layer, inp_shape, **arguments):
        """Builds a layer and compares; returns whether both count all operations alike."""
        with tf.Graph().as_default() as graph, warnings.catch_warnings():
            warnings.filterwarnings('ignore', message='.*larger than useful')
            inp = tf.placeholder(tf.float32, [BATCH] + inp_shape)
            out = getattr(layers, layer)(inp, **arguments)
            counted = cost.of_graph()
            differences = sum(difference(op) for op in graph.get_operations() if op.outputs)
            self.assertEqual(BATCH * counted.flops_per_sample + counted.flops_per_run,
                             profiled(out) + differences, arguments)
        return not differences

    def test_plans_of_a_matrix(self):
        alike = [self.assert_profiled('tt', [inp_size(modes)], inp_modes=modes[0],
                                      out_modes=modes[1], mat_ranks=modes[2], plan=plan)
                 for modes, plan in matrix_plans()]
        self.assertIn(True, alike)

    def test_plans_of_a_convolution(self):
        alike = []
        for case in list(conv_cases())[::19]:
            (inp_modes, out_modes, ranks), window, strides, padding, _ = case
            alike.append(self.assert_profiled(
                'tt_conv', [6, 7, inp_size((inp_modes,))], window=window, inp_ch_modes=inp_modes,
                out_ch_modes=out_modes, ranks=ranks, strides=strides, padding=padding,
                plan=conv_of_case(case)))
        self.assertIn(True, alike)

    @parameterized.expand([
        ('linear', [7], dict(out_size=4)),
        ('conv', [6, 7, 3], dict(out_ch=4, window_size=[3, 2], strides=[2, 1])),
        ('conv', [6, 7, 3], dict(out_ch=4, window_size=[3, 2], padding='VALID'))])
    def test_dense_layers(self, layer, inp_shape, arguments):
        self.assertTrue(self.assert_profiled(layer, inp_shape, **arguments))


def inp_size(modes):
    size = 1
    for mode in modes[0]:
        size *= mode
    return size


if __name__ == '__main__':
    unittest.main()
