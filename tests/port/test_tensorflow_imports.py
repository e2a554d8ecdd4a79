"""Imports of TensorFlow, and the call that turns version 2 off."""

import unittest

import tensorflow
from parameterized import parameterized

from tests.port.texts import TextTest


class ImportTest(TextTest):

    @parameterized.expand([
        ('import tensorflow as tf', 'import tensorflow.compat.v1 as tf',
         'tf.disable_v2_behavior()'),
        ('import tensorflow', 'import tensorflow.compat.v1 as tensorflow',
         'tensorflow.disable_v2_behavior()'),
        ('import tensorflow as t, numpy as np', 'import tensorflow.compat.v1 as t, numpy as np',
         't.disable_v2_behavior()'),
        ('import tensorflow as tf  # graphs', 'import tensorflow.compat.v1 as tf  # graphs',
         'tf.disable_v2_behavior()'),
        ('from tensorflow.compat import v1 as tf', 'from tensorflow.compat import v1 as tf',
         'tf.disable_v2_behavior()'),
        ('import tensorflow.compat.v1 as tf', 'import tensorflow.compat.v1 as tf',
         'tf.disable_v2_behavior()'),
        ('from tensorflow import (placeholder,  # one\n    flags)',
         'from tensorflow.compat.v1 import (placeholder,  # one\n    flags)',
         'from tensorflow.compat.v1 import disable_v2_behavior\ndisable_v2_behavior()'),
        ('from \\\n    tensorflow \\\n    import flags',
         'from \\\n    tensorflow.compat.v1 \\\n    import flags',
         'from tensorflow.compat.v1 import disable_v2_behavior\ndisable_v2_behavior()'),
    ])
    def test_import(self, old, new, call):
        self.assert_ported(old + '\nx = 1\n', new + '\n' + call + '\nx = 1\n')

    @parameterized.expand(['\n', '\r\n', '\r'])
    def test_a_statement_of_several_lines(self, end):
        for old, new in (('import os, \\\n  tensorflow as tf',
                          'import os, tensorflow.compat.v1 as tf'),
                         ('import tensorflow\\\n  as tf', 'import tensorflow.compat.v1 as tf')):
            self.assert_ported(
                (old + '\nx = 1\n').replace('\n', end),
                (new + '\ntf.disable_v2_behavior()\nx = 1\n').replace('\n', end))

    def test_without_a_line_end(self):
        self.assert_ported('import tensorflow as tf',
                           'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()')

    def test_among_other_statements_of_a_line(self):
        self.assert_ported(
            'import os; import tensorflow as tf; print(tf.Session)\n',
            'import os; import tensorflow.compat.v1 as tf; tf.disable_v2_behavior(); '
            'print(tf.Session)\n')

    def test_inside_of_try(self):
        self.assert_ported('''\
            try:
                import tensorflow as tf
            except ImportError:
                tf = None
            ''', '''\
            try:
                import tensorflow.compat.v1 as tf
                tf.disable_v2_behavior()
            except ImportError:
                tf = None
            ''')

    def test_inside_of_a_function(self):
        self.assert_ported('''\
            def main():
            \timport tensorflow as tf
            \treturn tf.Session()
            ''', '''\
            def main():
            \timport tensorflow.compat.v1 as tf
            \ttf.disable_v2_behavior()
            \treturn tf.Session()
            ''')

    def test_the_import_of_the_module_comes_before_one_in_a_function(self):
        self.assert_ported('''\
            def f():
                from tensorflow import Session
            import tensorflow as tf
            ''', '''\
            def f():
                from tensorflow.compat.v1 import Session
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
            ''')

    @parameterized.expand(['tf.disable_v2_behavior()', 'tf.disable_eager_execution()'])
    def test_a_ported_script_stays_as_it_is(self, call):
        text = f'import tensorflow.compat.v1 as tf\n{call}\n'
        self.assert_ported(text, text)

    def test_a_script_without_tensorflow_stays_as_it_is(self):
        text = 'import tensornet\nfrom tensornet import layers\nprint(layers.tt)\n'
        self.assert_ported(text, text)

    def test_eager_execution_is_named(self):
        self.assert_looks('import tensorflow as tf\ntf.enable_eager_execution()\n',
                          '2: .*enable_eager_execution` makes the layers of TensorNet fail')

    def test_star_import_is_named(self):
        self.assert_looks('from tensorflow import *\n', '1: .*hides which names')


