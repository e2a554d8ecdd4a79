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
        ("f'{OLD}'", 'xrange(3)', 'range(3)'),
        ("f'a{b} {OLD:>10} {c!r}'", 'xrange(3)', 'range(3)'),
        ("(f'{a}'\n  f'{OLD}')", 'long(3)', 'int(3)'),
        ("f'{a}' f' {OLD}'", 'raw_input()', 'input()'),
        ("(f'{a}'\n  f'{OLD}')", 'y.tostring()', 'y.tobytes()'),
        ("f'{time} {OLD}'", 'time.clock()', 'time.perf_counter()'),
        ("f'''\n  {OLD}\n'''", 'd.iteritems()', 'd.items()'),
        ("f'{OLD} {len(d)}'", 'd.has_key(k)', '(k in d)'),
        ("f'{OLD}'", 'np.zeros([n / 2])', 'np.zeros([n // 2])'),
        ("f'{OLD} {a[0]}'", 'zip(a, b)[0]', 'list(zip(a, b))[0]'),
    ])
    def test_in_formatted_strings(self, text, old, new):
        result = self.port(BEGIN + 'x = ' + text.replace('OLD', old) + '\n')
        text = text.replace('OLD', new if PLACED else old)
        self.assertEqual(BEGIN + 'x = ' + text + '\n', result.content)
        self.assertEqual(0 if PLACED else 1, len(result.looks), result.looks)

    def test_the_same_twice_in_a_formatted_string(self):
        text = BEGIN + "x = f'{xrange(3)} {xrange(3)}'\n"
        result = self.port(text)
        self.assertEqual(text.replace('xrange', 'range') if PLACED else text, result.content)
        self.assertEqual(PLACED, not result.looks)


if __name__ == '__main__':
    unittest.main()
