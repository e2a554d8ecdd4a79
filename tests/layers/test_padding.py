"""Layers whose modes multiply to more features or channels than they have."""

import unittest
import warnings

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import contraction, layers
from tests.contraction.data_flow import reaches
from tests.contraction.measured_case import measure_little
from tests.layers.examples import EXAMPLES, build, placeholder
from tests.references.convolution import convolve, tt_kernel
from tests.references.tt_matrix import tt_matrix
from tests.sessions import assert_close, random_values, session

INP_MODES, OUT_MODES, RANKS = [2, 3, 4], [3, 2, 5], [1, 4, 3, 1]
# At most the products, 24 and 30: primes, and for one plan the least ones, and one side alone.
SIZES = [(23, 29)]
MORE_SIZES = [(23, 29), (13, 7), (1, 1), (24, 29), (23, 30)]
PLANS = [('auto', 'auto'), ('chain', 'chain'), ('full', 'full')] + [
    (f'groups_{"_".join(map(str, groups + order))}',
     contraction.plan(INP_MODES, OUT_MODES, RANKS, 5, groups=groups, order=order))
    for groups, order in (([1, 1, 1], ['left', 'left']), ([1, 2], ['right']), ([3], []))]
METHODS = [(layer, plan) for layer in ('tt_conv', 'tt_conv_full', 'tt_conv1d_full')
           for plan in ('auto', 'chain', 'full', 'matrix_first', 'filters_first')]


def _tt(inp, inp_size, out_size, **arguments):
    return layers.tt(inp, INP_MODES, OUT_MODES, RANKS, scope='layer', inp_size=inp_size,
                     out_size=out_size, **arguments)


def _operations(name, **arguments):
    """Returns the graph of an example, as its GraphDef and the types of the operations."""
    with tf.Graph().as_default() as graph:
        build(name, placeholder(name), **arguments)
        return graph.as_graph_def(), {operation.type for operation in graph.get_operations()}


class MatrixTest(unittest.TestCase):

    @parameterized.expand([(name, plan, recompute) for name, plan in PLANS
                           for recompute in (False, True)])
    def test_it_is_the_first_rows_and_columns(self, _, plan, recompute):
        random = np.random.RandomState(0)
        for inp_size, out_size in MORE_SIZES if plan in ('auto', 'full') else SIZES:
            inputs, seed = random.normal(size=[5, inp_size]), random.normal(size=[5, out_size])
            with tf.Graph().as_default():
                known, unknown, flexible = (tf.placeholder(tf.float64, shape) for shape in (
                    [5, inp_size], [None, inp_size], None))
                placeholders = [known, unknown, flexible]
                outs, gradients = [], []
                for inp in placeholders:
                    with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                        outs.append(_tt(inp, inp_size, out_size, plan=plan, recompute=recompute,
                                        batch_size=5))
                    gradients.append(tf.gradients(outs[-1], [inp] + tf.trainable_variables(),
                                                  tf.constant(seed)))
                self.assertEqual([[5, out_size], [None, out_size], [None, out_size]],
                                 [out.shape.as_list() for out in outs])
                self.assertEqual([out_size], tf.trainable_variables()[-1].shape.as_list())
                # Zeros by hand around the same layer without padding, by its own gradients.
                padded = tf.pad(known, [[0, 0], [0, 24 - inp_size]])
                with tf.variable_scope('', reuse=True):
                    whole = layers.tt(padded, INP_MODES, OUT_MODES, RANKS, scope='layer',
                                      biases_initializer=None, plan='chain')
                cores = tf.trainable_variables()[:-1]
                expected = tf.gradients(whole[:, :out_size], cores, tf.constant(seed))
                values = random_values()
                with session(values) as opened:
                    outs, gradients, expected = opened.run(
                        [outs, gradients, expected], {inp: inputs for inp in placeholders})
            cores = [values[f'layer/mat_core_{k}'] for k in (1, 2, 3)]
            matrix = tt_matrix(cores, INP_MODES, OUT_MODES, RANKS)[0][:inp_size, :out_size]
            for out, found in zip(outs, gradients):
                assert_close(out, inputs @ matrix + values['layer/biases'], 1e-12)
                assert_close(found[0], seed @ matrix.T, 1e-12)
                assert_close(found[-1], seed.sum(axis=0), 1e-12)
                for actual, wanted in zip(found[1:-1], expected):
                    assert_close(actual, wanted, 1e-12)

    @parameterized.expand([('several_dimensions', [5, 1, 23]), ('one_number_a_pixel', [5, 23, 1]),
                           ('one_sample', [23])])
    def test_features_over_several_dimensions(self, _, shape):
        inputs = np.random.RandomState(1).normal(size=shape)
        with tf.Graph().as_default():
            outs = [_tt(tf.constant(inputs), 23, 29)]
            with tf.variable_scope('', reuse=True):
                outs.append(_tt(tf.constant(inputs.reshape([-1, 23])), 23, 29))
            with session() as opened:
                assert_close(*opened.run(outs), tolerance=1e-12)

    def test_sizes_that_only_the_running_graph_knows(self):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, None)
            out = _tt(inp, 23, 29)
            with session() as opened:
                self.assertEqual((2, 29), opened.run(out, {inp: np.ones([2, 23])}).shape)
                self.assertEqual((0, 29), opened.run(out, {inp: np.ones([0, 23])}).shape)
                with self.assertRaisesRegex(
                        tf.errors.InvalidArgumentError,
                        'layer: the trailing dimensions of `inp` must multiply to 23, `inp_size`'):
                    opened.run(out, {inp: np.ones([2, 24])})

    @parameterized.expand([(dtype,) for dtype in ('float16', 'bfloat16', 'float32')])
    def test_types(self, dtype):
        for plan in ('auto', 'chain', 'full'):
            with tf.Graph().as_default():
                out = _tt(tf.zeros([3, 23], dtype), 23, 29, plan=plan, trainable=False,
                          biases_initializer=tf.ones_initializer)
                self.assertEqual(dtype, out.dtype.name)
                self.assertEqual('layer/out', out.op.name)
                try:
                    with session() as opened:
                        value = opened.run(out)
                except tf.errors.InvalidArgumentError as error:
                    self.assertIn('No OpKernel', str(error))
                    continue
                np.testing.assert_array_equal(np.ones([3, 29]), value.astype(np.float64))

    def test_a_plan_is_measured_for_the_whole_matrix(self):
        measure_little(self)
        with tf.Graph().as_default():
            out = _tt(tf.ones([5, 23]), 23, 29, plan='measure')
            with session() as opened:
                self.assertEqual((5, 29), opened.run(out).shape)

    def test_a_plan_for_another_matrix_is_refused(self):
        with tf.Graph().as_default():
            with self.assertRaisesRegex(ValueError, 'layer: `plan` must be one for modes'):
                _tt(tf.zeros([5, 23]), 23, 29, plan=contraction.plan([23], [29], [1, 1]))


