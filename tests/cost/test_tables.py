"""The table of a report, in a terminal, in TensorBoard and of a checkpoint."""

import contextlib
import importlib.util
import io
import json
import os
import re
import tempfile
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet import cost, layers
from tensornet.checkpoints.command_line import main
from tensornet.cost.checkpoint_cost import inspect
from tensornet.cost.of_variables import costs_of_variables
from tests.layers.examples import EACH, build, placeholder
from tests.sessions import session

TITLES = ['layer', 'kind', 'modes', 'TT-ranks', 'parameters', 'dense', 'compression', 'bytes',
          'FLOP/sample', 'FLOP/run', 'plan', 'batch', 'est. ms']


def network():
    """Two layers, of which the first is padded."""
    hidden = layers.tt(tf.placeholder(tf.float32, [None, 1009]), [4, 4, 8, 8], [4, 4, 8, 8], 5,
                       plan='chain', inp_size=1009, scope='net/hidden')
    layers.linear(hidden, 10, scope='net/logits')


def cells(line):
    """The cells of a row of text; none of them is empty or has two blanks inside."""
    return [cell for cell in line.split('  ') if cell.strip()]


class TextTest(unittest.TestCase):

    def test_rows(self):
        with tf.Graph().as_default():
            network()
            counted = cost.of_graph()
        titles, tt, linear, total, times = str(counted).splitlines()
        self.assertEqual(TITLES, [cell.strip() for cell in cells(titles)])
        first, second = counted.layers
        weights = 4 * 4 * 5 + 5 * 4 * 4 * 5 + 5 * 8 * 8 * 5 + 5 * 8 * 8 + 1024
        dense = 1009 * 1024 + 1024
        self.assertEqual(
            ['net/hidden', 'tt', '4x4x8x8 (1009) -> 4x4x8x8', '1,5,5,5,1', f'{weights:,}',
             '1,034,240', f'{dense / weights:.4g}x', f'{4 * weights:,}',
             f'{first.flops_per_sample:,}', '0', 'chain', '100',
             f'{first.seconds * 1e3:.4f}'], [cell.strip() for cell in cells(tt)])
        self.assertEqual(
            ['net/logits', 'linear', '1024 -> 10', '10,250', '10,250', '1x', '41,000', '20,490',
             '0', '100', f'{second.seconds * 1e3:.4f}'], [cell.strip() for cell in cells(linear)])
        self.assertEqual(
            ['total', f'{weights + 10250:,}', f'{dense + 10250:,}',
             f'{(dense + 10250) / (weights + 10250):.4g}x', f'{4 * (weights + 10250):,}',
             f'{first.flops_per_sample + 20490:,}', '0',
             f'{(first.seconds + second.seconds) * 1e3:.4f}'],
            [cell.strip() for cell in cells(total)])
        self.assertRegex(times, '^Times are estimates for the batch')

    def test_numbers_end_below_each_other(self):
        with tf.Graph().as_default():
            network()
            titles, *rows = str(cost.of_graph()).splitlines()[:4]
        end = titles.index('parameters') + len('parameters')
        for row in rows:
            self.assertRegex(row[:end], r'\d$')
            self.assertEqual('  ', row[end:end + 2])

    def test_as_dict_is_json(self):
        with tf.Graph().as_default():
            network()
            counted = cost.of_graph()
        values = json.loads(json.dumps(counted.as_dict()))
        self.assertEqual(['net/hidden', 'net/logits'],
                         [layer['scope'] for layer in values['layers']])
        self.assertEqual(counted.parameters, values['total']['parameters'])
        self.assertEqual(counted.layers[0].compression, values['layers'][0]['compression'])


