"""The code of README.md and of the pages in docs/ runs as printed, block after block."""

import importlib.util
import os
import re
import tempfile
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests import pages

IS_OLD = tf.__version__.startswith('1.')
ONLY_2, WITH_ONNX, TF_KERAS = 'TensorFlow 2', 'with tf2onnx', '# needs tf_keras'
HAS_ONNX = all(map(importlib.util.find_spec, ('tf2onnx', 'onnxruntime')))
HAS_TF_KERAS = importlib.util.find_spec('tf_keras') is not None

# Pages whose blocks other tests run.
TESTED_BY = {'docs/porting.md': 'tests.port.test_guide'}

# Blocks that no test runs, by page and first line, and why.
NOT_RUN = {
    ('README.md', 'python -m pip install .'): 'tests.port.test_guide does',
    ('docs/start.md', 'python -m pip install .'): 'tests.port.test_guide does',
    ('README.md', 'make mnist   # trains the TT network of the first paper on MNIST and prints '
     'its test error'): '.ci/run does',
    ('docs/conversion.md', 'python -m tensornet.convert logs/dense logs/fitted/model.ckpt \\'):
        'a quarter of a minute; tests.convert.test_fit_checkpoint fits smaller layers',
    ('CONTRIBUTING.md', 'make test FLAGS="tests.layers.test_tt tests.tt.test_factorization"'):
        '.ci/run does, by make',
    ('benchmarks/README.md', 'python -m pip install -r benchmarks/requirements-peers.txt'):
        'hours; tests.benchmarks runs the scripts on small cases',
    ('experiments/README.md', 'PLACE="--ps_hosts=a:2222 --worker_hosts=b:2222,c:2222"'):
        'three machines; tests.experiments.test_cluster runs it on one',
}


def is_code(block):
    return block.language in ('python', 'sh')


def runs_here(block):
    """Whether the first line of a block asks for nothing that is not here."""
    first = block.text.split('\n', 1)[0]
    return not (ONLY_2 in first and IS_OLD or WITH_ONNX in first and not HAS_ONNX
                or first == TF_KERAS)


class PagesTest(unittest.TestCase):

    def run_page(self, page, prepare=None, keep=runs_here, **variables):
        """Runs a page; returns what it prints and the names of the files that it leaves."""
        chosen = [block for block in pages.blocks(page)
                  if keep(block) and (page, block.text.split('\n', 1)[0]) not in NOT_RUN]
        self.assertTrue(chosen)
        with tempfile.TemporaryDirectory() as folder:
            if prepare is not None:
                prepare(folder)
            status, printed, messages = pages.run(page, chosen, folder, **variables)
            self.assertEqual(0, status, messages)
            # TensorFlow says where deprecated calls come from. There is no other dynamic_rnn.
            self.assertNotRegex(messages, r'From \S*/tensornet/(?!rnn/unrolling\.py)\S+\.py')
            return printed, sorted(os.listdir(folder))

    def test_readme(self):
        self.run_page('README.md')

    def test_start(self):
        self.run_page('docs/start.md')

    def test_choosing(self):
        self.run_page('docs/choosing.md')

    def test_layers(self):
        self.run_page('docs/layers.md')

    def test_plans(self):
        printed, files = self.run_page('docs/plans.md')
        self.assertRegex(printed, r'(?s)est\. speed-up.*measured: .*chosen of \d+')
        self.assertRegex(printed, r'\n\d+\n$')
        self.assertEqual(['wisdom.json'], files)

    def test_conversion(self):
        printed, files = self.run_page('docs/conversion.md', prepare_conversion)
        self.assertEqual(['dense', 'fine', 'logs', 'same', 'tt'], files)
        losses = [float(value) for value in re.findall(r'([\d.]+) (?:before|after)', printed)]
        self.assertLess(losses[1], 0.3 * losses[0])
        # Conversion loses something, and fine-tuning regains it.
        self.assertLess(losses[1], losses[2])
        self.assertLess(losses[3], 0.3 * losses[2])
        self.assertEqual(2, len(re.findall('(?m)^True$', printed)), printed)

    def test_deployment(self):
        printed, files = self.run_page('docs/deployment.md')
        self.assertLessEqual({'trained', 'served', 'frozen.pb'}, set(files))
        self.assertRegex(printed, r'(?s)images.*DT_FLOAT.*logits.*shape: \(-1, 10\).*'
                         'Method name is: tensorflow/serving/predict')

    def test_cost(self):
        printed, files = self.run_page('docs/cost.md', prepare_cost)
        self.assertRegex(printed, r'(?m)^net/tt_1 +tt +4x8x8x4 -> 4x8x8x4 +1,8,8,8,1 ')
        self.assertEqual(['logs'], files)

    def test_initializers(self):
        self.run_page('docs/initializers.md')

    def test_precision(self):
        self.run_page('docs/precision.md')

    def test_troubleshooting(self):
        self.run_page('docs/troubleshooting.md')

    def test_comparison(self):
        self.run_page('docs/comparison.md')

    @unittest.skipIf(IS_OLD, 'the page is for programs of TensorFlow 2')
    def test_tensorflow2(self):
        self.run_page('docs/tensorflow2.md')

    @unittest.skipUnless(HAS_TF_KERAS, 'tf_keras is not installed')
    def test_tensorflow2_with_tf_keras(self):
        self.run_page('docs/tensorflow2.md', keep=lambda block: 'import keras' not in block.text,
                      TF_USE_LEGACY_KERAS='1')


