"""Layers called while eager execution is on; in a process of its own, since it is a switch."""

import json
import os
import sys
import textwrap
import unittest

from parameterized import parameterized

from tests import prepared_python
from tests.layers.written_calls import CALLS

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

SCRIPT = '''
    import json
    import sys
    import tensorflow.compat.v1 as tf
    if not tf.executing_eagerly():
        tf.enable_eager_execution()
    from tensornet import layers
    images = tf.zeros([2, 5, 5, 6])
    messages = {}
    for name, arguments in json.loads(sys.argv[1]).items():
        try:
            eval(f'layers.{name}({arguments})')
        except Exception as error:
            messages[name] = [type(error).__name__, str(error)]
    with tf.Graph().as_default():
        out = layers.linear(tf.placeholder(tf.float32, [None, 3]), 2)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            shape = session.run(out, {out.graph.get_tensor_by_name('Placeholder:0'): [[1, 2, 3]]}
                                ).shape
    print(json.dumps([messages, list(shape), tf.executing_eagerly()]))
'''


class EagerTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        output = prepared_python.check_output(
            [sys.executable, '-c', textwrap.dedent(SCRIPT), json.dumps(CALLS)], cwd=ROOT, text=True)
        cls.messages, cls.shape, cls.still_eager = json.loads(output.splitlines()[-1])

    @parameterized.expand(sorted(CALLS))
    def test_error_names_the_remedies(self, name):
        expected = (
            rf'{name}: `tensornet\.layers\.{name}` adds to a graph, but eager execution is on; '
            r'call it under `with tf\.Graph\(\)\.as_default\(\):`, in a function for '
            r'`tf\.compat\.v1\.wrap_function`, or call '
            r'`tf\.compat\.v1\.disable_eager_execution\(\)` .*')
        self.assertIn(name, self.messages)
        kind, message = self.messages[name]
        self.assertEqual('RuntimeError', kind)
        self.assertRegex(message, '^' + expected + '$')

    def test_the_first_remedy_works(self):
        self.assertEqual([1, 2], self.shape)

    def test_eager_execution_stays_on(self):
        self.assertTrue(self.still_eager)


if __name__ == '__main__':
    unittest.main()
