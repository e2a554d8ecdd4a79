"""The scripts in tests/fixtures/scripts: unported they fail, ported they give the old numbers."""

import ast
import difflib
import os
import re
import tempfile
import unittest

import tensorflow
from parameterized import parameterized

from tests.port.processes import SCRIPTS, run

FILES = ['feed_dict/train.py', 'towers/train.py', 'towers/nets/tt_conv.py',
         'unit_tests/layers_test.py']
TRAINERS = [('feed_dict',), ('towers',)]
# What a line holds that may differ.
CHANGED = re.compile(r'^import |^from |^sys.path|^tf.disable_v2|contrib|equivalents|xavier|'
                     r'variance_scaling|clock|perf_counter|terminal_size|load_source|log_dir|'
                     r'assert\w*Equals?\(|^ *seed=22\)')


def read(*names):
    with open(os.path.join(*names)) as file:
        return file.read()


class FixtureTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.ported = os.path.join(cls.temporary.name, 'ported')
        cls.status, cls.report, errors = run(
            ['-m', 'tensornet.port', SCRIPTS, '--out', cls.ported], cls.temporary.name)
        assert cls.status == 0, cls.report + errors

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_nothing_needs_a_look(self):
        self.assertEqual(0, self.status)
        self.assertIn('4 scripts: 4 changed, 0 unchanged', self.report)
        self.assertIn('nothing needs a look', self.report)

    @parameterized.expand([
        ('feed_dict', 'train.py', "module 'tensorflow' has no attribute 'app'"),
        ('towers', 'train.py', "No module named 'imp'|'tensorflow' has no attribute 'app'"),
        ('unit_tests', 'layers_test.py', "No module named 'tensorflow.contrib'"),
    ])
    @unittest.skipIf(tensorflow.__version__ < '2', 'TensorFlow 1 runs them')
    def test_unported_it_fails(self, folder, name, pattern):
        status, _, errors = run([name], os.path.join(SCRIPTS, folder))
        self.assertEqual(1, status)
        self.assertRegex(errors.strip().splitlines()[-1], pattern)

    @parameterized.expand(TRAINERS)
    def test_ported_it_gives_the_numbers_of_tensorflow_1(self, name):
        log_dir = os.path.join(self.temporary.name, 'log of ' + name)
        status, output, errors = run(['train.py', '--log_dir=' + log_dir],
                                     os.path.join(self.ported, name))
        self.assertEqual(0, status, errors)
        self.assertIn('sec', output)
        expected = read(SCRIPTS, name, 'expected_log.txt').splitlines()
        actual = read(log_dir, 'log.txt').splitlines()
        self.assertEqual([line for line in expected if line.startswith('variable')],
                         [line for line in actual if line.startswith('variable')])
        self.assertEqual(len(expected), len(actual))
        for old, new in zip(expected, actual):
            if not old.startswith('variable'):
                self.assertEqual(old.split()[0], new.split()[0])
                self.assertLess(abs(float(new.split()[1]) / float(old.split()[1]) - 1), 1e-5, old)

    def test_ported_unit_tests(self):
        status, _, errors = run(['layers_test.py'], os.path.join(self.ported, 'unit_tests'))
        self.assertEqual(0, status, errors)
        self.assertRegex(errors, 'Ran 3 tests')

    @parameterized.expand([(name,) for name in FILES])
    def test_no_other_line_changes(self, name):
        lines = difflib.unified_diff(read(SCRIPTS, name).splitlines(),
                                     read(self.ported, name).splitlines(), n=0, lineterm='')
        changes = [line for line in lines if not re.match(r'---|\+\+\+|@@', line)]
        self.assertGreater(len(changes), 5)
        for line in changes:
            self.assertRegex(line[1:], CHANGED)

    @parameterized.expand([(name,) for name in FILES])
    def test_layer_calls_stay(self, name):
        old, new = layer_calls(read(SCRIPTS, name)), layer_calls(read(self.ported, name))
        self.assertEqual({'feed_dict/train.py': 3, 'towers/train.py': 0,
                          'towers/nets/tt_conv.py': 5, 'unit_tests/layers_test.py': 3}[name],
                         len(old))
        self.assertEqual(old, new)

    @parameterized.expand([(name,) for name in FILES])
    def test_nothing_old_is_left(self, name):
        self.assertIsNone(re.search(r'contrib\.|time\.clock|\bimp\b|os\.get_terminal|sys\.path|'
                                    r'python\.platform', read(self.ported, name)))

    def test_idempotent(self):
        again = os.path.join(self.temporary.name, 'again')
        status, output, errors = run(['-m', 'tensornet.port', self.ported, '--out', again],
                                     self.temporary.name)
        self.assertEqual(0, status, errors)
        self.assertIn('4 scripts: 0 changed, 4 unchanged', output)
        for name in FILES:
            self.assertEqual(read(self.ported, name), read(again, name))


class _WithoutInitializers(ast.NodeTransformer):
    """Takes out what the port rewrites inside of a call of a layer."""

    def visit_Call(self, node):  # noqa: N802
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(
            node.func, 'id', '')
        if re.match(r'(xavier|variance_scaling_initializer|l[12]_regularizer)', name):
            return ast.Name(id='replaced', ctx=ast.Load())
        return node


def layer_calls(text):
    """Returns all calls of layers with their arguments, without initializers of contrib."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    layers = ast.dump(ast.parse('tensornet.layers', mode='eval').body)
    return [ast.dump(_WithoutInitializers().visit(call)) for call in calls
            if isinstance(call.func, ast.Attribute) and ast.dump(call.func.value) == layers]


if __name__ == '__main__':
    unittest.main()
