"""Table 3: what is counted, and experiments/vgg/inference_time.py as a user runs it."""
import json
import os
import unittest
from unittest import mock

from parameterized import parameterized

from experiments.vgg import layer_timing, paper
from tests.script_runner import ScriptTest

PAPER = layer_timing.Shape(paper.INP_MODES, paper.OUT_MODES, paper.RANK)
MEGABYTE = 2 ** 20


class MemoryTest(unittest.TestCase):

    def test_the_papers_memory(self):
        self.assertEqual(paper.MEMORY_MB['dense'],
                         layer_timing.weights_bytes(PAPER, 'dense') / MEGABYTE)
        self.assertEqual(2016 * 4, layer_timing.weights_bytes(PAPER, 'tt'))
        self.assertEqual(paper.MEMORY_MB['tt'], round(
            layer_timing.largest_intermediate_bytes(PAPER, 'tt_chain', 1) / MEGABYTE, 3))

    def test_the_planned_layer_needs_less(self):
        planned, chain = (layer_timing.largest_intermediate_bytes(PAPER, layer, 100)
                          for layer in ('tt', 'tt_chain'))
        self.assertLess(planned, chain)
        self.assertEqual(chain, layer_timing.largest_intermediate_bytes(PAPER, 'tt', 100, 'chain'))
        self.assertLess(chain, layer_timing.largest_intermediate_bytes(PAPER, 'tt', 1, 'full'))


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
        with open(os.path.join(self.folder, 'run', 'vgg_table3.json')) as file:
            rows = [row for row in json.load(file)['rows'] if row['device'] == 'CPU']
        self.assertEqual([(layer, images) for layer in layer_timing.LAYERS for images in (1, 3)],
                         [(row['layer'], row['images']) for row in rows])
        weights = {'dense': 64 * 32 * 4}
        weights['tt'] = weights['tt_chain'] = (8 * 2 + 16 * 4 + 16 * 2) * 4
        for row in rows:
            self.assertLess(0, row['quartiles_ms'][0])
            self.assertLessEqual(row['quartiles_ms'][0], row['median_ms'])
            self.assertLessEqual(row['median_ms'], row['quartiles_ms'][1])
            self.assertEqual(weights[row['layer']], row['weights_bytes'])
            self.assertIsNone(row['paper_ms'])

    def test_measured_plans(self):
        with mock.patch.dict(os.environ, TENSORNET_WISDOM='wisdom.json'):
            status, out, err = self.run_script(
                '--inp_modes=4,4,4', '--out_modes=2,4,4', '--rank=2', '--batch_sizes=1,3',
                '--repetitions=2', '--log_dir=run', '--plan=measure')
        self.assertEqual(0, status, err)
        self.assertIn('The plan of `tt` is measure.', out)
        with open(os.path.join(self.folder, 'run', 'vgg_table3.json')) as file:
            self.assertEqual('measure', json.load(file)['plan'])
        with open(os.path.join(self.folder, 'wisdom.json')) as file:
            layers, = json.load(file)['machines'].values()
        # The layer takes what was measured for the memory of the process.
        self.assertEqual(2, len(layers))

    def test_help(self):
        self.assert_help(['Layer:', 'Measurement:', 'Output:'], [
            '--inp_modes', '--out_modes', '--rank', '--batch_sizes', '--repetitions', '--plan',
            '--log_dir'])

    @parameterized.expand([
        ('--rank=0', '--rank=0'), ('--batch_sizes=0', '--batch_sizes=0: expected comma-separated'),
        ('--repetitions=0', '--repetitions=0'), ('--plan=fast', '--plan=fast'),
        ('--log_dir=', 'expected the name of a folder'),
        ('--inp_modes=4,4', '--out_modes with as many modes as --inp_modes'),
        ('100', "unexpected argument '100'")])
    def test_a_bad_value_names_the_flag(self, argument, message):
        self.assert_flag_error(argument, message)


if __name__ == '__main__':
    unittest.main()
