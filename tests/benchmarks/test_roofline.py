"""The least time of a forward pass."""
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from benchmarks.roofline import MATRIX_SIZE, VECTOR_SIZE, fewest_flops, machine_bound, probes
from benchmarks.workloads import TTWorkload

WORKLOAD = TTWorkload('small', (2, 3), (4, 5), rank=1, batch_size=7)
# By hand, of one vector: from the left 4 * 2 * 3 + 5 * 3 * 4 = 84 multiplications, the full
# matrix 120, and from the right 5 * 3 * 2 + 4 * 2 * 5 = 70.
FLOPS = 2 * 70 * 7
MOVED = 4 * 7 * (6 + 20)


class RooflineTest(unittest.TestCase):

    def test_fewest_flops(self):
        self.assertEqual(FLOPS, fewest_flops(WORKLOAD))

    @parameterized.expand([
        ('arithmetic', 1, 1000, FLOPS), ('bandwidth', 1000, 1, MOVED)])
    def test_bound(self, _, flops_per_ms, bytes_per_ms, expected_ms):
        entry = {'product': {'median_ms': 2 * MATRIX_SIZE ** 3 / flops_per_ms},
                 'stream': {'median_ms': 8 * VECTOR_SIZE / bytes_per_ms}}
        found = machine_bound(WORKLOAD, entry)
        self.assertAlmostEqual(expected_ms, found['bound_ms'], places=6)
        self.assertAlmostEqual(flops_per_ms * 1e-6, found['gflops'])
        self.assertAlmostEqual(bytes_per_ms * 1e-6, found['stream_gb_per_s'])

    def test_half_precision_moves_half_the_bytes(self):
        entry = {'product': {'median_ms': 1e-9}, 'stream': {'median_ms': 4 * VECTOR_SIZE}}
        found = machine_bound(WORKLOAD, entry, 'bfloat16')
        self.assertAlmostEqual(MOVED / 2, found['bound_ms'], places=6)

    def test_probes_of_a_type(self):
        with tf.Graph().as_default():
            kinds = {name: operation.inputs[0].dtype.base_dtype.name
                     for name, (operation,) in probes('bfloat16').items()}
        self.assertEqual({'product': 'bfloat16', 'stream': 'bfloat16'}, kinds)


if __name__ == '__main__':
    unittest.main()
