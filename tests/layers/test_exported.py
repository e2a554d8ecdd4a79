"""Layers built for inference keep their compression in every file that they are exported to."""

import unittest

import numpy as np
import tensorflow.compat.v1 as tf
from parameterized import parameterized

from benchmarks.converters import FORMATS, why_not
from tests.export_cases import INT8, LAYERS, Case, broken, outcomes, random_case

WIDE = Case('tt', [2048], dict(inp_modes=[8, 16, 16], out_modes=[8, 8, 16], mat_ranks=16), 100,
            False)
# All ways to compute it are faster than those that leave filters and cores as they are.
CONVOLUTION = Case('tt_conv', [8, 8, 64], dict(window=[3, 3], inp_ch_modes=[4, 4, 4],
                                               out_ch_modes=[4, 4, 4], ranks=9), 100, False)


class ExportedTest(unittest.TestCase):

    def _check(self, case, name, constant_bytes=None):
        if why_not(name):
            self.skipTest('%s: %s' % (name, why_not(name)))
        found = outcomes(case, [name], constant_bytes)[name]
        self.assertIsNone(broken(name, found, constant_bytes), (case, found))
        return found

    @parameterized.expand([(name, layer) for name in FORMATS if name != INT8 for layer in LAYERS])
    def test_random_layers(self, name, layer):
        random = np.random.RandomState(len(layer))
        for _ in range(2):
            self._check(random_case(random, layer), name)

    @parameterized.expand([(name, kind) for name in FORMATS if name != INT8
                           for kind in ('wide', 'convolution')])
    def test_what_would_be_merged(self, name, kind):
        self._check(WIDE if kind == 'wide' else CONVOLUTION, name)

    @parameterized.expand([(layer, constant_bytes) for layer in LAYERS
                           for constant_bytes in (1, 10**6)])
    def test_int8_of_constants(self, layer, constant_bytes):
        self._check(random_case(np.random.RandomState(len(layer)), layer), INT8, constant_bytes)

    def test_bytes_are_asked_for(self):
        found = self._check(CONVOLUTION, 'frozen', 10**6)
        self.assertLess(found.file_bytes, found.core_bytes + 12000)
        if not why_not('tflite'):
            found = self._check(CONVOLUTION, 'tflite', 10**6)
            self.assertGreater(found.file_bytes, 4 * 9 * 64 * 64)


if __name__ == '__main__':
    tf.disable_v2_behavior()
    unittest.main()