class TensorBoardTest(unittest.TestCase):

    def test_text_summary(self):
        with tempfile.TemporaryDirectory() as folder:
            with tf.Graph().as_default() as graph:
                network()
                before = len(graph.get_operations())
                with tf.summary.FileWriter(folder, graph) as writer:
                    writer.add_summary(cost.text_summary(), 0)
                    writer.add_summary(cost.text_summary(graph, tag='net/cost'), 0)
                self.assertEqual(before, len(graph.get_operations()))
                markdown = cost.of_graph().as_markdown()
            path, = (os.path.join(folder, name) for name in os.listdir(folder))
            values = [value for event in tf.train.summary_iterator(path)
                      for value in event.summary.value]
        self.assertEqual(['cost', 'net/cost'], [value.tag for value in values])
        for value in values:
            self.assertEqual('text', value.metadata.plugin_data.plugin_name)
            self.assertEqual(markdown, tf.make_ndarray(value.tensor).item().decode())

    @unittest.skipUnless(importlib.util.find_spec('tensorboard'), 'TensorBoard is not installed')
    def test_tensorboard_shows_a_table(self):
        from tensorboard.backend.event_processing import plugin_event_accumulator
        from tensorboard.plugins.text.text_plugin import text_array_to_html
        with tempfile.TemporaryDirectory() as folder:
            with tf.Graph().as_default():
                network()
                with tf.summary.FileWriter(folder) as writer:
                    writer.add_summary(cost.text_summary(), 0)
            events = plugin_event_accumulator.EventAccumulator(folder)
            events.Reload()
        self.assertEqual(['cost'], list(events.PluginTagToContent('text')))
        event, = events.Tensors('cost')
        html = text_array_to_html(tf.make_ndarray(event.tensor_proto))
        self.assertIn('<td>net/hidden</td>', re.sub(' align="[a-z]+"| style="[^"]*"', '', html))

    def test_markdown(self):
        with tf.Graph().as_default():
            network()
            lines = cost.of_graph().as_markdown().splitlines()
        self.assertEqual(f'| {" | ".join(TITLES)} |', lines[0])
        self.assertRegex(lines[1], r'^(\| (:---|---:) ){13}\|$')
        self.assertRegex(lines[3], r'^\| net/logits \| linear \| ')
        self.assertEqual('', lines[5])


