"""The cells over sequences against NumPy in float64, forward and gradients."""

import unittest

import numpy as np
from parameterized import parameterized

from tests.fuzz import valid_cells
from tests.rnn.runs import TENSORFLOW_2, faults

CASES = [
    ('all_steps', dict()),
    ('lengths', dict(lengths=[2, 0, 4], initial=True)),
    ('fifty_steps', dict(time=50, batch=2, dtype='float32', state_plan='full')),
    ('padded', dict(hidden_size=5, inp_size=7, plan='chain', state_plan='chain')),
    ('dense_inputs', dict(inp_ranks=None, biases=False)),
    ('dense_state', dict(state_ranks=None, layer_norm=True)),
    ('normalized', dict(layer_norm=True, hidden_size=5, biases=False)),
    ('recomputed', dict(recompute=True, known=(False, False), use_resource=True)),
]


class CellsTest(unittest.TestCase):

    @parameterized.expand(CASES)
    def test_lstm(self, _, case):
        self._check('lstm', case)

    @parameterized.expand(CASES[1:5] + CASES[7:])
    def test_gru(self, _, case):
        self._check('gru', case)

    @parameterized.expand([CASES[0], CASES[1], CASES[6]])
    def test_gru_with_reset_after(self, _, case):
        self._check('gru', dict(case, reset_after=True))

    def _check(self, kind, case):
        """Each way once, and both kinds of control flow."""
        for control_flow, way in (('v1', 'dynamic'), ('v2', 'outside')):
            self.assertEqual({}, faults(dict(case, kind=kind, control_flow=control_flow, way=way)))

    @parameterized.expand([
        ('lstm_static', dict(way='static', lengths=[2, 0, 4], control_flow='v2')),
        ('gru_static', dict(kind='gru', way='static')),
        ('time_major', dict(way='outside', time_major=True, lengths=[2, 0, 4])),
        ('no_sequence', dict(batch=0)),
        ('no_sequence_normalized', dict(batch=0, layer_norm=True)),
        ('no_sequence_normalized_gru', dict(kind='gru', batch=0, layer_norm=True, way='outside')),
        ('no_steps', dict(way='outside', time=0, initial=True, control_flow='v2')),
        ('float16', dict(kind='gru', dtype='float16', way='outside')),
        ('bfloat16', dict(dtype='bfloat16', way='outside')),
        # Gradients of cores of one row, which TensorFlow takes for biases where they are added up.
        ('cores_of_one_row', dict(hidden_modes=[2, 1, 1], inp_modes=[4, 4, 3], dtype='float32',
                                  recompute=True)),
    ])
    def test_ways(self, _, case):
        found = faults(case)
        if found is None and not TENSORFLOW_2:
            self.skipTest('TensorFlow lacks a kernel')
        self.assertEqual({}, found)

    def test_random_cases(self):
        random = np.random.RandomState(0)
        cases = [valid_cells.draw(random) for _ in range(6)]
        found = [faults(case) for case in cases]
        self.assertEqual([], [(case, faults) for case, faults in zip(cases, found) if faults])
        self.assertIn({}, found)
        if TENSORFLOW_2:
            self.assertNotIn(None, found)


if __name__ == '__main__':
    unittest.main()
