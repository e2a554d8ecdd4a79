"""Table 3: what is counted, and experiments/vgg/inference_time.py as a user runs it."""
import os
import unittest
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from experiments.vgg import paper, timed_layer, timing_table
from experiments.vgg.layer_timing import missing_kernel
from tensornet import contraction
from tests.contraction.measured_case import measure_little
from tests.script_runner import ScriptTest

PAPER = timed_layer.Shape(paper.INP_MODES, paper.OUT_MODES, paper.RANK)
MEGABYTE = 2 ** 20


class MemoryTest(unittest.TestCase):

    def test_the_papers_memory(self):
        self.assertEqual(paper.MEMORY_MB['dense'],
                         timed_layer.weights_bytes(PAPER, 'dense') / MEGABYTE)
        self.assertEqual(2016 * 4, timed_layer.weights_bytes(PAPER, 'tt'))
        self.assertEqual(paper.MEMORY_MB['tt'], round(
            timed_layer.largest_intermediate_bytes(PAPER, 'tt_chain', 1) / MEGABYTE, 3))

    def test_the_planned_layer_needs_less(self):
        planned, chain = (timed_layer.largest_intermediate_bytes(PAPER, layer, 100)
                          for layer in ('tt', 'tt_chain'))
        self.assertLess(planned, chain)
        self.assertEqual(chain, timed_layer.largest_intermediate_bytes(PAPER, 'tt', 100, 'chain'))
        self.assertLess(chain, timed_layer.largest_intermediate_bytes(PAPER, 'tt', 1, 'full'))


class FrozenLayerTest(unittest.TestCase):
    shape = timed_layer.Shape([4, 4, 4], [2, 4, 4], 2)

    @parameterized.expand(timed_layer.LAYERS)
    def test_the_layer_has_constants_for_variables(self, layer):
        with tf.Graph().as_default() as graph, tf.Session() as session:
            out = timed_layer.frozen_forward(self.shape, layer, 3)
            variable, = tf.global_variables()
            session.run(variable.initializer)
            actual, images = session.run([out, variable])
            constants = {name: value for name, value in (
                (node.name.rpartition('/')[2], tf.make_ndarray(node.attr['value'].tensor))
                for node in graph.as_graph_def().node if node.op == 'Const')
                if name.startswith(('mat_core', 'weights'))}
        self.assertEqual((3, 32), actual.shape)
        if layer == 'dense':
            expected = images @ constants['weights']
        else:
            cores = [constants[f'mat_core_{k}'].reshape(o, right, left, i) for k, o, right, left, i
                     in zip((1, 2, 3), (2, 4, 4), (2, 2, 1), (1, 2, 2), (4, 4, 4))]
            expected = np.einsum('nijk,arxi,bsrj,ctsk->nabc', images.reshape(3, 4, 4, 4), *cores)
        self.assertGreater(np.abs(actual).max(), 0.01)
        np.testing.assert_allclose(actual, expected.reshape(3, 32), rtol=1e-4, atol=1e-5)

    def test_the_papers_layer_takes_a_plan_for_constant_cores(self):
        planned = timed_layer.frozen_bytes(PAPER, 'tt', 1)
        self.assertEqual(timed_layer.frozen_plan(PAPER, 'tt', 1).weight_bytes, planned)
        self.assertLess(2016 * 4, planned)
        self.assertLessEqual(planned, timed_layer.CONSTANT_BYTES)
        self.assertEqual(2016 * 4, timed_layer.frozen_bytes(PAPER, 'tt_chain', 1))
        self.assertEqual(392 * MEGABYTE, timed_layer.frozen_bytes(PAPER, 'dense', 1))
        self.assertEqual(392 * MEGABYTE, timed_layer.frozen_bytes(PAPER, 'tt', 1, 'full'))


class MissingKernelTest(unittest.TestCase):

    def setUp(self):
        self.graph = tf.Graph()

    def run_once(self, make):
        with self.graph.as_default(), tf.device('/cpu:0'), tf.Session() as session:
            return missing_kernel(session, make(tf.zeros([1, 2, 2, 3], tf.bfloat16)).op)

    def test_it_is_named(self):
        self.assertEqual(f'TensorFlow {tf.__version__} has no kernel of LRN in this type',
                         self.run_once(tf.nn.lrn))

    def test_nothing_is_missing(self):
        self.assertIsNone(self.run_once(tf.identity))

    def test_other_errors_are_raised(self):
        with self.assertRaisesRegex(tf.errors.InvalidArgumentError, 'no number'):
            self.run_once(lambda value: tf.debugging.check_numerics(
                tf.constant(np.nan), 'no number'))


