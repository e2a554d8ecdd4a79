"""What results say of the machine."""
import io
import os
import unittest
from unittest import mock

import numpy as np
from parameterized import parameterized

from benchmarks import machine
from benchmarks.machine import available_memory, machine_record, processor_features
from tensornet.version import __version__


class MachineTest(unittest.TestCase):

    def test_record(self):
        record = machine_record(tensorflow='2.0', repetitions=3)
        self.assertEqual(
            {'processor', 'features', 'cores', 'system', 'python', 'numpy', 'tensornet',
             'tensorflow', 'repetitions'}, set(record))
        self.assertEqual((os.cpu_count(), np.__version__, __version__, 3),
                         tuple(record[name] for name in ('cores', 'numpy', 'tensornet',
                                                         'repetitions')))

    @parameterized.expand([
        (b'model name\t: x\nflags\t\t: fpu avx2 amx_bf16 avx512f\nbugs\t\t: avx512_fp16\n',
         ['avx2', 'avx512f', 'amx_bf16']),
        (b'model name\t: \xae\xff\nflags\t\t: avx2\n', ['avx2']),
        (b'processor\t: 0\nFeatures\t: fp asimd bf16\n', []), (b'', []),
    ])
    def test_features(self, cpuinfo, expected):
        with mock.patch.object(machine, 'open', create=True, side_effect=lambda _, **how:
                               io.TextIOWrapper(io.BytesIO(cpuinfo), **how)):
            self.assertEqual(expected, processor_features())
            self.assertEqual(expected, machine_record()['features'])

    def test_a_system_that_does_not_tell(self):
        for error in (FileNotFoundError, PermissionError):
            with mock.patch.object(machine, 'open', create=True, side_effect=error):
                self.assertEqual([], processor_features())
                self.assertEqual(float('inf'), available_memory())

    @unittest.skipUnless(os.access('/proc/meminfo', os.R_OK), 'other systems do not tell')
    def test_memory(self):
        # A page is free somewhere, and no machine has a PB.
        self.assertTrue(4096 <= available_memory() < 2**50)


if __name__ == '__main__':
    unittest.main()
