"""Flags that TensorFlow has already."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

HEAD = 'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n'


class FlagsTest(TextTest):

    @parameterized.expand([
        ("tf.app.flags.DEFINE_string('log_dir', 'results', 'Logs.'{})",),
        ("tf.flags.DEFINE_string('log_dir', 'results', ('a', 'b'){})",),
        ("flags = tf.app.flags\nflags.DEFINE_string('log_dir',\n    'results',\n    'Logs.'{})",),
        ("tf.app.flags.DEFINE_string(flag_name='log_dir', default_value='', docstring=''{})",),
    ])
    def test_overrides(self, statement):
        self.assert_ported(HEAD + statement.format('') + '\n',
                           HEAD + statement.format(', allow_override=True') + '\n')

    @parameterized.expand(["'batch_size'", 'name', "'log_dir', allow_override=True"])
    def test_others_stay(self, name):
        text = HEAD + f"tf.app.flags.DEFINE_string({name})\n"
        self.assert_ported(text, text)

    @parameterized.expand(['v', 'verbosity', 'stderrthreshold'])
    def test_flags_of_the_logging_of_absl_are_named(self, name):
        text = HEAD + f"tf.app.flags.DEFINE_integer('{name}', 1, '')\n"
        self.assert_looks(text, f'3: the flag `{name}` sets what TensorFlow logs')
        self.assertEqual(text, self.port(text).content)

    def test_methods_of_flags_before_1_5_are_named(self):
        self.assert_looks('''\
            import tensorflow as tf
            FLAGS = tf.app.flags.FLAGS
            FLAGS._parse_flags()
            print(FLAGS.__flags)
            ''', r'3: .*FLAGS\(sys.argv\)', r'4: .*flag_values_dict\(\)')


if __name__ == '__main__':
    unittest.main()
