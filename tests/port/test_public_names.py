"""Names that TensorFlow, NumPy or TensorNet no longer has."""

import re
import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tensornet.gone_names import INSTEAD
from tests.port.texts import TextTest


class PublicNamesTest(TextTest):

    @parameterized.expand([
        ('tf.mul(x, y)', '`tf.mul`: renamed in TensorFlow 1.0, write `tf.multiply`'),
        ('tf.train.SummaryWriter(d)', 'write `tf.summary.FileWriter`'),
        ('tf.nothing.here', '`tf.nothing.here`: TensorFlow .* has no `nothing.here`'),
        ('tf.layers.dense(x, 3)', 'install `tf_keras` and set TF_USE_LEGACY_KERAS=1 in the '
                                  'environment, or write `tensornet.layers.linear`'),
        ('tf.layers.conv2d(x, 3, 3)', 'or write `tensornet.layers.conv`'),
        ('tf.layers.flatten(x)', r'or write `tf.reshape\(x, \[-1, n\]\)`'),
        ('tf.layers.conv1d(x, 3, 3)', 'TF_USE_LEGACY_KERAS=1 in the environment$'),
        ('tf.nn.rnn_cell.GRUCell(3)', 'Keras 3, .* has none of it; install `tf_keras`'),
        ('tf.keras.layers.Dense(3)', '`tf.keras.layers.Dense`: is Keras 3 since'),
        ('tf.estimator.Estimator', 'gone since TensorFlow 2.16'),
        ('np.asscalar_', 'NumPy .* has no `asscalar_`'),
        ('tensornet.layers.tt_dense', 'tt_dense'),
    ])
    def test_named(self, use, pattern):
        self.assert_looks(
            f'import tensorflow as tf, numpy as np\nimport tensornet\nx = {use}\n',
            '3: .*' + pattern)

    @parameterized.expand([
        ('from tensornet.layers import tt_conv, tt_conv1d',
         '`tensornet.layers.tt_conv1d`: .*; write `tensornet.layers.tt_conv1d_full`'),
        ('from tensornet.layers.aux import get_var_wrap',
         '`tensornet.layers.aux.get_var_wrap`: .*; write `tensornet.layers.get_var_wrap`'),
        ('from tensornet.layers.auxx import *', '; write `tensornet.layers.get_var_wrap`'),
        ('import tensornet.layers.aux as aux', '; write `tensornet.layers.get_var_wrap`'),
        ('from tensornet import svd', '; write `tensornet.tt.svd`'),
        ('import tensornet.nothing', "'tensornet' has no attribute 'nothing'"),
        ('from tensornet.version import nothing', "has no attribute 'nothing'"),
    ])
    def test_imports_of_tensornet_that_fail(self, statement, pattern):
        self.assert_looks(statement + '\n', '1: .*' + pattern)

    @parameterized.expand([
        'from tensornet.layers import *', 'from tensornet.layers import tt as tt_layer',
        'from tensornet.layers.tt_conv import tt_conv', 'import tensornet.port',
        'import tensornet as tn, tensornet.layers', 'from tensornet import layers, tt'])
    def test_imports_of_tensornet(self, statement):
        self.assert_ported(statement + '\n', statement + '\n')

    @parameterized.expand(sorted(INSTEAD.items()))
    def test_gone_names_of_tensornet(self, name, instead):
        self.assert_looks(f'import tensornet as tn\nx = tn.{name.partition(".")[2]}\n',
                          f'2: `tn.*: .*; write `{re.escape(instead)}`')

    def test_names_that_exist(self):
        uses = ['tf.placeholder', 'tf.Session', 'tf.app.run', 'tf.summary.scalar',
                'tf.train.Saver', 'tf.train.exponential_decay', 'tf.train.MomentumOptimizer',
                'tf.train.ExponentialMovingAverage', 'tf.nn.dropout', 'tf.to_float',
                'tf.sparse_to_dense', 'tf.random_crop', 'tf.train.batch', 'tf.all_variables',
                'tf.train.slice_input_producer', 'tf.train.start_queue_runners',
                'tf.initialize_all_variables', 'tf.GraphKeys.TRAINABLE_VARIABLES',
                'np.float32', 'tensornet.layers.get_var_wrap', 'tensornet.tt.svd']
        text = 'import tensorflow as tf, numpy as np\nimport tensornet\n' + '\n'.join(uses)
        self.assertEqual([], self.port(text).looks)
        for use in uses[:-3]:
            value = tf
            for piece in use.split('.')[1:]:
                value = getattr(value, piece)

    @parameterized.expand(['int', 'float', 'bool', 'object'])
    def test_types_of_numpy_that_were_those_of_python(self, name):
        self.assert_ported(f'import numpy as np\nx = np.zeros([3], dtype=np.{name})\n',
                           f'import numpy as np\nx = np.zeros([3], dtype={name})\n')


if __name__ == '__main__':
    unittest.main()
