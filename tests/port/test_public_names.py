"""Names that TensorFlow, NumPy or TensorNet has no more."""

import unittest

import tensorflow.compat.v1 as tf
from parameterized import parameterized

from tests.port.texts import TextTest


class PublicNamesTest(TextTest):

    @parameterized.expand([
        ('tf.mul(x, y)', '`tf.mul`: renamed in TensorFlow 1.0, write `tf.multiply`'),
        ('tf.train.SummaryWriter(d)', 'write `tf.summary.FileWriter`'),
        ('tf.nothing.here', '`tf.nothing.here`: TensorFlow .* has no `nothing.here`'),
        ('tf.layers.dense(x, 3)', 'tf_keras'),
        ('tf.estimator.Estimator', 'gone since TensorFlow 2.16'),
        ('np.asscalar_', 'NumPy .* has no `asscalar_`'),
        ('tensornet.layers.tt_dense', 'tt_dense'),
    ])
    def test_named(self, use, pattern):
        self.assert_looks(
            'import tensorflow as tf, numpy as np\nimport tensornet\nx = %s\n' % use,
            '3: .*' + pattern)

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
        self.assert_ported('import numpy as np\nx = np.zeros([3], dtype=np.%s)\n' % name,
                           'import numpy as np\nx = np.zeros([3], dtype=%s)\n' % name)


if __name__ == '__main__':
    unittest.main()
