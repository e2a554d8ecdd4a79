"""The table of what names of contrib are called elsewhere, and what the porter makes of it."""

import inspect
import pkgutil
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.port import contrib_names
from tensornet.port.gone import is_missing
from tests.port.texts import TextTest

ROWS = [line.split('\t') for line in pkgutil.get_data(
    'tensornet.port', 'contrib_names.tsv').decode().splitlines()]
IS_1 = tf.__version__ < '2'
HEAD = 'import tensorflow as tf\nimport tensornet\n'
NEW_HEAD = 'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nimport tensornet\n'
# What contrib's names lead to and TensorFlow 2.21 has no more, or has only with Keras 2.
GONE = ('estimator.', 'keras.', 'nn.rnn_cell.', 'config.experimental_list_devices')


class TableTest(unittest.TestCase):

    @unittest.skipUnless(IS_1, 'TensorFlow 2 has no contrib')
    def test_as_in_contrib(self):
        import tensorflow
        from tensorflow.python.util import tf_decorator
        for name, new, condition in ROWS:
            value = tensorflow
            for piece in ['contrib'] + name.split('.'):
                value = getattr(value, piece)
            if condition or new.startswith('tf_slim.'):
                continue
            other = tensorflow.compat.v1
            for piece in new.split('.')[1:]:
                other = getattr(other, piece)
            value, other = tf_decorator.unwrap(value)[1], tf_decorator.unwrap(other)[1]
            if value is not other:
                parameters = list(inspect.signature(value).parameters)
                self.assertEqual(parameters,
                                 list(inspect.signature(other).parameters)[:len(parameters)], name)

    def test_new_names_exist(self):
        missing = [new for _, new, _ in ROWS
                   if new.startswith('tf.') and is_missing(tf, new[len('tf.'):])]
        if IS_1:
            self.assertEqual([], missing)
        self.assertEqual([], [new for new in missing if not new[3:].startswith(GONE)])
        self.assertGreater(len(ROWS), 500)

    @parameterized.expand([
        ('framework.load_variable', 'tf.train.load_variable'),
        ('framework.python.framework.checkpoint_utils.load_variable', 'tf.train.load_variable'),
        ('layers.python.layers.layers.fully_connected', 'tf_slim.fully_connected'),
        ('slim.losses.softmax_cross_entropy', 'tf_slim.losses.softmax_cross_entropy'),
        ('slim.metrics.streaming_mean', 'tf.metrics.mean'),
        ('slim.learning.train', 'tf_slim.learning.train'),
        ('framework.nest.flatten', 'tf.nest.flatten'),
    ])
    def test_new_name(self, name, new):
        self.assertEqual(new, contrib_names.new_name('tensorflow.contrib.' + name).name)

    @parameterized.expand(['layers.batch_norm', 'slim.optimize_loss', 'layers', 'rnn.NASCell'])
    def test_no_new_name(self, name):
        self.assertIsNone(contrib_names.new_name('tensorflow.contrib.' + name))


