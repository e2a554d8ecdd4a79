"""Constants of the cost model for a type, a unit and a number of threads."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import contraction
from tensornet.contraction.machine import ARITHMETIC, compiled


class MachineTest(unittest.TestCase):

    @parameterized.expand([
        ('type', ('int8',), "^cpu: `dtype` must be one of 'float16', .* it is 'int8'; pass"),
        ('unit', ('bfloat16', 'amx'), "^cpu: `unit` must be one of 'matrix', 'vector', 'none' or "
         "None, but it is 'amx'; pass None"),
        ('threads', ('float32', None, 0), '^cpu: `threads` must be'),
    ])
    def test_messages(self, _, arguments, message):
        with self.assertRaisesRegex(ValueError, message):
            contraction.cpu(*arguments)

    def test_no_such_type_on_a_gpu(self):
        with self.assertRaisesRegex(ValueError, '^gpu: `dtype` must be one of'):
            contraction.gpu('int8')
        with self.assertRaisesRegex(TypeError, '^gpu: `name` must be a text, but it is None; pass'):
            contraction.gpu('float32', None)

    @parameterized.expand([('name', 'float64'), ('numpy', np.float64), ('dtype', np.dtype('f8'))])
    def test_types(self, _, dtype):
        self.assertEqual(contraction.cpu('float64'), contraction.cpu(dtype))
        self.assertEqual(contraction.gpu('float64'), contraction.gpu(dtype))

    @parameterized.expand([(dtype,) for dtype in ('float32', 'float64', 'bfloat16')])
    def test_threads(self, dtype):
        """Arithmetic grows with them and bandwidth with up to 16; one shares nothing."""
        two = contraction.cpu(dtype, 'vector', 2)
        for threads, arithmetic, bandwidth in ((1, 0.75, 1), (4, 2, 2), (16, 8, 8), (64, 32, 8)):
            some = contraction.cpu(dtype, 'vector', threads)
            for names, factor in ((ARITHMETIC, arithmetic),
                                  (('bandwidth', 'transpose_bandwidth'), bandwidth),
                                  (('op', 'matrix', 'lanes', 'across', 'half_itemsize'), 1)):
                for name in names:
                    self.assertEqual(factor * getattr(two, name), getattr(some, name), name)
            starting = ((2e-6, 3e-6, 0) if threads == 1 else
                        (two.batched_op, two.transpose_op, two.shared_op))
            self.assertEqual(starting, (some.batched_op, some.transpose_op, some.shared_op))

    def test_units_of_half_precision(self):
        single = contraction.cpu('float32', threads=2)
        for dtype in ('bfloat16', 'float16'):
            converted = contraction.cpu(dtype, 'none', 2)
            self.assertEqual(single._replace(half_itemsize=4), converted)
            self.assertEqual([2, 2], [contraction.cpu(dtype, unit, 2).half_itemsize
                                      for unit in ('vector', 'matrix')])

    def test_names_of_gpus(self):
        data_centre = contraction.gpu('float32')
        self.assertEqual(data_centre, contraction.gpu('float32', 'NVIDIA A100-SXM4-80GB'))
        for name in ('NVIDIA GeForce RTX 3090', 'GTX 1080', 'NVIDIA TITAN V'):
            self.assertLess(contraction.gpu('float32', name).bandwidth, data_centre.bandwidth)

    def test_xla_is_slow_at_depthwise_convolutions_only(self):
        machine = contraction.cpu('float32', threads=2)
        slower = compiled(machine)
        self.assertLess(slower.depthwise_flops, machine.depthwise_flops / 100)
        self.assertLess(slower.depthwise_gradient_flops, machine.depthwise_gradient_flops / 100)
        self.assertEqual(machine, slower._replace(
            depthwise_flops=machine.depthwise_flops,
            depthwise_gradient_flops=machine.depthwise_gradient_flops))


if __name__ == '__main__':
    unittest.main()
