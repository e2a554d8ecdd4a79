"""`map`, `filter`, `zip`, `range` and views of dictionaries where a list is needed."""

import unittest

from parameterized import parameterized

from tests.port.texts import TextTest

PYTHON_2 = 'import cPickle\n'
BEGIN = 'import numpy as np, random\n'


class ListsTest(TextTest):

    @parameterized.expand([
        ('x = map(int, s)[0]', 'x = list(map(int, s))[0]'),
        ('x = np.array(map(int, s))', 'x = np.array(list(map(int, s)))'),
        ('x = np.mean(d.values())', 'x = np.mean(list(d.values()))'),
        ('x = np.linalg.norm(map(f, s))', 'x = np.linalg.norm(list(map(f, s)))'),
        ('x = np.fromiter(map(f, s), float)', 'x = np.fromiter(map(f, s), float)'),
        ('x = d.keys()[0]', 'x = list(d.keys())[0]'),
        ('x = range(3) + [1]', 'x = list(range(3)) + [1]'),
        ('x = range(3)\nrandom.shuffle(x)', 'x = list(range(3))\nrandom.shuffle(x)'),
        ('x = d.keys()\nx.sort()', 'x = list(d.keys())\nx.sort()'),
        ('for k in d.keys():\n    if k: del d[k]', 'for k in list(d.keys()):\n    if k: del d[k]'),
        ('for k, v in a.d.items(): a.d.pop(k)', 'for k, v in list(a.d.items()): a.d.pop(k)'),
        ('for k in d.keys(): del e[k]', 'for k in d.keys(): del e[k]'),
        ('x = session.run(d.values())', 'x = session.run(list(d.values()))'),
        ('n = len(filter(f, s))', 'n = len(list(filter(f, s)))'),
    ])
    def test_needed_in_any_script(self, old, new):
        self.assert_ported(BEGIN + old + '\n', BEGIN + new + '\n')

    @parameterized.expand([
        ('def f(s): return map(int, s)', 'def f(s): return list(map(int, s))'),
        ('x = zip(a, b)\nf(x)\nf(x)', 'x = list(zip(a, b))\nf(x)\nf(x)'),
        ('map(x.append, s)', 'list(map(x.append, s))'),
        ('x = map(int, s) == [1]', 'x = list(map(int, s)) == [1]'),
        ('x = [1] == filter(f, s)', 'x = [1] == list(filter(f, s))'),
        ('x = zip(a, b)\ny = [p for k in c for p in x]',
         'x = list(zip(a, b))\ny = [p for k in c for p in x]'),
        ('x = map(abs, a)\ny = [max(x) for k in c]',
         'x = list(map(abs, a))\ny = [max(x) for k in c]'),
    ])
    def test_kept_or_handed_on_in_scripts_for_python_2(self, old, new):
        self.assertEqual('import pickle as cPickle\n' + new + '\n',
                         self.port(PYTHON_2 + old + '\n').content)
        self.assert_ported(old + '\n', old + '\n')

    @parameterized.expand([
        'for i in map(f, s): pass', 'x = sum(map(f, s))', 'x = list(zip(a, b))',
        'x = ",".join(map(str, s))', 'a, b = map(int, s)', 'x = range(3)', 'x = len(d.keys())',
        'x = zip(a, b)\nfor i in x: pass', 'for k in d.keys(): pass',
        'x = 1 in map(int, s)', 'x = 1 not in zip(a, b)', 'x = zip(a, b)\ny = [p for p in x]',
        'x = zip(a, b)\ny = {p: k for p in x for k in c}'])
    def test_read_at_once(self, text):
        self.assertEqual('import pickle as cPickle\n' + text + '\n',
                         self.port(PYTHON_2 + text + '\n').content)

    def test_functions_of_tensorflow_take_lists(self):
        for name in ('train.Saver', 'variables_initializer', 'summary.merge', 'add_n', 'stack'):
            begin = 'import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n'
            self.assert_ported(f'{begin}x = tf.{name}(d.values())\n',
                               f'{begin}x = tf.{name}(list(d.values()))\n')

    def test_where_list_means_something_else(self):
        self.assert_looks('def first(list): return list[0]\nx = map(str, s)[0]\n',
                          '2: `map` is not a list in Python 3: .* gives `list` another meaning')

    def test_map_without_a_function(self):
        self.assert_looks('x = map(None, a, b)\n', '1: .*zip')


if __name__ == '__main__':
    unittest.main()
