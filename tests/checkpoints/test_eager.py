"""Eager execution, which cannot be turned on in a process that built graphs."""

import sys
import unittest

from tests import prepared_python

SCRIPT = '''
import tensorflow.compat.v1 as tf
tf.enable_eager_execution()
from tensornet import checkpoints
try:
    checkpoints.Saver([tf.Variable(1.0)])
except RuntimeError as error:
    print(error)
'''


class EagerTest(unittest.TestCase):

    def test_refuses(self):
        output = prepared_python.check_output([sys.executable, '-c', SCRIPT], text=True,
                                              stderr=prepared_python.DEVNULL)
        self.assertRegex(output, r'^Saver: .* eager execution is on; call '
                         r'tf\.compat\.v1\.disable_eager_execution\(\) first\n$')


if __name__ == '__main__':
    unittest.main()