class ConvolutionTest(unittest.TestCase):

    @parameterized.expand(METHODS)
    def test_it_is_the_first_channels(self, layer, plan):
        inp_modes, out_modes, ranks = [2, 4], [3, 2], [3, 4, 1]
        for window, strides, padding, sizes in (
                ([3, 2], [2, 2], 'SAME', [(7, 5), (8, 1)]), ([1, 1], [1, 1], 'VALID', [(1, 6)])):
            shape = [2, 5, 4]
            if layer == 'tt_conv1d_full':
                window, strides, shape = [1, window[1]], [1, 1], [2, 4]
            for inp_ch, out_ch in sizes:
                inputs = np.random.RandomState(0).normal(size=shape + [inp_ch])
                with tf.Graph().as_default():
                    known, unknown = (tf.placeholder(tf.float64, known) for known in (
                        inputs.shape, [None] * (inputs.ndim - 1) + [inp_ch]))
                    outs = []
                    for inp in (known, unknown):
                        with tf.variable_scope('', reuse=tf.AUTO_REUSE), \
                                warnings.catch_warnings():
                            warnings.simplefilter('ignore')  # of r_0 for a window of one pixel
                            outs.append(getattr(layers, layer)(
                                inp, window, inp_modes, out_modes, ranks, strides, padding,
                                scope='layer', plan=plan, inp_ch=inp_ch, out_ch=out_ch))
                    self.assertEqual([out_ch] * 2, [out.shape.as_list()[-1] for out in outs])
                    values = random_values()
                    with session(values) as opened:
                        actual = opened.run(outs, {known: inputs, unknown: inputs})
                kernel = tt_kernel(values['layer/filters'],
                                   [values['layer/core_1'], values['layer/core_2']],
                                   inp_modes, out_modes, ranks)[:, :, :inp_ch, :out_ch]
                images = inputs if inputs.ndim == 4 else inputs[:, np.newaxis]
                expected = convolve(images, kernel, strides, padding) + values['layer/biases']
                for out in actual:
                    assert_close(out, expected if inputs.ndim == 4 else expected[:, 0], 1e-12)


class CostTest(unittest.TestCase):

    @parameterized.expand([
        (name, plan) for name in EXAMPLES
        if EXAMPLES[name].layer in ('tt', 'tt_conv', 'tt_conv_full', 'tt_conv1d_full')
        and 'padded' not in name and 'dilated' not in name for plan in ('auto', 'chain', 'full')])
    def test_nothing_where_nothing_is_padded(self, name, plan):
        modes = EXAMPLES[name].arguments
        suffix, unit = ('modes', 'size') if name == 'tt' else ('ch_modes', 'ch')
        sizes = {f'{side}_{unit}': int(np.prod(modes[f'{side}_{suffix}']))
                 for side in ('inp', 'out')}
        without, types = _operations(name, plan=plan)
        self.assertEqual(without, _operations(name, plan=plan, **sizes)[0])
        self.assertFalse(types & {'Pad', 'PadV2', 'Slice'})

    @parameterized.expand([(name,) for name in ('tt_padded', 'tt_conv_padded')])
    def test_the_full_plan_cuts_the_weights_and_pads_no_batch(self, name):
        for plan, pads in (('full', []), ('chain', ['Pad'])):
            with tf.Graph().as_default() as graph:
                inp = placeholder(name)
                build(name, inp, plan=plan)
                self.assertEqual(pads, [operation.type for operation in graph.get_operations()
                                        if operation.type in ('Pad', 'PadV2')
                                        and reaches(operation.inputs[0], inp)])
                self.assertEqual(len(pads), len([
                    operation for operation in graph.get_operations()
                    if operation.type == 'Slice' and reaches(operation.inputs[0], inp)]))


if __name__ == '__main__':
    unittest.main()