class PlatformTest(TextTest):

    def test_removed(self):
        self.assert_ported('''\
            import tensorflow.python.platform
            import tensorflow as tf
            ''', '''\
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
            ''')

    def test_pass_remains_where_nothing_else_would(self):
        self.assert_ported('''\
            try:
                import tensorflow.python.platform
            except ImportError:
                pass
            import tensorflow as tf
            ''', '''\
            try:
                pass
            except ImportError:
                pass
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
            ''')

    def test_the_name_tensorflow_remains_where_it_is_used(self):
        self.assert_ported('''\
            import tensorflow.python.platform
            session = tensorflow.Session()
            ''', '''\
            import tensorflow.compat.v1 as tensorflow
            from tensorflow.compat.v1 import disable_v2_behavior
            disable_v2_behavior()
            session = tensorflow.Session()
            ''')

    def test_public_names_for_its_parts(self):
        self.assert_ported('''\
            import tensorflow as tf
            from tensorflow.python.platform import gfile, tf_logging as logging
            ''', '''\
            import tensorflow.compat.v1 as tf
            tf.disable_v2_behavior()
            from tensorflow.compat.v1 import gfile
            from tensorflow.compat.v1 import logging
            ''')

    @parameterized.expand([
        ('from tensorflow.python.ops.array_ops import stack', 'x = stack',
         '2: `tensorflow.python.ops.array_ops` is private to TensorFlow, and this version has no '
         '`stack` there; write `tf.stack`$'),
        ('from tensorflow.python.framework import ops', 'x = ops.Tensor',
         '2: `tensorflow.python.framework` is private .*: this version has it',
         '3: `ops.Tensor`: this version no longer has it; write `tf.Tensor`$'),
        ('import tensorflow.python.ops.control_flow_ops as flow', 'x = flow.cond(a, b, c)',
         '2: .*this version has it', '3: `flow.cond`: this version no longer has it; write '
         '`tf.cond`$'),
        ('from tensorflow.python.ops import seq2seq', 'x = seq2seq.sequence_loss',
         '2: `tensorflow.python.ops` is private to TensorFlow, and this version has no '
         '`seq2seq` there; look for its public name'),
        ('from tensorflow.python.training.old import exponential_decay', '',
         '2: .*private to TensorFlow and gone; write `tf.train.exponential_decay` if that is'),
    ])
    @unittest.skipIf(tensorflow.__version__ < '2', 'TensorFlow 1 has these names')
    def test_names_in_private_modules(self, statement, use, *patterns):
        self.assert_looks(f'import tensorflow as tf\n{statement}\n{use}\n', *patterns)

    @parameterized.expand(['ops.get_default_graph()', 'ops.GraphKeys.LOSSES',
                           'ops.RegisterGradient("a")'])
    def test_names_that_are_there(self, use):
        self.assert_looks(f'from tensorflow.python.framework import ops\nx = {use}\n',
                          '1: .*this version has it, another one may not')

    def test_the_attribute_python(self):
        self.assert_looks('import tensorflow as tf\nx = tf.python.ops.math_ops.matmul(a, b)\n',
                          '2: `tf.python.ops.math_ops.matmul`: `tensorflow.compat.v1` has no '
                          '`python`; write `tf.matmul` if that is what it was')

    def test_other_private_modules_are_named(self):
        self.assert_looks('''\
            import tensorflow as tf
            from tensorflow.python.framework import ops
            from tensorflow.python.nothing import here
            from tensorflow.examples.tutorials.mnist import input_data
            ''', '2: .*private to TensorFlow: this version has it', '3: .*and gone',
                          '4: .*tutorials')

    def test_modules_that_are_gone_are_named(self):
        self.assert_looks('from tensorflow.tensorboard.backend import server\n',
                          '1: `tensorflow.tensorboard.backend`: .* has no such module')
        self.assert_looks('from tensorflow.train import Saver\n')


if __name__ == '__main__':
    unittest.main()
