"""The names of a layer's operations, by which TensorBoard groups them."""

import unittest
import warnings

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import layers
from tensornet.contraction import ConvShape, Setting, TTMatrixShape, conv_plan, cpu, plan
from tests.layers.control_flow import VERSIONS, control_flow
from tests.layers.examples import EACH, build, placeholder

MATRIX = [2, 3, 2], [3, 2, 2], [1, 2, 3, 1]
# For each method the scopes in a `tt_conv`.
CONVOLUTION = {
    'full': {'kernel', 'kernel/merge_left', 'kernel/merge_right', 'convolution'},
    'chain': {'convolution', 'contraction_1', 'contraction_2'},
    'matrix_first': {'reorder', 'contraction_1', 'contraction_1/merge', 'convolution', 'sum'},
    'filters_first': {'repeat', 'convolution', 'contraction_1', 'contraction_1/merge'},
    'pointwise': {'filters_times_core', 'contraction_1', 'contraction_1/merge'},
}


def _is_of_scope(op, scope):
    """Whether an operation lies in a scope, and is not a variable or of one."""
    variables = tuple(variable.op.name + '/' for variable in tf.global_variables())
    return op.name.startswith(scope + '/') and not (op.name + '/').startswith(variables)


def scopes_below(graph, scope):
    """Returns the scopes of the operations below a scope, and how many lie in none of them.

    A constant counts as part of the operation `x` that it is made for, as `x/shape`.
    """
    names = [op.name[len(scope) + 1:] for op in graph.get_operations() if _is_of_scope(op, scope)]
    operations = set(names)
    found, flat = set(), 0
    for name in names:
        around = name.rpartition('/')[0]
        while around in operations:
            around = around.rpartition('/')[0]
        found.add(around)
        flat += not around
    return found - {''}, flat


class NameScopesTest(unittest.TestCase):

    @parameterized.expand([
        ('chain', 'chain', 3, False), ('full', 'full', 1, True),
        ('left', plan(*MATRIX, groups=[1, 1, 1], order=['left', 'left']), 3, True),
        ('merged', plan(*MATRIX, groups=[2, 1], order=['right']), 2, True)])
    def test_tt_has_one_scope_for_each_contraction(self, _, requested, count, merges):
        with tf.Graph().as_default() as graph:
            out = layers.tt(tf.zeros([5, 12]), *MATRIX, plan=requested, scope='net/layer')
            expected = {f'contraction_{k}' for k in range(1, count + 1)}
            if merges:
                expected |= {scope + '/merge' for scope in expected}
            found, flat = scopes_below(graph, 'net/layer')
            self.assertEqual(expected, found)
            self.assertLessEqual(flat, 8)
            # Gradients repeat the scopes, apart from the layer.
            before = set(graph.get_operations())
            tf.gradients(out, tf.trainable_variables())
            added = {op.name for op in graph.get_operations() if op not in before}
            self.assertTrue(all(name.startswith('gradients/') for name in added))
            for scope in expected:
                self.assertTrue(any(name.startswith(f'gradients/net/layer/{scope}/')
                                    for name in added), scope)

    @parameterized.expand(sorted(CONVOLUTION))
    def test_tt_conv(self, method):
        with tf.Graph().as_default() as graph:
            window = [1, 1] if method == 'pointwise' else [3, 2]
            shape = ConvShape(TTMatrixShape((2, 3), (2, 2), (2, 3, 1)), tuple(window), (1, 1),
                              'SAME', (6, 6))
            setting = Setting(5, True, 'float32', cpu('float32'))
            with warnings.catch_warnings():
                warnings.filterwarnings('ignore', message='.*larger than useful')
                layers.tt_conv(tf.zeros([5, 6, 6, 6]), window, *shape.matrix, scope='layer',
                               plan=conv_plan(shape, setting, method))
            found, flat = scopes_below(graph, 'layer')
        self.assertEqual(CONVOLUTION[method], {
            scope for scope in found if 'contraction_2' not in scope or method == 'chain'})
        self.assertLess(flat, 15)

    @parameterized.expand([('full', {'kernel', 'convolution'}),
                           ('chain', {'filters', 'reorder', 'convolution', 'contraction_1',
                                      'contraction_2'})])
    def test_tt_conv_direct(self, method, expected):
        with tf.Graph().as_default() as graph:
            layers.tt_conv_direct(tf.zeros([5, 6, 6, 3]), [2, 3], 4, [1, 2, 3, 2, 1], plan=method,
                                  scope='layer')
            self.assertEqual(expected, scopes_below(graph, 'layer')[0])

    @parameterized.expand([('linear', [5, 4], dict(out_size=3)),
                           ('conv', [5, 6, 6, 3], dict(out_ch=4, window_size=[2, 2]))])
    def test_dense_layers_are_flat(self, layer, inp_shape, arguments):
        with tf.Graph().as_default() as graph:
            getattr(layers, layer)(tf.zeros(inp_shape), scope='layer', **arguments)
            found, flat = scopes_below(graph, 'layer')
        self.assertEqual(set(), found)
        self.assertLessEqual(flat, 4)

    @parameterized.expand([('train', True, {'normalize', 'update'}),
                           ('evaluate', False, {'normalize'})])
    def test_batch_normalization(self, _, train_phase, expected):
        with tf.Graph().as_default() as graph:
            layers.batch_normalization(tf.placeholder(tf.float32, [None, 3]), train_phase,
                                       scope='layer')
            found, flat = scopes_below(graph, 'layer')
        self.assertLessEqual(expected, found)
        self.assertLessEqual(flat, 5)

    @parameterized.expand(VERSIONS)
    def test_batch_normalization_of_either_phase(self, version):
        with tf.Graph().as_default() as graph, control_flow(version):
            train_phase = tf.placeholder(tf.bool, [])
            before = set(graph.get_operations())
            layers.batch_normalization(tf.zeros([5, 3], name='before'), train_phase, scope='layer')
            self.assertEqual([], [op.name for op in graph.get_operations() if op not in before
                                  and not op.name.startswith(('layer/', 'before'))])

    @parameterized.expand(EACH)
    def test_nothing_is_outside_of_the_scope(self, name):
        with tf.Graph().as_default() as graph:
            inputs = placeholder(name)
            before = set(graph.get_operations())
            build(name, inputs, scope='net/layer')
            self.assertEqual([], [op.name for op in graph.get_operations() if op not in before
                                  and not op.name.startswith('net/layer/')])


if __name__ == '__main__':
    unittest.main()