class PortTest(TextTest):

    @parameterized.expand([
        ('framework.list_variables(path)', 'train.list_variables(path)'),
        ('framework.load_variable(path, name="w")', 'train.load_variable(path, name="w")'),
        ('framework.load_checkpoint(path)', 'train.load_checkpoint(path)'),
        ('framework.init_from_checkpoint(path, {})', 'train.init_from_checkpoint(path, {})'),
        ('framework.get_variables()', 'global_variables()'),
        ('framework.get_trainable_variables()', 'trainable_variables()'),
        ('framework.nest.flatten(x)', 'nest.flatten(x)'),
        ('framework.sort', 'sort'),
        ('losses.get_regularization_losses()', 'losses.get_regularization_losses()'),
        ('metrics.streaming_accuracy(labels=y, predictions=x)',
         'metrics.accuracy(labels=y, predictions=x)'),
        ('metrics.streaming_mean(x)', 'metrics.mean(x)'),
        ('util.make_tensor_proto(1)', 'make_tensor_proto(1)'),
        ('layers.one_hot_encoding(y, 10)', 'one_hot(y, 10)'),
        ('distributions.Normal(0.0, 1.0)', 'distributions.Normal(0.0, 1.0)'),
        ('slim.get_variables_to_restore()', 'global_variables()'),
    ])
    def test_replaced(self, old, new):
        self.assert_ported(HEAD + f'v = tf.contrib.{old}\n', NEW_HEAD + f'v = tf.{new}\n')

    @parameterized.expand(['slim.l2_regularizer(0.1)', 'slim.regularizers.l2_regularizer(0.1)',
                           'layers.python.layers.regularizers.l2_regularizer(0.1)'])
    def test_equivalents_under_other_names(self, old):
        self.assertIn('v = equivalents.l2_regularizer(0.1)\n',
                      self.port(HEAD + f'v = tf.contrib.{old}\n').content)

    @parameterized.expand([
        ('framework.get_variables("scope")', 'write `tf.global_variables`, which takes other'),
        ('framework.list_variables(checkpoint_dir=path)', '`tf.train.list_variables`, which takes'),
        ('framework.load_variable(*arguments)', 'write `tf.train.load_variable` with keywords'),
        ('metrics.streaming_accuracy(x, y)', 'write `tf.metrics.accuracy` with keywords: its'),
        ('framework.assign_from_checkpoint_fn(path, v)',
         'install `tf-slim` and write `tf_slim.assign_from_checkpoint_fn`'),
        ('layers.dropout(x)', 'install `tf-slim` and write `tf_slim.dropout`'),
        ('layers.batch_norm(x)', '`tf_slim.batch_norm` fails in TensorFlow 2'),
        ('layers.optimize_loss(x)', '`tf.train` and its method `minimize`'),
        ('slim.batch_norm(x)', '`tf_slim.batch_norm` fails in TensorFlow 2'),
        ('slim.nets.vgg.vgg_16(x)', 'tensorflow/models'),
        ('tensorboard.plugins.projector.visualize_embeddings(x)',
         'from tensorboard.plugins import projector'),
        ('crf.crf_log_likelihood(x, y, z)', '`tensorflow_addons`'),
        ('learn.datasets.load_dataset("mnist")', 'no data sets any more'),
        ('losses.log_loss(x, y)', '`tf_slim.losses.log_loss`'),
    ])
    def test_named(self, use, pattern):
        text = HEAD + f'v = tf.contrib.{use}\n'
        self.assert_looks(text, '3: `tf.contrib.*: contrib is gone; .*' + pattern)
        self.assertEqual(NEW_HEAD + f'v = tf.contrib.{use}\n', self.port(text).content)

    @parameterized.expand([
        ('from tensorflow.contrib.slim.python.slim.nets import vgg', 'vgg.vgg_16(x)',
         'tensorflow/models'),
        ('from tensorflow.contrib.slim.nets import vgg', 'vgg.vgg_16(x)', 'tensorflow/models'),
        ('from tensorflow.contrib.learn.python.learn.datasets import mnist',
         'mnist.read_data_sets(x)', 'no data sets any more'),
    ])
    def test_named_in_modules(self, statement, use, pattern):
        self.assert_looks(HEAD + f'{statement}\nf({use})\n',
                          '3: .*uses of it are left', '4: .*' + pattern)

    def test_a_name_that_only_others_use(self):
        """Another file may import it: it is named, not removed."""
        text = HEAD + 'dense = tf.contrib.layers.fully_connected\n'
        self.assert_looks(text, '3: `tf.contrib.layers.fully_connected`: contrib is gone; write '
                                '`tensornet.layers.linear`')
        self.assertEqual(NEW_HEAD + text[len(HEAD):], self.port(text).content)

    def test_cells_need_keras_2(self):
        text = HEAD + 'cell = tf.contrib.rnn.LSTMCell(3)\n'
        self.assertEqual(NEW_HEAD + 'cell = tf.nn.rnn_cell.LSTMCell(3)\n', self.port(text).content)
        self.assert_looks(text, '3: `tf.nn.rnn_cell.LSTMCell`: Keras 3, .* has none of it; install '
                                '`tf_keras` and set TF_USE_LEGACY_KERAS=1 in the environment$')

    def test_a_script_without_tensorflow(self):
        self.assert_ported(
            'from tensorflow.contrib import framework\n'
            'x = framework.get_or_create_global_step()\n',
            'from tensorflow.compat.v1 import disable_v2_behavior\n'
            'disable_v2_behavior()\n'
            'from tensorflow.compat import v1 as tf\n'
            'x = tf.train.get_or_create_global_step()\n')


if __name__ == '__main__':
    unittest.main()
