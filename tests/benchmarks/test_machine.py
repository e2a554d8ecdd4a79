"""What results say of the machine."""
import os
import unittest

import numpy as np

from benchmarks.machine import FEATURES, available_memory, machine_record, processor_features
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

    @unittest.skipUnless(os.path.exists('/proc/cpuinfo'), 'other systems do not tell')
    def test_what_linux_tells(self):
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            words = file.read().split()
        self.assertEqual([feature for feature in FEATURES if feature in words],
                         processor_features())
        # A page is free somewhere, and no machine has a PB.
        self.assertTrue(4096 <= available_memory() < 2**50)


if __name__ == '__main__':
    unittest.main()