def prepare_conversion(folder):
    """Makes the checkpoints that the commands of the page name."""
    from tensornet import layers

    with tf.Graph().as_default():
        with tf.variable_scope('inference'):
            layers.linear(tf.zeros([1, 1024]), 1024, scope='fc1')
            layers.linear(tf.zeros([1, 1024]), 10, scope='fc2')
            layers.conv(tf.zeros([1, 8, 8, 16]), 16, [3, 3], scope='conv2')
        tf.get_variable('net/words/embeddings', [9500, 250])
        _save(folder, 'dense')
    with tf.Graph().as_default():
        with tf.variable_scope('inference'):
            layers.tt(tf.zeros([1, 1024]), [4, 8, 8, 4], [4, 8, 8, 4], 8, scope='fc1')
            for scope in ('fc2', 'fc3'):
                layers.tt(tf.zeros([1, 32]), [4, 8], [8, 4], 10, scope=scope)
        _save(folder, 'trained')
    with tf.Graph().as_default():
        with tf.variable_scope('inference'):
            layers.tt(tf.zeros([1, 1009]), [4, 4, 8, 8], [8, 5, 5, 5], 8, scope='fc1',
                      inp_size=1009, out_size=997)
        _save(folder, 'padded')


def prepare_cost(folder):
    """Makes the checkpoint that the commands of the page name."""
    from tensornet import layers

    with tf.Graph().as_default(), tf.variable_scope('net'):
        layers.tt(tf.zeros([1, 1024]), [4, 8, 8, 4], [4, 8, 8, 4], 8, scope='tt_1')
        _save(folder, '', 'model.ckpt-60')


def _save(folder, name, checkpoint='model.ckpt'):
    """Saves the variables of the current graph, initialized."""
    path = os.path.join(folder, 'logs', name)
    os.makedirs(path, exist_ok=True)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, os.path.join(path, checkpoint))


class CompletenessTest(unittest.TestCase):
    """No block escapes."""

    @parameterized.expand([(page,) for page in pages.pages()])
    def test_every_block_is_run(self, page):
        blocks = pages.blocks(page)
        self.assertEqual(2 * len(blocks), len(re.findall('(?m)^ *```', pages.read(page))),
                         'a fence that is indented or not closed')
        for block in blocks:
            self.assertIn(block.language, pages.LANGUAGES, block)
        code = [block for block in blocks if is_code(block)
                and (page, block.text.split('\n', 1)[0]) not in NOT_RUN]
        if not code or page in TESTED_BY:
            return
        with open(os.path.abspath(__file__).replace('.pyc', '.py'), encoding='utf-8') as file:
            self.assertIn(f"self.run_page('{page}'", file.read())

    def test_what_is_not_run_is_there(self):
        for page, line in NOT_RUN:
            self.assertIn(f'```sh\n{line}\n', pages.read(page))

    @parameterized.expand(sorted(TESTED_BY.items()))
    def test_other_tests_exist(self, page, module):
        self.assertIsNotNone(importlib.util.find_spec(module))
        self.assertEqual([], [block for block in pages.blocks(page) if block.language == 'python'])


if __name__ == '__main__':
    unittest.main()
