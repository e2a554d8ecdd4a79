"""Pieces of a script that are found whatever is between their tokens."""

import sys
import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

BEGIN = ('import tensorflow.compat.v1 as tf, numpy as np\ntf.disable_v2_behavior()\n'
         'import time\nimport tensornet as tn\n')
PLACED = sys.version_info >= (3, 10)


class CallTest(TextTest):

    @parameterized.expand([
        ('d.has_key (k)', '(k in d)'),
        ('f(d.has_key\\\n  (k))', 'f((k in d))'),
        ('zip (a, b)[0]', 'list(zip (a, b))[0]'),
        ('f(zip # a ) b\n  (a, b)[0])', 'f(list(zip # a ) b\n  (a, b))[0])'),
        ('tf.reverse (y, [True, False])', 'tf.reverse (y, [0])'),
        ('np.load ("a.npy").item()', 'np.load ("a.npy", allow_pickle=True).item()'),
        ('tf.app.flags.DEFINE_string ("log_dir", "", "")',
         'tf.app.flags.DEFINE_string ("log_dir", "", "", allow_override=True)'),
        ('tn.layers.linear (y, 3, 4, f, "s", False)',
         'tn.layers.linear (y, 4, weights_initializer=lambda shape, **_: (f)(shape), scope="s", '
         'biases_initializer=None)'),
        ('tn.layers.linear(y, 3, use_biases # a = b\n  = flag)',
         'tn.layers.linear(y, 3, biases_initializer=tf.zeros_initializer if flag else None)'),
        ('tf.contrib.layers.xavier_initializer (uniform=False, seed=3)',
         'tn.initializers.xavier (seed=3)'),
    ])
    def test_spaces_and_comments(self, old, new):
        self.assertEqual(BEGIN + 'x = ' + new + '\n',
                         self.port(BEGIN + 'x = ' + old + '\n').content)

    def test_keys_that_are_not_there_to_be_read(self):
        self.assert_looks(BEGIN + 'x = d.has_key(*k)\n', '5: .*has_key')


class StringTest(TextTest):

    @parameterized.expand([
        ("f'{%s}'", 'xrange(3)', 'range(3)'),
        ("f'a{b} {%s:>10} {c!r}'", 'xrange(3)', 'range(3)'),
        ("(f'{a}'\n  f'{%s}')", 'long(3)', 'int(3)'),
        ("f'{a}' f' {%s}'", 'raw_input()', 'input()'),
        ("(f'{a}'\n  f'{%s}')", 'y.tostring()', 'y.tobytes()'),
        ("f'{time} {%s}'", 'time.clock()', 'time.perf_counter()'),
        ("f'''\n  {%s}\n'''", 'd.iteritems()', 'd.items()'),
        ("f'{%s} {len(d)}'", 'd.has_key(k)', '(k in d)'),
        ("f'{%s}'", 'np.zeros([n / 2])', 'np.zeros([n // 2])'),
        ("f'{%s} {a[0]}'", 'zip(a, b)[0]', 'list(zip(a, b))[0]'),
    ])
    def test_in_formatted_strings(self, text, old, new):
        result = self.port(BEGIN + 'x = ' + text % old + '\n')
        self.assertEqual(BEGIN + 'x = ' + text % (new if PLACED else old) + '\n', result.content)
        self.assertEqual(0 if PLACED else 1, len(result.looks), result.looks)

    def test_the_same_twice_in_a_formatted_string(self):
        text = BEGIN + "x = f'{%s} {%s}'\n"
        result = self.port(text % ('xrange(3)', 'xrange(3)'))
        new = 'range(3)' if PLACED else 'xrange(3)'
        self.assertEqual(text % (new, new), result.content)
        self.assertEqual(PLACED, not result.looks)


if __name__ == '__main__':
    unittest.main()
