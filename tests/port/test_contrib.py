"""contrib's initializers and regularizers, under every name that they are imported by."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

HEAD = 'import tensorflow as tf\nimport tensornet\n'
NEW_HEAD = 'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nimport tensornet\n'
WITH_EQUIVALENTS = NEW_HEAD.replace(
    'behavior()\n', 'behavior()\nfrom tensornet.port import equivalents\n')


class ContribTest(TextTest):

    @parameterized.expand([
        ('uniform=False', ''),
        ('False', ''),
        ('uniform = False, seed=3', 'seed=3'),
        ('seed=3, uniform=False', 'seed=3'),
        ('False, 3', '3'),
        ('False, seed=f(1, 2)', 'seed=f(1, 2)'),
        ('uniform=False, seed=3, dtype=tf.float32', 'seed=3'),
        ('\n    uniform=False,\n    seed=3', '\n    seed=3'),
        ('uniform=False,\n    seed=3', '\n    seed=3'),
        ('uniform=False\n    , seed=3', 'seed=3'),
        ('\n    False  # a, b\n    ,\n    3', '\n    3'),
    ])
    def test_normal_xavier(self, old, new):
        self.assert_ported(HEAD + f'x = tf.contrib.layers.xavier_initializer({old})\n',
                           NEW_HEAD + f'x = tensornet.initializers.xavier({new})\n')

    @parameterized.expand([
        'xavier_initializer()', 'xavier_initializer(uniform=flag)', 'xavier_initializer',
        'xavier_initializer(*arguments)', 'xavier_initializer(False, dtype=tf.float64)',
        'xavier_initializer_conv2d(seed=1)', 'variance_scaling_initializer(factor=1.0)',
        'l1_regularizer(0.1)', 'l2_regularizer(scale=decay)', 'l1_l2_regularizer(0.1, 0.2)',
        'sum_regularizer([f, g])'])
    def test_others_keep_their_arguments(self, call):
        self.assert_ported(HEAD + f'x = f(tf.contrib.layers.{call}, y)\n',
                           WITH_EQUIVALENTS + f'x = f(equivalents.{call}, y)\n')

    @parameterized.expand([
        ('import tensorflow.contrib.layers as layers', 'layers.l2_regularizer'),
        ('from tensorflow.contrib import layers', 'layers.l2_regularizer'),
        ('from tensorflow.contrib import layers as tf_layers', 'tf_layers.l2_regularizer'),
        ('from tensorflow.contrib.layers import l2_regularizer', 'l2_regularizer'),
        ('from tensorflow.contrib.layers import (\n    l2_regularizer as l2)', 'l2'),
        ('import tensorflow.contrib as contrib', 'contrib.layers.l2_regularizer'),
        ('from tensorflow import contrib', 'contrib.layers.l2_regularizer'),
    ])
    def test_imported(self, statement, name):
        self.assert_ported(
            HEAD + statement + f'\nx = {name}(0.1)\n',
            NEW_HEAD + 'from tensornet.port import equivalents\nx = equivalents.l2_regularizer(0.1)'
            '\n')

    def test_assigned(self):
        self.assert_ported(
            HEAD + 'layers = tf.contrib.layers\nxavier = layers.xavier_initializer\n'
            'x = xavier(uniform=False)\n',
            WITH_EQUIVALENTS + 'xavier = equivalents.xavier_initializer\n'
            'x = xavier(uniform=False)\n')

    def test_part_of_an_import(self):
        self.assert_ported(
            'from tensorflow import contrib, placeholder\nx = contrib.layers.l2_regularizer(0.1)\n',
            '''\
            from tensorflow.compat.v1 import placeholder
            from tensorflow.compat.v1 import disable_v2_behavior
            disable_v2_behavior()
            from tensornet.port import equivalents
            x = equivalents.l2_regularizer(0.1)
            ''')

    def test_names_that_the_script_uses_otherwise(self):
        self.assert_ported('''\
            import tensorflow as tf
            from tensornet import layers as tensornet
            equivalents = tf.contrib.layers.l2_regularizer(0.1)
            x = tf.contrib.layers.xavier_initializer(False)
            ''', '''\
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
            from tensornet.port import equivalents as equivalents_
            import tensornet as tensornet_
            from tensornet import layers as tensornet
            equivalents = equivalents_.l2_regularizer(0.1)
            x = tensornet_.initializers.xavier(False)
            '''.replace('xavier(False)', 'xavier()'))

    def test_other_things_of_the_same_name_are_left_alone(self):
        text = '''\
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
            from mine import layers
            def f(contrib, time):
                # tf.contrib.layers.l2_regularizer(0.1)
                print('tf.contrib.layers.l2_regularizer', time.clock())
                return layers.l2_regularizer(0.1), contrib.layers.xavier_initializer()
            '''
        self.assert_ported(text, text)

    def test_a_parameter_hides_an_import(self):
        result = self.port('''\
            import tensorflow as tf
            import tensorflow.contrib.layers as layers
            def f(layers):
                return layers.l2_regularizer(0.1)
            g = [layers.l1_regularizer(0.1) for _ in range(3)]
            ''')
        self.assertIn('return layers.l2_regularizer(0.1)', result.content)
        self.assertIn('[equivalents.l1_regularizer(0.1) for', result.content)

    def test_characters_of_several_bytes_before_it(self):
        self.assert_ported(
            HEAD + 's = "größe 元"; x = tf.contrib.layers.l2_regularizer(0.1); y = "é"\n',
            WITH_EQUIVALENTS + 's = "größe 元"; x = equivalents.l2_regularizer(0.1); y = "é"\n')


class LeftTest(TextTest):
    """What has no equivalent is named where it is used and where it is imported."""

    @parameterized.expand([
        ('tf.contrib.layers.batch_norm(x)', 'tensornet.layers.batch_normalization'),
        ('tf.contrib.layers.fully_connected(x, 3)', 'tensornet.layers.linear'),
        ('tf.contrib.slim.conv2d(x, 3)', 'tf_slim.conv2d'),
        ('tf.contrib.slim.preprocessing(x)', 'import tf_slim as slim'),
        ('tf.contrib.framework.arg_scope([])', 'tf_slim'),
        ('tf.contrib.rnn.NASCell(3)', 'no equivalent'),
    ])
    def test_use(self, use, advice):
        self.assert_looks(f'import tensorflow as tf\ny = {use}\n',
                          rf'2: `{use.split("(")[0]}`: contrib is gone; .*{advice}')

    def test_import(self):
        text = ('import tensorflow as tf\nimport tensorflow.contrib.layers as layers\n'
                'layers.l2_regularizer(0.1)\nlayers.flatten(x)\n')
        self.assert_looks(text, '2: .*uses of it are left', '4: `layers.flatten`')
        self.assertIn('\nequivalents.l2_regularizer(0.1)\nlayers.flatten(x)\n',
                      self.port(text).content)

    def test_assignment(self):
        self.assert_looks('import tensorflow as tf\nslim = tf.contrib.slim\nslim.conv2d\n',
                          '2: .*uses of `slim` are left', '3: .*tf_slim')

    def test_star_import(self):
        self.assert_looks('from tensorflow.contrib.layers import *\n', '1: .*one by one')

    def test_modules_inside_of_contrib(self):
        self.assert_ported(
            'import tensorflow as tf\n'
            'from tensorflow.contrib.layers.python.layers import initializers, regularizers\n'
            'i = initializers.xavier_initializer()\nr = regularizers.l2_regularizer(0.1)\n',
            'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n'
            'from tensornet.port import equivalents\n'
            'i = equivalents.xavier_initializer()\n'
            'r = equivalents.l2_regularizer(0.1)\n')

    @parameterized.expand(['create_global_step', 'get_global_step', 'get_or_create_global_step'])
    def test_global_step(self, name):
        new = 'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n' \
              f'x = tf.train.{name}()\n'
        for old in (f'import tensorflow as tf\nx = tf.contrib.framework.{name}()\n',
                    'import tensorflow as tf\nfrom tensorflow.contrib import framework\n'
                    f'x = framework.{name}()\n',
                    f'import tensorflow as tf\nfrom tensorflow.contrib.framework import {name}\n'
                    f'x = {name}()\n'):
            self.assert_ported(old, new)


if __name__ == '__main__':
    unittest.main()
