"""What `of_graph` tells of graphs that were built, imported, frozen or nested."""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import cost, layers
from tensornet.checkpoints import weight_names
from tensornet.contraction import Setting, cost_model, plan
from tensornet.contraction.environment import target_machine
from tests.layers.control_flow import VERSIONS, control_flow
from tests.layers.examples import EACH, EXAMPLES, build, placeholder
from tests.sessions import session

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
IMPORT = """
import sys
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
tf.train.import_meta_graph(sys.argv[1], import_scope=sys.argv[2] or None)
import json
import tensornet
print(json.dumps(tensornet.cost.of_graph().as_dict()))
"""


def network(images):
    """A layer of each kind, and a variable of the user's own."""
    for name in EXAMPLES:
        build(name, images[name], scope='net/' + name)
    tf.get_variable('own/scale', [3])


def placeholders():
    """An input for each example."""
    return {name: placeholder(name) for name in EXAMPLES}


class BuiltTest(unittest.TestCase):

    @parameterized.expand(EACH)
    def test_each_layer(self, name):
        with tf.Graph().as_default():
            build(name, placeholder(name), scope='outer/layer')
            layer, = cost.of_graph().layers
        self.assertEqual(('outer/layer', EXAMPLES[name].layer), (layer.scope, layer.kind))
        self.assertEqual({own: shape for own, shape in EXAMPLES[name].variables}, layer.weights)
        self.assertEqual(1, layer.calls)

    def test_all_parameters_are_in_it(self):
        with tf.Graph().as_default() as graph:
            network(placeholders())
            counted = cost.of_graph(graph)
            trained = sum(int(np.prod(variable.shape.as_list()))
                          for variable in tf.trainable_variables())
        self.assertEqual(trained, counted.parameters)
        self.assertEqual(4 * trained, counted.weight_bytes)
        self.assertEqual(['net/' + name for name in EXAMPLES] + ['own'],
                         [layer.scope for layer in counted.layers])
        self.assertEqual('other', counted.layers[-1].kind)

    def test_slots_and_statistics_are_no_parameters(self):
        with tf.Graph().as_default():
            inp = placeholder('tt')
            out = layers.batch_normalization(build('tt', inp), True)
            before = cost.of_graph()
            average = tf.train.ExponentialMovingAverage(0.9).apply(tf.trainable_variables())
            tf.train.AdamOptimizer().minimize(tf.reduce_sum(out), tf.train.create_global_step())
            self.assertEqual(before, cost.of_graph())
            del average

    @parameterized.expand(['float16', 'bfloat16', 'float32', 'float64'])
    def test_types(self, dtype):
        with tf.Graph().as_default():
            build('tt', placeholder('tt', tf.as_dtype(dtype)), scope='own')
            with tf.variable_scope('master', custom_getter=layers.master_weights):
                build('tt', placeholder('tt', tf.as_dtype(dtype)))
            own, master = cost.of_graph().layers
        size = tf.as_dtype(dtype).size
        self.assertEqual((dtype, size * own.parameters), (own.dtype, own.weight_bytes))
        self.assertEqual((dtype, max(size, 4) * own.parameters), (master.dtype,
                                                                  master.weight_bytes))

    @parameterized.expand(EACH)
    def test_reused_layers_count_once(self, name):
        with tf.Graph().as_default():
            for tower in range(3):
                with tf.name_scope(f'tower_{tower}'), tf.variable_scope('', reuse=tower > 0):
                    build(name, placeholder(name), scope='layer')
            counted = cost.of_graph()
        self.assertEqual([3], [layer.calls for layer in counted.layers])
        self.assertIn('counted once: layer (3 times).', str(counted))

    @parameterized.expand(EACH)
    def test_parts_of_variables(self, name):
        with tf.Graph().as_default():
            build(name, placeholder(name), scope='whole')
            with tf.variable_scope('', partitioner=tf.fixed_size_partitioner(2)):
                build(name, placeholder(name), scope='parts')
            whole, parts = cost.of_graph().layers
        self.assertEqual(whole, parts._replace(scope='whole'))

    @parameterized.expand([(name, version) for name, in EACH for version in VERSIONS])
    def test_branches_and_loops(self, name, version):
        with tf.Graph().as_default(), control_flow(version):
            inp = placeholder(name)
            build(name, inp, scope='layer')
            expected = cost.of_graph()

            def again():
                with tf.variable_scope('', reuse=True):
                    return tf.reduce_sum(build(name, inp, scope='layer'))

            tf.cond(tf.placeholder(tf.bool, []), again, lambda: tf.zeros([]))
            tf.while_loop(lambda k: k < 3., lambda k: k + 1. + again(), [0.])
            counted = cost.of_graph()
        self.assertEqual(expected.layers[0], counted.layers[0]._replace(calls=1))
        self.assertEqual(1, len(counted.layers))

    def test_variables_by_other_names(self):
        def renamed(getter, name, *args, **kwargs):
            return getter(name.replace('own/', 'stored/'), *args, **kwargs)

        for name in EXAMPLES:
            with tf.Graph().as_default():
                build(name, placeholder(name), scope='own')
                expected = cost.of_graph()
            for partitioner in (None, tf.fixed_size_partitioner(2)):
                with tf.Graph().as_default():
                    with tf.variable_scope('', custom_getter=renamed, partitioner=partitioner):
                        build(name, placeholder(name), scope='own')
                    self.assertEqual({'stored'}, {variable.name.partition('/')[0]
                                                  for variable in tf.global_variables()})
                    self.assertEqual(expected, cost.of_graph())
                    graph = tf.train.export_meta_graph()
                with tf.Graph().as_default():
                    tf.train.import_meta_graph(graph, import_scope='around')
                    layer, = cost.of_graph().layers
                    self.assertEqual(expected.layers[0], layer._replace(scope='own'))

    def test_variables_of_two_layers(self):
        def build_both(get, **of_second):
            with tf.variable_scope('', custom_getter=get):
                layers.linear(tf.zeros([5, 4]), 3, scope='first')
                layers.linear(tf.zeros([5, 4]), 3, scope='second', **of_second)
            return cost.of_graph()

        def shared(names):
            def get(getter, name, *args, **kwargs):
                is_shared = name.rpartition('/')[2] in names
                return getter(name.replace('second', 'first') if is_shared else name, *args,
                           **dict(kwargs, reuse=tf.AUTO_REUSE))
            return get

        for names, without, expected in (
                (('weights', 'biases'), {}, [('first', 2, 15)]),
                (('weights',), {}, [('first', 1, 15), ('second', 1, 3)]),
                (('weights', 'biases'), dict(biases_initializer=None),
                 [('first', 1, 15), ('second', 1, 0)])):
            with tf.Graph().as_default():
                counted = build_both(shared(names), **without)
                self.assertEqual(expected, [(layer.scope, layer.calls, layer.parameters)
                                            for layer in counted.layers])
                self.assertEqual(4 * counted.parameters, counted.weight_bytes)
                self.assertEqual(counted.parameters, sum(
                    variable.shape.num_elements() for variable in tf.trainable_variables()))

    def test_a_second_call_with_more_variables(self):
        with tf.Graph().as_default():
            layers.linear(tf.zeros([5, 4]), 3, scope='layer', biases_initializer=None)
            with tf.variable_scope('', reuse=tf.AUTO_REUSE):
                layers.linear(tf.zeros([5, 4]), 3, scope='layer')
            layer, = cost.of_graph().layers
        self.assertEqual((2, 15, 60, 15), (layer.calls, layer.parameters, layer.weight_bytes,
                                           layer.dense_parameters))

    def test_layers_without_variables(self):
        with tf.Graph().as_default():
            for scope in ('first', 'second'):
                layers.batch_normalization(tf.zeros([5, 3]), True, use_scale=False,
                                           use_shift=False, scope=scope)
            self.assertEqual([('first', 1, 0), ('second', 1, 0)],
                             [(layer.scope, layer.calls, layer.parameters)
                              for layer in cost.of_graph().layers])

    def test_what_is_no_record(self):
        with tf.Graph().as_default() as graph:
            graph.add_to_collection('tensornet_layers', 'something else')
            with self.assertRaisesRegex(ValueError, 'the collection tensornet_layers of the graph '
                                        "has an entry .*: 'something else'; clear it"):
                cost.of_graph()

    def test_a_batch_that_is_not_known(self):
        with tf.Graph().as_default():
            inp = tf.placeholder(tf.float32, [None, 12])
            layers.tt(inp, [3, 4], [2, 5], [1, 3, 1])
            layers.tt(inp, [3, 4], [2, 5], [1, 3, 1], batch_size=7, trainable=False)
            layers.linear(inp, 3)
            layers.linear(tf.zeros([6, 12]), 3, trainable=False)
            counted = cost.of_graph().layers
        self.assertEqual([(100, True), (7, False), (100, True), (6, False)],
                         [(layer.batch_size, layer.training) for layer in counted])

    @parameterized.expand([(0, 1), (1, 1), (2, 2)])
    def test_small_batches_of_dense_layers(self, batch, expected):
        with tf.Graph().as_default():
            layers.linear(tf.zeros([batch, 12]), 3)
            layers.conv(tf.zeros([batch, 5, 4, 2]), 3, [3, 3])
            counted = cost.of_graph().layers
        self.assertEqual([expected] * 2, [layer.batch_size for layer in counted])
        self.assertEqual([None, [5, 4]], [layer.image for layer in counted])

    @parameterized.expand([([None, 4],), ([5, None],)])
    def test_an_image_of_which_a_side_is_not_known(self, image):
        with tf.Graph().as_default():
            layers.conv(tf.placeholder(tf.float32, [2, *image, 3]), 4, [3, 3])
            layer, = cost.of_graph().layers
        self.assertEqual((None, None, None), (layer.flops_per_sample, layer.image, layer.seconds))

    def test_an_image_that_is_not_known(self):
        with tf.Graph().as_default():
            images = tf.placeholder(tf.float32, [None, None, None, 6])
            layers.tt_conv(images, [3, 2], [2, 3], [2, 2], [2, 3, 1], plan='chain')
            layers.conv(images, 4, [3, 3])
            counted = cost.of_graph()
        tt_conv, conv = counted.layers
        self.assertEqual((None, [32, 32]), (tt_conv.flops_per_sample, tt_conv.image))
        self.assertEqual((None, None, None), (conv.flops_per_sample, conv.image, conv.seconds))
        self.assertIn('The FLOPs of tt_conv, conv are not known.\nThe time of conv is not known.',
                      str(counted))

    def test_time_is_that_of_the_plan(self):
        with tf.Graph().as_default():
            wide = plan([3, 4], [2, 5], [1, 3, 1], 1000)
            layers.tt(tf.zeros([9, 12]), *wide.shape, plan=wide)
            layers.linear(tf.zeros([9, 12]), 5)
            tt, linear = cost.of_graph().layers
            setting = Setting(9, True, 'float32', target_machine('float32'))
        self.assertEqual(wide.cost.seconds, tt.seconds)
        self.assertEqual(cost_model.dense_cost(12, 5, setting).seconds, linear.seconds)

    def test_layers_of_tensorflow(self):
        with tf.Graph().as_default():
            with tf.variable_scope('dense'):
                tf.get_variable('kernel', [5, 4])
                tf.get_variable('bias', [4])
            layer, = cost.of_graph().layers
        self.assertEqual(('linear', [5], [4], 24, 44), (
            layer.kind, layer.inp_modes, layer.out_modes, layer.parameters,
            layer.flops_per_sample))

    def test_an_empty_graph(self):
        with tf.Graph().as_default():
            self.assertEqual(([], 0, None), (cost.of_graph().layers, cost.of_graph().parameters,
                                             cost.of_graph().compression))
            self.assertRegex(str(cost.of_graph()), r'(?m)^total +0 +0 +0$')

    def test_no_graph(self):
        with self.assertRaisesRegex(TypeError, "of_graph: `graph` must be a `tf.Graph` or None, "
                                    "but it is 'logs'; pass for example `session.graph`"):
            cost.of_graph('logs')


class ImportedTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, 'model.meta')

    @parameterized.expand([('', ''), ('scope', 'imported/net')])
    def test_in_another_process(self, _, scope):
        with tf.Graph().as_default():
            network(placeholders())
            tf.train.export_meta_graph(self.path)
            expected = cost.of_graph().as_dict()
        done = subprocess.run([sys.executable, '-c', IMPORT, self.path, scope], cwd=ROOT,
                              capture_output=True, text=True)
        self.assertEqual(0, done.returncode, done.stderr)
        for layer in expected['layers']:
            layer['scope'] = '/'.join(filter(None, [scope, layer['scope']]))
        self.assertEqual(json.loads(json.dumps(expected)), json.loads(done.stdout))

    def test_exported_again(self):
        with tf.Graph().as_default():
            network(placeholders())
            expected = cost.of_graph()
            tf.train.export_meta_graph(self.path)
        for _ in range(2):
            with tf.Graph().as_default():
                tf.train.import_meta_graph(self.path)
                self.assertEqual(expected, cost.of_graph())
                tf.train.export_meta_graph(self.path)

    def test_variables_alone(self):
        for freeze in (False, True):
            with tf.Graph().as_default() as graph:
                outs = [build(name, placeholder(name), scope=name).op.name for name in EXAMPLES
                        if not freeze or EXAMPLES[name].arguments.get('train_phase') is not True]
                expected = {layer.scope: layer for layer in cost.of_graph().layers}
                graph_def = graph.as_graph_def()
                if freeze:
                    with session() as opened:
                        graph_def = tf.graph_util.convert_variables_to_constants(
                            opened, graph_def, outs)
            with tf.Graph().as_default():
                tf.import_graph_def(graph_def, name='')
                found = {layer.scope: layer for layer in cost.of_graph().layers
                         if layer.kind != 'other'}
            for name, layer in found.items():
                wanted = expected.pop(name)
                self.assertEqual(wanted.kind.replace('_full', '').replace('1d', ''), layer.kind)
                self.assertEqual((wanted.weights, wanted.weight_bytes, wanted.dtype),
                                 (layer.weights, layer.weight_bytes, layer.dtype))
                self.assertIsNone(layer.plan)
            self.assertEqual({}, expected)

    @parameterized.expand(itertools.product(
        zip(weight_names.MATRICES, weight_names.BIASES), weight_names.TABLES))
    def test_frozen_layers_of_others(self, dense, table):
        matrix, biases = dense
        with tf.Graph().as_default() as graph:
            rows = tf.gather(tf.get_variable(f'embed/{table}', [9, 4]),
                             tf.placeholder(tf.int32, [None]))
            out = (tf.matmul(rows, tf.get_variable(f'dense/{matrix}', [4, 5]))
                   + tf.get_variable(f'dense/{biases}', [5]))
            expected = cost.of_graph()
            with session() as opened:
                graph_def = tf.graph_util.convert_variables_to_constants(
                    opened, graph.as_graph_def(), [out.op.name])
        with tf.Graph().as_default():
            tf.import_graph_def(graph_def, name='')
            self.assertEqual(expected, cost.of_graph())
        self.assertEqual(9 * 4 + 4 * 5 + 5, expected.parameters)

    def test_the_graph_of_a_wrapped_function(self):
        def call(inp):
            return build('tt', inp, scope='layer')

        with tf.Graph().as_default():
            build('tt', placeholder('tt'), scope='layer')
            expected = cost.of_graph()
        wrapped = tf.wrap_function(call, [tf.TensorSpec([3, 12], tf.float32)])
        self.assertEqual(expected.layers[0], cost.of_graph(wrapped.graph).layers[0])


if __name__ == '__main__':
    unittest.main()
