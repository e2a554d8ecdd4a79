"""The operations in a report are those of the graph, and the parameters those of its variables.

The suite takes some of the convolutions in turn; `python -m tests.cost.test_flops` takes all.
"""

import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import cost, layers
from tensornet.contraction import plan
from tests.cost.graph_flops import graph_flops
from tests.cost.planned_cases import conv_cases, conv_of_case, matrix_plans

BATCHES = 2, 5


def parameters():
    """Numbers in all trainable variables."""
    return sum(int(np.prod(variable.shape.as_list())) for variable in tf.trainable_variables())


def counted(layer, inp_shape, **arguments):
    """Builds a layer for two batches; returns its cost, and what its graphs say.

    Args:
        layer: name of its function.
        inp_shape: of the input, without the batch.
        arguments: of the layer.

    Returns:
        The `LayerCost`, and the operations per sample and per run of the graphs.
    """
    totals = []
    for batch in BATCHES:
        with tf.Graph().as_default(), warnings.catch_warnings():
            warnings.filterwarnings('ignore', message='.*larger than useful')
            inp = tf.placeholder(tf.float32, [batch] + inp_shape)
            totals.append(graph_flops(getattr(layers, layer)(inp, **arguments)))
            built, = cost.of_graph().layers
            assert built.parameters == parameters(), (built, parameters())
    per_sample, rest = divmod(totals[1] - totals[0], BATCHES[1] - BATCHES[0])
    assert rest == 0, totals
    return built, (per_sample, totals[0] - BATCHES[0] * per_sample)


class FlopsTest(unittest.TestCase):

    every = 23  # Only every 23rd convolution is tried.

    def assert_counted(self, layer, inp_shape, dense_parameters, **arguments):
        built, flops = counted(layer, inp_shape, **arguments)
        message = str(arguments)
        self.assertEqual(layer, built.kind)
        self.assertEqual(flops, (built.flops_per_sample, built.flops_per_run), message)
        self.assertEqual(dense_parameters, built.dense_parameters, message)
        self.assertEqual(4 * built.parameters, built.weight_bytes, message)
        return built

    @parameterized.expand([('whole', 0, 0), ('padded', 1, 2)])
    def test_every_plan_of_a_matrix(self, _, less_inp, less_out):
        for k, (modes, requested) in enumerate(matrix_plans()):
            inp_size = int(np.prod(modes[0])) - less_inp
            out_size = int(np.prod(modes[1])) - less_out
            layer = self.assert_counted(
                'tt', [inp_size], (inp_size + k % 2) * out_size, inp_modes=modes[0],
                out_modes=modes[1], mat_ranks=modes[2], plan=requested, inp_size=inp_size,
                out_size=out_size, biases_initializer=tf.zeros_initializer if k % 2 else None)
            self.assertEqual(requested.way, layer.plan)

    @parameterized.expand([('whole', 0, 0), ('padded', 1, 1)])
    def test_plans_of_a_convolution(self, _, less_inp, less_out):
        for case in list(conv_cases())[::self.every]:
            (inp_modes, out_modes, ranks), window, strides, padding, method = case
            inp_ch = int(np.prod(inp_modes)) - less_inp
            out_ch = int(np.prod(out_modes)) - less_out
            layer = self.assert_counted(
                'tt_conv', [6, 7, inp_ch], (window[0] * window[1] * inp_ch + 1) * out_ch,
                window=window, inp_ch_modes=inp_modes, out_ch_modes=out_modes, ranks=ranks,
                strides=strides, padding=padding, plan=conv_of_case(case), inp_ch=inp_ch,
                out_ch=out_ch)
            self.assertEqual(method, layer.plan.split(',')[0])

    @parameterized.expand([(method, window) for method in ('full', 'chain', 'matrix_first',
                                                           'filters_first')
                           for window in ([1, 1], [1, 3], [3, 2])])
    def test_tt_conv_direct(self, method, window):
        for ranks in ([1, 1, 2, 3, 1], [1, 1, 1, 1, 1]):
            self.assert_counted('tt_conv_direct', [6, 7, 4], (window[0] * window[1] * 4 + 1) * 5,
                                window=window, out_ch=5, ranks=ranks, plan=method,
                                padding='VALID')

    def test_sequences(self):
        self.assert_counted('tt_conv1d_full', [7, 6], (3 * 6 + 1) * 4, window=[1, 3],
                            inp_ch_modes=[2, 3], out_ch_modes=[2, 2], ranks=[2, 3, 1],
                            strides=[1, 2])

    @parameterized.expand([('SAME', [1, 1]), ('SAME', [2, 3]), ('VALID', [2, 1])])
    def test_conv(self, padding, strides):
        self.assert_counted('conv', [6, 7, 3], (3 * 2 * 3 + 1) * 4, out_ch=4, window_size=[3, 2],
                            padding=padding, strides=strides)

    @parameterized.expand([('conv', dict(out_ch=4, window_size=[3, 2])),
                           ('tt_conv', dict(window=[3, 2], inp_ch_modes=[2, 3], plan='full',
                                            out_ch_modes=[2, 2], ranks=[2, 3, 1])),
                           ('tt_conv_direct', dict(window=[3, 2], out_ch=4, ranks=2))])
    def test_dilations_and_channels_that_come_first(self, layer, arguments):
        """As many outputs of as large a window take as many operations."""
        arguments.update(strides=[2, 1])
        with tf.Graph().as_default():
            add = getattr(layers, layer)
            add(tf.zeros([5, 6, 7, 8]), dilations=[3, 2], data_format='NCHW', **arguments)
            add(tf.zeros([5, 7, 8, 6]), **arguments)
            first, last = cost.of_graph().layers
        for name in ('flops_per_sample', 'flops_per_run', 'parameters', 'image', 'inp_modes'):
            self.assertEqual(getattr(last, name), getattr(first, name), name)
        self.assertGreater(first.seconds, last.seconds)

    @parameterized.expand([(tf.zeros_initializer, 24), (None, 20)])
    def test_linear(self, biases, dense):
        self.assert_counted('linear', [5], dense, out_size=4, biases_initializer=biases)

    def test_rows_that_are_spread_over_several_dimensions(self):
        with tf.Graph().as_default():
            layers.tt(tf.zeros([3, 7, 2, 6]), [4, 3], [2, 5], [1, 3, 1], scope='spread')
            layers.tt(tf.zeros([3, 12]), [4, 3], [2, 5], [1, 3, 1], scope='rows',
                      plan=plan([4, 3], [2, 5], [1, 3, 1], 21))
            spread, rows = cost.of_graph().layers
        self.assertEqual(21, spread.batch_size)
        self.assertEqual(spread._replace(scope='rows', weights=rows.weights), rows)


if __name__ == '__main__':
    FlopsTest.every = 1
    unittest.main()