class TableTest(unittest.TestCase):

    def setUp(self):
        times = {'median_ms': 2., 'quartiles_ms': [1., 3.]}
        self.row = dict(times, device='CPU', layer='dense', images=1, bfloat16=dict(times),
                        frozen=dict(times, median_ms=1.5), paper_ms=16.1,
                        weights_bytes=MEGABYTE, frozen_weights_bytes=2 * MEGABYTE,
                        largest_intermediate_bytes=0, peak_bytes=None, paper_mb=None)

    def lines(self):
        return timing_table.table({'constant_bytes': MEGABYTE, 'plan': 'auto', 'repetitions': 25,
                                   'rows': [self.row]}).splitlines()

    def test_a_column_for_each_way(self):
        lines = self.lines()
        self.assertEqual([
            '| device | layer | images | float32, ms | bfloat16, ms | frozen, ms | paper, ms |',
            '|---|---|---:|---:|---:|---:|---:|',
            '| CPU | dense | 1 | 2 (1-3) | 2 (1-3) | 1.5 (1-3) | 16.1 |'], lines[:3])
        self.assertIn('| CPU | dense | 1 | 1 | 2 | 0 |  |  |', lines)
        self.assertIn('ms: median of 25 timings, each the mean of as many forward passes as fill '
                      '0.1 s, quartiles in brackets. MB', lines)

    def test_what_has_no_kernel_is_said(self):
        self.row['bfloat16'] = {'missing': 'TensorFlow has no kernel of MatMul in this type'}
        lines = self.lines()
        self.assertIn('| CPU | dense | 1 | 2 (1-3) | - | 1.5 (1-3) | 16.1 |', lines)
        self.assertEqual(
            '"-" for bfloat16: TensorFlow has no kernel of MatMul in this type.', lines[-1])

    def test_what_the_paper_measured_is_said_beside_its_numbers(self):
        for paper_mb in (392.0, None):
            self.row['paper_mb'] = paper_mb
            self.assertEqual(paper_mb is not None, any('The paper\'s' in line
                                                       for line in self.lines()))

    def test_results_of_float32_alone(self):
        for name in ('bfloat16', 'frozen', 'frozen_weights_bytes'):
            del self.row[name]
        lines = timing_table.table({'repetitions': 25, 'rows': [self.row]}).splitlines()
        self.assertEqual(['| device | layer | images | float32, ms | paper, ms |',
                          '|---|---|---:|---:|---:|', '| CPU | dense | 1 | 2 (1-3) | 16.1 |'],
                         lines[:3])
        self.assertNotIn('frozen', '\n'.join(lines))


def measured(layers):
    """Returns how many plans in float32 are in a file of wisdom, of variables and of constants."""
    return (sum('float32, forward' in key and 'constant' not in key for key in layers),
            sum('constant cores' in key for key in layers))


class InferenceTimeTest(ScriptTest):
    script = 'experiments/vgg/inference_time.py'

    def test_a_small_layer(self):
        status, out, err = self.run_script(
            '--inp_modes=4,4,4', '--out_modes=2,4,4', '--rank=2', '--batch_sizes=1,3',
            '--repetitions=2', '--log_dir=run')
        self.assertEqual((0, ''), (status, err))
        self.assertRegex(out.splitlines()[0], '^table 3: a layer of modes 4x4x4 -> 2x4x4')
        with open(os.path.join(self.folder, 'run', 'vgg_table3.md')) as file:
            self.assertIn(file.read(), out)
        rows = [row for row in self.read_json('run', 'vgg_table3.json')['rows']
                if row['device'] == 'CPU']
        self.assertEqual([(layer, images) for layer in timed_layer.LAYERS for images in (1, 3)],
                         [(row['layer'], row['images']) for row in rows])
        weights = {'dense': 64 * 32 * 4}
        weights['tt'] = weights['tt_chain'] = (8 * 2 + 16 * 4 + 16 * 2) * 4
        for row in rows:
            self.assert_times(row)
            self.assert_times(row['frozen'])
            if 'missing' in row['bfloat16']:
                self.assertRegex(out, '"-" for bfloat16: ' + row['bfloat16']['missing'])
            else:
                self.assert_times(row['bfloat16'])
            self.assertEqual(weights[row['layer']], row['weights_bytes'])
            self.assertIsNone(row['paper_ms'])
        if int(tf.__version__.split('.')[0]) >= 2:
            self.assertNotIn('"-" for', out)

    def assert_times(self, entry):
        low, high = entry['quartiles_ms']
        self.assertTrue(0 < low <= entry['median_ms'] <= high, entry)

    def test_measured_plans(self):
        with mock.patch.dict(os.environ, TENSORNET_WISDOM='wisdom.json'):
            status, out, err = self.run_script(
                '--inp_modes=4,4,4', '--out_modes=2,4,4', '--rank=2', '--batch_sizes=3',
                '--repetitions=1', '--log_dir=run', '--plan=measure')
        self.assertEqual(0, status, err)
        self.assertIn('The plan of `tt` is measure.', out)
        self.assertEqual('measure', self.read_json('run', 'vgg_table3.json')['plan'])
        layers, = self.read_json('wisdom.json')['machines'].values()
        # The layer takes what was measured for the memory of the process.
        self.assertEqual((1, 1), measured(layers))

    def test_measured_plans_of_two_batches(self):
        measure_little(self)
        contraction.use_wisdom(os.path.join(self.folder, 'wisdom.json'))
        shape = timed_layer.Shape([4, 4, 4], [2, 4, 4], 2)
        for images in (1, 3):
            timed_layer.named_plan(shape, images, 'measure')
            timed_layer.frozen_plan(shape, 'tt', images, 'measure')
            with tf.Graph().as_default():
                timed_layer.forward(shape, 'tt', images, 'measure')
        layers, = self.read_json('wisdom.json')['machines'].values()
        self.assertEqual((2, 2), measured(layers))

    def test_help(self):
        self.assert_help(['Layer:', 'Measurement:', 'Output:'], [
            '--inp_modes', '--out_modes', '--rank', '--batch_sizes', '--repetitions', '--plan',
            '--log_dir'])

    @parameterized.expand([
        ('--rank=0', '--rank=0'), ('--batch_sizes=1,10,1', 'expected different numbers'),
        ('--batch_sizes=0', '--batch_sizes=0: expected comma-separated'),
        ('--repetitions=0', '--repetitions=0'), ('--plan=fast', '--plan=fast'),
        ('--log_dir=', 'expected the name of a folder'),
        ('--inp_modes=4,4', '--out_modes with as many modes as --inp_modes'),
        ('100', "unexpected argument '100'")])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)


if __name__ == '__main__':
    unittest.main()
