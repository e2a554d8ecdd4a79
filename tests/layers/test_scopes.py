"""Scopes, names of the output, and reuse of variables."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.layers.examples import EACH, EXAMPLES, build, images, placeholder
from tests.sessions import random_values, session


def _scopes_of_variables():
    return [variable.op.name.rsplit('/', 1)[0] for variable in tf.trainable_variables()]


class ScopesTest(unittest.TestCase):

    @parameterized.expand(EACH)
    def test_output_is_named_out(self, name):
        with tf.Graph().as_default() as graph:
            with tf.variable_scope('inference'):
                out = build(name, placeholder(name), scope='layer_1')
            self.assertEqual('inference/layer_1/out:0', out.name)
            self.assertIs(out, graph.get_tensor_by_name('inference/layer_1/out:0'))

    @parameterized.expand(EACH)
    def test_without_scope_names_are_unique(self, name):
        layer = EXAMPLES[name].layer
        with tf.Graph().as_default():
            outs = [build(name, placeholder(name)) for _ in range(3)]
            expected = [layer, layer + '_1', layer + '_2']
            self.assertEqual([scope + '/out:0' for scope in expected], [out.name for out in outs])
            per_layer = len(EXAMPLES[name].variables)
            self.assertEqual(expected, _scopes_of_variables()[::per_layer])

    @parameterized.expand(EACH)
    def test_scope_may_be_a_variable_scope(self, name):
        with tf.Graph().as_default():
            with tf.variable_scope('outer/layer') as scope:
                pass
            with tf.variable_scope('elsewhere'):
                build(name, placeholder(name), scope=scope)
            self.assertEqual({'outer/layer'}, set(_scopes_of_variables()))

    @parameterized.expand(EACH)
    def test_two_layers_of_one_scope_are_refused(self, name):
        with tf.Graph().as_default():
            build(name, placeholder(name), scope='layer')
            count = len(tf.global_variables())
            with self.assertRaisesRegex(ValueError, 'layer/.* already exists'):
                build(name, placeholder(name), scope='layer')
            self.assertEqual(count, len(tf.global_variables()))

    @parameterized.expand(EACH)
    def test_reuse_of_nothing_is_refused(self, name):
        with tf.Graph().as_default():
            with self.assertRaisesRegex(ValueError, 'layer/.* does not exist'):
                with tf.variable_scope('', reuse=True):
                    build(name, placeholder(name), scope='layer')
            self.assertEqual([], tf.global_variables())

    @parameterized.expand([(name, kind) for name in EXAMPLES
                           for kind in ('reuse', 'auto_reuse', 'scope_object', 'template')])
    def test_reuse(self, name, kind):
        with tf.Graph().as_default():
            inp = placeholder(name)
            if kind == 'reuse':
                outs = [self._build_in('', reuse, name, inp) for reuse in (False, True)]
            elif kind == 'auto_reuse':
                outs = [self._build_in('', tf.AUTO_REUSE, name, inp) for _ in range(2)]
            elif kind == 'scope_object':
                with tf.variable_scope('layer') as scope:
                    pass
                outs = [build(name, inp, scope=scope)]
                with tf.variable_scope(scope, reuse=True) as scope:
                    outs.append(build(name, inp, scope=scope))
            else:
                template = tf.make_template(
                    'template', lambda inp: build(name, inp, scope='layer'))
                outs = [template(inp) for _ in range(2)]
            self.assertEqual(len(EXAMPLES[name].variables), len(tf.trainable_variables()))
            values = random_values()
            values.update({key: np.abs(value) for key, value in values.items()
                           if key.endswith('moving_variance')})
            with session(values) as opened:
                first, second = opened.run(outs, {inp: images(name)})
            np.testing.assert_allclose(first, second, rtol=1e-5, atol=1e-6)

    @staticmethod
    def _build_in(outer, reuse, name, inp):
        with tf.variable_scope(outer, reuse=reuse):
            return build(name, inp, scope='layer')

    @parameterized.expand(EACH)
    def test_names_are_stable_in_towers(self, name):
        with tf.Graph().as_default():
            for tower in range(2):
                with tf.name_scope(f'tower_{tower}'):
                    with tf.variable_scope('inference', reuse=tower > 0):
                        out = build(name, placeholder(name), scope='layer')
                self.assertEqual(f'tower_{tower}/inference/layer/out:0', out.name)
            names = [variable.op.name for variable in tf.global_variables()]
            self.assertEqual(len(names), len(set(names)))
            self.assertEqual({'inference/layer'}, {key.rsplit('/', 1)[0] for key in names})

    @parameterized.expand(EACH)
    def test_variables_belong_to_the_graph_of_the_input(self, name):
        graph = tf.Graph()
        with graph.as_default():
            inp = placeholder(name)
        with tf.Graph().as_default() as other:
            out = build(name, inp, scope='layer')
            self.assertEqual([], other.get_operations())
        self.assertIs(graph, out.graph)


if __name__ == '__main__':
    unittest.main()