class CheckpointTest(unittest.TestCase):

    def save(self, name):
        """Saves an example; returns what its graph costs, and the prefix of the checkpoint."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with tf.Graph().as_default():
            out = build(name, placeholder(name), scope='net/layer')
            counted = cost.of_graph()
            tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(out))
            with session() as opened:
                return counted, tf.train.Saver().save(opened, os.path.join(folder.name, 'model'))

    @parameterized.expand(EACH)
    def test_each_layer(self, name):
        counted, prefix = self.save(name)
        layer, = counted.layers
        found, = cost.of_checkpoint(prefix).layers
        kind = 'tt_conv' if layer.kind in ('tt_conv_full', 'tt_conv1d_full') else layer.kind
        self.assertEqual(
            (layer.scope, kind, layer.weights, layer.weight_bytes, layer.window, layer.ranks),
            (found.scope, found.kind, found.weights, found.weight_bytes, found.window,
             found.ranks or layer.ranks))
        self.assertEqual([None] * 3, [found.plan, found.seconds, found.batch_size])
        if found.inp_modes is not None:
            self.assertEqual((layer.inp_modes, layer.out_modes), (found.inp_modes,
                                                                  found.out_modes))
            self.assertEqual(layer.out_size, found.out_size)
        if 'padded' not in name and found.inp_modes is not None or layer.inp_modes is None:
            self.assertEqual(layer.dense_parameters, found.dense_parameters)
        if name == 'linear':
            self.assertEqual(layer.flops_per_sample, found.flops_per_sample)
        else:
            self.assertIsNone(found.flops_per_sample)

    @parameterized.expand([
        ('momentum', lambda: tf.train.MomentumOptimizer(0.1, 0.9)),
        ('adam', tf.train.AdamOptimizer), ('adadelta', tf.train.AdadeltaOptimizer),
        ('adagrad', lambda: tf.train.AdagradOptimizer(0.1)),
        ('ftrl', lambda: tf.train.FtrlOptimizer(0.1)),
        ('rms', lambda: tf.train.RMSPropOptimizer(0.1, centered=True))])
    def test_what_a_training_keeps_does_not_count(self, _, optimizer):
        with tf.Graph().as_default(), tempfile.TemporaryDirectory() as folder:
            out = layers.tt(tf.ones([6, 12]), [3, 4], [2, 5], 2, scope='net/tt')
            out = layers.batch_normalization(out, False, scope='net/bn')
            loss = tf.reduce_sum(layers.linear(out, 3, scope='net/linear'))
            step = tf.train.get_or_create_global_step()
            for scope in ('', 'train'):
                # Two of them have powers of names that are made unique.
                with tf.variable_scope(scope):
                    optimizer().minimize(loss, step)
            tf.train.ExponentialMovingAverage(0.9, step).apply(tf.trainable_variables())
            counted = cost.of_graph()
            with session() as opened:
                prefix = tf.train.Saver().save(opened, os.path.join(folder, 'model'))
            found = cost.of_checkpoint(prefix)
        self.assertEqual(counted.parameters, found.parameters)
        self.assertEqual({layer.scope: layer.weights for layer in counted.layers},
                         {layer.scope: layer.weights for layer in found.layers if layer.weights})

    def test_inspect_shows_the_same_table(self):
        _, prefix = self.save('tt')
        path, titles, row, total, *_ = inspect(prefix).splitlines()
        self.assertEqual(prefix, path)
        self.assertEqual(TITLES[:8] + ['slots', 'variables'],
                         [cell.strip() for cell in cells(titles)])
        self.assertEqual(
            ['net/layer', 'tt', '3x4 -> 2x5', '1,3,1', '88', '130', '1.477x', '352', '3',
             'biases 10, mat_core_1 6x3, mat_core_2 5x12'], [cell.strip() for cell in cells(row)])
        self.assertEqual(['total', '88', '130', '1.477x', '352'],
                         [cell.strip() for cell in cells(total)])

    def test_command(self):
        _, prefix = self.save('tt')
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = main([prefix, '--inspect'])
        self.assertEqual((0, str(cost.of_checkpoint(prefix)) + '\n'), (status, printed.getvalue()))
        with contextlib.redirect_stderr(printed), self.assertRaises(SystemExit):
            main([prefix, '--inspect', '--list'])
        self.assertIn('leave --out and --list out', printed.getvalue())

    @parameterized.expand([
        ('linear', {'attention': [7, 7], 'weights': [100, 10], 'gates': [10]}, [100], [10], 2000),
        ('linear', {'attention': [7, 7], 'weights': [100, 10], 'biases': [10]}, [100], [10], 2010),
        ('conv', {'additional': [1, 1, 2, 2], 'filters': [3, 3, 4, 8]}, [4], [8], None),
        ('embedding', {'adapter': [5, 5], 'table': [100, 16]}, [100], [16], 0),
    ])
    def test_weights_are_those_by_name_among_others(self, kind, shapes, inp, out, flops):
        found, = costs_of_variables({f'net/{name}': shape for name, shape in shapes.items()},
                                    {f'net/{name}': tf.float32 for name in shapes})
        self.assertEqual((kind, inp, out, flops),
                         (found[0].kind, found[0].inp_modes, found[0].out_modes,
                          found[0].flops_per_sample))

    @parameterized.expand([('flat', {'mat_core_1': [12]}), ('misfit', {'mat_core_1': [4, 3]}),
                           ('gap', {'core_1': [1, 2], 'filters': [3]}),
                           ('direct', {'core_1': [0, 2]})])
    def test_shapes_of_no_such_layer_are_listed(self, _, shapes):
        with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default():
            for name, shape in shapes.items():
                tf.get_variable('net/' + name, shape)
            with session() as opened:
                prefix = tf.train.Saver().save(opened, os.path.join(folder, 'model'))
            layer, = cost.of_checkpoint(prefix).layers
        self.assertEqual(shapes, layer.weights)
        self.assertEqual('net', layer.scope)


if __name__ == '__main__':
    unittest.main()
