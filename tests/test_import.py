"""What `import tensornet` does to a process: as little as possible."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import sysconfig
import textwrap
import unittest

PORT = os.path.join('tensornet', 'port')
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

SCRIPT = '''
    import json
    import sys
    import tensorflow
    import tensorflow.compat.v1 as tf

    def switches():
        return [tf.executing_eagerly(), tf.resource_variables_enabled(),
                tf.control_flow_v2_enabled(), tensorflow.TensorShape([2])[0] == 2,
                type(tensorflow.TensorShape([2])[0]).__name__, tf.logging.get_verbosity(),
                len(tf.get_default_graph().get_operations())]

    before, modules = switches(), set(sys.modules)
    import tensornet
    after = switches()
    print(json.dumps({
        'before': before,
        'after': after,
        'modules': sorted(set(sys.modules) - modules),
        'version': tensornet.__version__,
        'attributes': [name for name in ('layers', 'tt', 'initializers', 'contraction')
                       if hasattr(tensornet, name)],
    }))
'''


def _sources():
    """Yields the path and the text of each file of the library."""
    for folder, _, files in os.walk(os.path.join(ROOT, 'tensornet')):
        for name in files:
            if name.endswith('.py'):
                with open(os.path.join(folder, name)) as file:
                    yield os.path.relpath(os.path.join(folder, name), ROOT), file.read()


class ImportTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        process = subprocess.Popen(
            [sys.executable, '-c', textwrap.dedent(SCRIPT)], cwd=ROOT, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, universal_newlines=True)
        output, errors = process.communicate()
        assert process.returncode == 0, errors
        cls.output = output
        cls.report = json.loads(output.splitlines()[-1])

    def test_flips_no_global_switch(self):
        self.assertEqual(self.report['before'], self.report['after'])

    def test_imports_neither_contrib_nor_keras(self):
        found = [name for name in self.report['modules'] if re.search(r'contrib|keras', name)]
        self.assertEqual([], found)

    def test_imports_nothing_of_the_experiments(self):
        found = [name for name in self.report['modules']
                 if name.split('.')[0] in ('experiments', 'tests', 'matplotlib', 'tqdm')]
        self.assertEqual([], found)

    def test_prints_nothing(self):
        self.assertEqual(1, len(self.output.splitlines()))

    def test_knows_the_gradients_of_imported_graphs(self):
        registering = [
            os.path.splitext(path)[0].replace(os.sep, '.') for path, source in _sources()
            if '@register_gradient(' in source]
        self.assertIn('tensornet.contraction.recomputation', registering)
        self.assertLessEqual(set(registering), set(self.report['modules']))

    def test_submodules_and_version(self):
        self.assertEqual(['layers', 'tt', 'initializers', 'contraction'],
                         self.report['attributes'])
        self.assertRegex(self.report['version'], r'^\d+\.\d+\.\d+')


class SourceTest(unittest.TestCase):
    """The library names no module that one of the supported TensorFlows lacks."""

    def test_imports(self):
        # TensorFlow's messages are those of protobuf, which comes with it.
        allowed = {'tensorflow', 'numpy', 'six', 'tensornet', 'google.protobuf'}
        for path, source in _sources():
            for module in _imported(source):
                package = module.split('.')[0]
                self.assertTrue({package, module} & allowed or _is_standard(package),
                                f'{path} imports {module}')
                # The port of old scripts also uses the converter that TensorFlow ships.
                if package == 'tensorflow' and not path.startswith(PORT):
                    self.assertIn(module, ('tensorflow.compat.v1', 'tensorflow.core.protobuf'),
                                  path)

    def test_the_porter_weighs_on_no_program(self):
        """Nothing imports the porter, and ported scripts import `equivalents` without it."""
        equivalents = os.path.join(PORT, 'equivalents')
        for path, source in _sources():
            if not path.startswith(PORT) or path.startswith(equivalents):
                needed = [module for module in _imported(source)
                          if module.startswith('tensornet.port')
                          and not module.startswith('tensornet.port.equivalents')]
                self.assertEqual([], needed, path)

    def test_no_layers_of_tensorflow(self):
        for path, source in _sources():
            # What the porter says of them is text, and it looks which Keras is installed.
            if os.path.basename(path) == 'keras_names.py':
                continue
            used = {node.attr for node in ast.walk(ast.parse(source))
                    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                    and node.value.id == 'tf'}
            self.assertEqual(set(), used & {'contrib', 'keras', 'layers'}, path)


def _imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def _is_standard(package):
    """Whether Python itself brings a package."""
    if package in sys.builtin_module_names:
        return True
    spec = importlib.util.find_spec(package)
    origin = spec and spec.origin or ''
    return origin == 'frozen' or ('site-packages' not in origin and origin.startswith(
        os.path.realpath(sysconfig.get_path('stdlib'))))


if __name__ == '__main__':
    unittest.main()
