"""Constants of the cost model for a type, a unit and a number of threads."""

import unittest

import numpy as np
from parameterized import parameterized

from tensornet import contraction


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

    @parameterized.expand([('name', 'float64'), ('numpy', np.float64), ('dtype', np.dtype('f8'))])
    def test_types(self, _, dtype):
        self.assertEqual(contraction.cpu('float64'), contraction.cpu(dtype))
        self.assertEqual(contraction.gpu('float64'), contraction.gpu(dtype))


if __name__ == '__main__':
    unittest.main()
