"""Layers built for inference keep their compression in every file that they are exported to."""

import re
import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from benchmarks.converters import FORMATS, why_not
from tensornet import layers
from tests.export_cases import INT8, LAYERS, Case, broken, lite_merges, outcomes, random_case

WIDE = Case('tt', [2048], dict(inp_modes=[8, 16, 16], out_modes=[8, 8, 16], mat_ranks=16), 100,
            False)
# All ways to compute it are faster than those that leave filters and cores as they are.
CONVOLUTION = Case('tt_conv', [8, 8, 64], dict(window=[3, 3], inp_ch_modes=[4, 4, 4],
                                               out_ch_modes=[4, 4, 4], ranks=9), 100, False)
# The filters, which the first two cores make, are larger than all cores.
DIRECT = Case('tt_conv_direct', [8, 8, 1], dict(window=[31, 31], out_ch=8, ranks=[1, 1, 8, 1, 1]),
              100, False)
MERGED = {'wide': WIDE, 'convolution': CONVOLUTION, 'direct': DIRECT}


def _ancestors(node):
    """The names of an operation and of all that it depends on."""
    names, waiting = set(), [node]
    while waiting:
        last = waiting.pop()
        if last.name not in names:
            names.add(last.name)
            waiting += [source.op for source in last.inputs]
    return names


class ExportedTest(unittest.TestCase):

    def _check(self, case, name, constant_bytes=None):
        if why_not(name):
            self.skipTest(f'{name}: {why_not(name)}')
        found = outcomes(case, [name], constant_bytes)[name]
        self.assertIsNone(broken(name, found, constant_bytes), (case, found))
        return found

    @parameterized.expand([(name, layer) for name in FORMATS if name != INT8 for layer in LAYERS])
    def test_random_layers(self, name, layer):
        random = np.random.RandomState(len(layer))
        for _ in range(2):
            self._check(random_case(random, layer), name)

    @parameterized.expand([(name, kind) for name in FORMATS if name != INT8
                           for kind in MERGED])
    def test_what_would_be_merged(self, name, kind):
        self._check(MERGED[kind], name)

    @parameterized.expand([(1,), (100,), (10000,)])
    def test_cores_that_make_larger_filters_are_held(self, batch_size):
        with tf.Graph().as_default() as graph, layers.default_plan('inference'):
            layers.tt_conv_direct(tf.placeholder(tf.float32, [batch_size] + DIRECT.inp_shape),
                                  **DIRECT.arguments)
            self.assertIn('tt_conv_direct/held', {node.name.rpartition('/')[0]
                                                  for node in graph.get_operations()})

    @parameterized.expand([('wide', 'float16')] + [
        (name, dtype) for name in ('convolution', 'direct') for dtype in ('float32', 'float16')])
    def test_nothing_is_held_twice(self, name, dtype):
        case = MERGED[name]
        with tf.Graph().as_default() as graph, layers.default_plan('inference'):
            getattr(layers, case.layer)(tf.placeholder(dtype, [None] + case.inp_shape),
                                        **case.arguments)
            sums = [node for node in graph.get_operations()
                    if re.search(r'/held(_\d+)?/add', node.name)]
        self.assertTrue(sums)
        self.assertEqual({'held'}, {node.name.split('/')[1] for node in sums})
        for node in sums:
            held, = [source.op for source in node.inputs if not source.op.name.endswith('Minimum')]
            self.assertEqual([], [name for name in _ancestors(held)
                                  if re.search(r'/held(_\d+)?/Minimum$', name)])

    @parameterized.expand([(layer, constant_bytes) for layer in LAYERS
                           for constant_bytes in (1, 10**6)])
    def test_int8_of_constants(self, layer, constant_bytes):
        if not why_not(INT8) and layer == 'tt_conv_direct' and constant_bytes > 1 and (
                not lite_merges()):
            self.skipTest('this converter makes no constant of a kernel, as int8 demands')
        self._check(random_case(np.random.RandomState(len(layer)), layer), INT8, constant_bytes)

    def test_bytes_are_asked_for(self):
        found = self._check(CONVOLUTION, 'frozen', 10**6)
        self.assertLess(found.file_bytes, found.core_bytes + 12000)
        if not why_not('tflite') and lite_merges():
            found = self._check(CONVOLUTION, 'tflite', 10**6)
            self.assertGreater(found.file_bytes, 4 * 9 * 64 * 64)


if __name__ == '__main__':
    tf.disable_v2_behavior()
    unittest.main()
