"""Names of gradients in a process that imports the package more than once."""

import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = '''
import sys
import tensorflow.compat.v1 as tf
import tensornet
first = tensornet.layers
for name in [name for name in sys.modules if name.split('.')[0] == 'tensornet']:
    del sys.modules[name]
import tensornet
assert tensornet.layers is not first
tf.disable_v2_behavior()
inp = tf.ones([2, 16])
for layers in (first, tensornet.layers):
    out = layers.tt(inp, [4, 4], [4, 4], [1, 2, 1], recompute=True,
                    cores_initializer=tf.ones_initializer())
    gradient, = tf.gradients(out, inp)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        print(session.run(gradient)[0, 0])
'''


class ImportTest(unittest.TestCase):

    def test_the_package_can_be_imported_again(self):
        process = subprocess.run([sys.executable, '-c', SCRIPT], cwd=ROOT, capture_output=True,
                                 text=True)
        self.assertEqual((0, '32.0\n32.0\n'), (process.returncode, process.stdout),
                         process.stderr)


if __name__ == '__main__':
    unittest.main()
