"""The code of the pages in docs/ runs as printed, block after block."""

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import unittest

import tensorflow.compat.v1 as tf

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TF_KERAS = '# needs tf_keras'
OWN_PROCESS, ONLY_2, WITH_ONNX = '# a process of its own', 'TensorFlow 2', 'with tf2onnx'
WITHOUT_LIBRARY = '''
import sys
assert not [name for name in sys.modules if name.startswith('tensornet')]
'''


def _blocks(page, section=''):
    """Blocks of Python of a page, from the title of a section on."""
    with open(os.path.join(ROOT, 'docs', page), encoding='utf-8') as file:
        text = file.read()
    return re.findall(r'```python\n(.*?)```', text[text.index(section):], re.DOTALL)


class PagesTest(unittest.TestCase):

    def _run(self, blocks, **variables):
        """Runs blocks as one program; returns what it prints and the files that it leaves."""
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, '-c', '\n'.join(blocks)], capture_output=True, text=True,
                cwd=folder, env=dict(os.environ, PYTHONPATH=ROOT, PYTHONIOENCODING='utf-8',
                                     **variables))
            self.assertEqual(0, done.returncode, done.stderr)
            return done.stdout, sorted(os.listdir(folder))

    def _check_printed(self, blocks, **variables):
        """Runs blocks and compares what they print with the comment behind each `print`."""
        expected = re.findall(r'print\(.*\)  # (.*)$', '\n'.join(blocks), re.MULTILINE)
        self.assertEqual('\n'.join(blocks).count('print('), len(expected))
        printed, _ = self._run(blocks, **variables)
        self.assertEqual(expected, printed.splitlines())

    def test_plans(self):
        printed, files = self._run(_blocks('plans.md'))
        self.assertRegex(printed, r'(?s)est\. speed-up.*measured: .*chosen of \d+')
        self.assertRegex(printed, r'\n\d+\n$')
        self.assertEqual(['wisdom.json', 'wisdom.json.lock'], files)

    def test_conversion_of_tt_layers(self):
        self._check_printed(_blocks('conversion.md', '## A TT layer with other ranks or modes'))

    def test_conversion(self):
        # One block after another, as somebody would paste them.
        printed, files = self._run(_blocks('conversion.md'))
        self.assertEqual(['dense', 'fine', 'logs', 'tt'], files)
        losses = [float(value) for value in re.findall(r'([\d.]+) (?:before|after)', printed)]
        self.assertLess(losses[1], 0.3 * losses[0])
        # Conversion loses something, and fine-tuning regains it.
        self.assertLess(losses[1], losses[2])
        self.assertLess(losses[3], 0.3 * losses[2])
        self.assertEqual(2, len(re.findall('(?m)^True$', printed)), printed)

    def test_deployment(self):
        # One program, and between its blocks others, which know nothing of the library.
        is_old, program, others = tf.__version__.startswith('1.'), [], []
        for block in _blocks('deployment.md'):
            if WITH_ONNX in block and not all(map(importlib.util.find_spec,
                                                  ('tf2onnx', 'onnxruntime'))):
                continue
            if ONLY_2 in block.splitlines()[0] and is_old:
                continue
            (others if OWN_PROCESS in block else program).append(block)
        self.assertEqual(3, len(others) + is_old)
        with tempfile.TemporaryDirectory() as folder:
            self._succeeds(folder, ['\n'.join(program)], PYTHONPATH=ROOT)
            self.assertLessEqual({'trained', 'served', 'frozen.pb'}, set(os.listdir(folder)))
            for block in others:
                self._succeeds(folder, [block + WITHOUT_LIBRARY], PYTHONPATH='')
            with open(os.path.join(ROOT, 'docs', 'deployment.md'), encoding='utf-8') as file:
                command, = re.findall(r'```sh\n(.*?)```', file.read(), re.DOTALL)
            self.assertRegex(self._shell(folder, command),
                             r'(?s)images.*DT_FLOAT.*logits.*shape: \(-1, 10\).*'
                             'Method name is: tensorflow/serving/predict')

    def _succeeds(self, folder, code, **variables):
        done = subprocess.run([sys.executable, '-c'] + code, capture_output=True, text=True,
                              cwd=folder, env=dict(os.environ, **variables))
        self.assertEqual(0, done.returncode, done.stderr)

    def _shell(self, folder, command):
        path = os.path.dirname(sys.executable) + os.pathsep + os.environ['PATH']
        done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=folder,
                              env=dict(os.environ, PATH=path))
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def test_cost(self):
        printed, files = self._run(_blocks('cost.md'))
        self.assertRegex(printed, r'(?m)^net/tt_1 +tt +4x8x8x4 -> 4x8x8x4 +1,8,8,8,1 ')
        self.assertEqual(['logs'], files)

    def test_precision(self):
        self._check_printed(_blocks('precision.md'))

    def test_padding(self):
        self._check_printed([block for block in _blocks('conversion.md') if 'inp_size' in block])

    @unittest.skipIf(tf.__version__.startswith('1.'), 'the page is for programs of TensorFlow 2')
    def test_tensorflow2(self):
        self._check_printed([block for block in _blocks('tensorflow2.md')
                             if TF_KERAS not in block])

    @unittest.skipUnless(importlib.util.find_spec('tf_keras'), 'tf_keras is not installed')
    def test_tensorflow2_with_tf_keras(self):
        self._check_printed([block for block in _blocks('tensorflow2.md')
                             if 'import keras' not in block], TF_USE_LEGACY_KERAS='1')


if __name__ == '__main__':
    unittest.main()
